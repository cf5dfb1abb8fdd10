"""Train the reasoner that ``gnn`` uses on knowledge graphs without passages, on questions along paths of FB15k-237.

    python scripts/pretrain_reasoner.py --data DATA --out gnn/weights/entities.safetensors

``DATA`` is the folder of the data sets; ``--resume`` continues a run that was stopped.
"""

import argparse
import logging
from dataclasses import replace
from pathlib import Path

import torch

from gnn.pretraining import SETTINGS, pretrain
from graphrag.factory import create_encoder


def main() -> None:
    """Train as the command line says and print hits@1 on parts that were not seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with fb15k-237")
    parser.add_argument("--out", type=Path, required=True, help="file for the weights")
    parser.add_argument("--parts", type=int, default=2000)
    parser.add_argument("--questions", type=int, default=60, help="about each part")
    parser.add_argument("--epochs", type=int, default=SETTINGS.epochs)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(args.threads)
    settings = replace(SETTINGS, epochs=args.epochs, patience=args.epochs, seed=args.seed)
    hits = pretrain(
        args.data, create_encoder(), args.out,
        num_parts=args.parts, num_questions=args.questions, settings=settings, resume=args.resume,
    )  # fmt: skip
    print(f"hits@1 on parts that were not seen: {hits:.3f}")


if __name__ == "__main__":
    main()
