"""Training of the reasoner over entities and passages on stores, as the shipped one was."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from graphrag.errors import ConfigError
from graphrag.evaluation.datasets import Question
from graphrag.factory import check_gnn_packages
from graphrag.protocols import TokenEncoder
from graphrag.retrieval.labelling import LabelledSurroundings, SurroundingsLabeller
from graphrag.retrieval.retriever import RetrievalResources
from graphrag.retrieval.surroundings import FEATURES, PAGERANK_COLUMNS

MAX_NODES = 600
"""Entities and passages that the reasoner is shown."""

_TRAIN, _DEV = 0.8, 0.9


def part_of(question_id: str) -> str:
    """Return which part a question belongs to, by its id alone: ``train`` (80 %), ``dev`` or ``test``.

    Examples
    --------
    >>> part_of("5a8b57f25542995d1e6f1371"), part_of("0")
    ('train', 'train')
    """
    share = int.from_bytes(hashlib.sha256(question_id.encode()).digest()[:4]) / 2**32
    return "train" if share < _TRAIN else "dev" if share < _DEV else "test"


def read_surroundings(
    resources: RetrievalResources, questions: Sequence[Question], on_read: Callable[[int], None]
) -> tuple[list[LabelledSurroundings], list[LabelledSurroundings]]:
    """Return the train and the dev questions with their surroundings; ``on_read`` is told how many are done.

    Parameters
    ----------
    resources
        Of a store, with extractor and lexical index.
    questions
        Those without gold passages in the store are left out, and so is the test part.
    on_read
        Called after each question.
    """
    labeller = SurroundingsLabeller(resources, MAX_NODES)
    parts: dict[str, list[LabelledSurroundings]] = {"train": [], "dev": []}
    for done, question in enumerate(questions, start=1):
        part = part_of(question.question_id)
        if part in parts:
            found = labeller.labelled(question.question, question.gold_passage_ids, question.answers)
            parts[part] += [found] if found is not None else []
        on_read(done)
    return parts["train"], parts["dev"]


def train_text_reasoner(
    train: Sequence[LabelledSurroundings],
    dev: Sequence[LabelledSurroundings],
    out: Path,
    encoder: TokenEncoder,
    *,
    start: Path | None = None,
    settings: Mapping[str, int | float] | None = None,
) -> float:
    """Train, write the weights of the best epoch, and return the mean recall@5 of the dev questions.

    The mean of two: with what PageRank thinks of the nodes, and without.

    Parameters
    ----------
    train, dev
        What :func:`read_surroundings` returns, of one store or several.
    out
        File for the weights.
    encoder
        Reads the questions.
    start
        Weights to begin with; None: drawn at random.
    settings
        Of :class:`gnn.text_training.TextTrainingSettings`.

    Raises
    ------
    MissingDependencyError
        If torch or another package for it is not installed.
    ConfigError
        If there is nothing to learn from or to score.
    """
    check_gnn_packages("Training a reasoner")
    # Optional: torch.
    from gnn.text_network import TextExample  # noqa: PLC0415
    from gnn.text_training import TextTrainingSettings, train_text  # noqa: PLC0415
    from gnn.weights_file import read_weights  # noqa: PLC0415

    if not any(item.gold for item in train) or not dev:
        raise ConfigError(
            f"Expected questions with gold_passage_ids that are in the stores, to train on and to score "
            f"(got {len(train)} and {len(dev)})"
        )

    def example(item: LabelledSurroundings) -> TextExample:
        _, states = encoder.token_states(item.question)
        return TextExample(item.graph, states, encoder.encode([item.question])[0], item.gold, item.num_gold)

    chosen = TextTrainingSettings(
        **{"max_nodes": MAX_NODES, "feature_names": FEATURES, "hidden_columns": PAGERANK_COLUMNS, **(settings or {})}  # type: ignore[arg-type]
    )
    first = read_weights(start) if start is not None else None
    return train_text([*map(example, train)], [*map(example, dev)], out, settings=chosen, start=first)
