"""Score the reader on the questions that its network did not see, with a ranker of candidates that did not see them.

    python scripts/score_reader.py --data DATA --retrieved retrieved.json --store 2wiki=2wiki.db …

The passages come from ``scripts/cross_fitted_retrieval.py``; those of the steps that a doubtful answer is sought in are
retrieved from the stores, or there are no steps in a data set without one. Prints exact match and F1 by data set, and
how many of the right answers cite a gold passage.
"""

import argparse
import json
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np

from graphrag.evaluation.answer_metrics import exact_match, f1
from graphrag.factory import create_graphrag, open_store
from graphrag.reading.features import MAX_TEXTS
from graphrag.reading.ranker import CandidateRanker
from graphrag.reading.reader import ExtractiveReader
from graphrag.reading.spans import WEIGHTS, SpanNetwork
from graphrag.reading.stepping import Search
from graphrag.reading.training.hops import SETS, is_held_out, load_passages, load_questions
from graphrag.reading.training.ranking import save_ranker
from graphrag.reading.training.run import listed, trained
from graphrag.types import Passage, ScoredPassage


def reader_of_seen(data: Path, retrieved: dict[str, list[str]], weights: Path, folder: Path) -> ExtractiveReader:
    """Return a reader with the network given and a ranker trained on the questions that the network saw."""
    given = listed(data, retrieved, SpanNetwork(weights))
    for name in ("model.onnx", "tokenizer.json"):
        shutil.copyfile(weights / name, folder / name)
    shipped = CandidateRanker.load(weights / "ranker.npz")
    ranker = trained([one.listed for one in given if not one.held_out])
    save_ranker(ranker, shipped.arrays["calibration"], shipped.arrays["grounding"], folder / "ranker.npz")
    return ExtractiveReader(folder)


def searching(uri: str) -> Search:
    """Return what finds the first passages of a store for a question."""
    rag = create_graphrag(open_store(uri))
    return lambda question: rag.retrieve(question, top_k=MAX_TEXTS).passages


def main() -> None:
    """Print the scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--retrieved", type=Path, required=True)
    parser.add_argument("--store", action="append", default=[], help="data set, '=' and the store's address")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    stores = dict(one.split("=", 1) for one in options.store)
    retrieved = json.loads(options.retrieved.read_text(encoding="utf-8"))
    scores: dict[str, list[tuple[float, float]]] = defaultdict(list)
    cited: list[bool] = []
    with tempfile.TemporaryDirectory() as folder:
        reader = reader_of_seen(options.data, retrieved, options.weights, Path(folder))
        for name in SETS:
            source, split = name.split(":")
            texts = load_passages(options.data / source)
            search = searching(stores[source]) if source in stores else None
            for row in load_questions(options.data / source, split):
                if not is_held_out(row["question"]):
                    continue
                ids = retrieved[row["question_id"]][:MAX_TEXTS]
                hits = [
                    ScoredPassage(Passage(one, texts[one].text, texts[one].title), 1.0, rank)
                    for rank, one in enumerate(ids, start=1)
                ]
                if search:
                    reading, _ = reader.read_searching(row["question"], hits, (), search)
                else:
                    reading = reader.read(row["question"], hits, ())
                right = exact_match(reading.text, row["answers"])
                scores[source].append((right, f1(reading.text, row["answers"])))
                if right:
                    cited.append(bool(set(reading.citations) & set(row["gold_passage_ids"])))
    for source, rows in scores.items():
        em, overlap = np.mean(rows, axis=0)
        print(f"{source}: {len(rows)} questions, exact match {em:.3f}, F1 {overlap:.3f}")
    print(f"right answers that cite a gold passage: {np.mean(cited):.3f} of {len(cited)}")


if __name__ == "__main__":
    main()
