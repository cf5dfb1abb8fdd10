"""The commands that train models."""

import logging
from pathlib import Path

import click

from graphrag.factory import train_pipeline


def train_spacy_command(
    data: Path, out: Path, *, encoder: Path | None, config: Path | None, start: Path | None, resume: bool
) -> None:
    """Train the pipeline of the ``spacy`` extractor; progress goes to stderr."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    weights = train_pipeline(data, out, encoder=encoder, config=config, start=start, resume=resume)
    click.echo(f"weights in {weights}: multihop build … --extractor spacy:{weights}")
