"""Print precision, recall and F1 of an extractor's triples: on the demo corpus's gold triples, on held-out sentences.

Run from the repository's root:  python scripts/score_triples.py [--llm MODEL]
Without --llm it scores the offline extractor. The lenient rule pairs triples that connect the same two names, in either
direction, whatever they call the relation; the strict rule wants equal names, the same direction, and a content word of
the relation in common (graphrag.evaluation.triple_metrics).
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from graphrag.errors import ExtractionError
from graphrag.evaluation.triple_metrics import TripleScores, lenient_match, score_triples, strict_match
from graphrag.factory import create_extractor
from graphrag.protocols import TripleExtractor
from graphrag.types import Passage, Triple

DEMO = Path(__file__).parents[1] / "demo"
Gold = list[tuple[Passage, list[Triple]]]


def rows_of(path: Path) -> list[dict]:
    """Return the objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def demo_passages() -> Gold:
    """Return the passages of the demo corpus that have gold triples."""
    passages = {
        row["passage_id"]: Passage(row["passage_id"], row["text"], row["title"])
        for row in rows_of(DEMO / "passages.jsonl")
    }
    return [(passages[row["passage_id"]], triples_of(row)) for row in rows_of(DEMO / "gold_triples.jsonl")]


def held_out_sentences() -> Gold:
    """Return sentences of the demo model's templates with names that its training never used."""
    rows = rows_of(DEMO / "held_out_sentences.jsonl")
    return [(Passage(row["passage_id"], row["text"], row["title"]), triples_of(row)) for row in rows]


def triples_of(row: dict) -> list[Triple]:
    """Return the gold triples of an object."""
    return [Triple(*triple) for triple in row["triples"]]


def print_scores(what: str, gold: Gold, extractor: TripleExtractor) -> None:
    """Extract, and print both figures."""
    results = list(extractor.extract([passage for passage, _ in gold]))
    failed = sum(isinstance(result, ExtractionError) for result in results)
    print(f"{what}: {len(gold)} passages, {failed} failed, {sum(len(triples) for _, triples in gold)} gold triples")
    for name, rule in (("lenient", lenient_match), ("strict", strict_match)):
        scores = added(
            score_triples(() if isinstance(result, ExtractionError) else result.triples, triples, rule=rule)
            for result, (_, triples) in zip(results, gold, strict=True)
        )
        print(f"  {name:7}  precision {scores.precision:.3f}  recall {scores.recall:.3f}  F1 {scores.f1:.3f}")


def added(scores: Iterable[TripleScores]) -> TripleScores:
    """Return the counts of all passages."""
    return sum(scores, start=TripleScores(0, 0, 0))


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llm", help="a language model, as for multihop; without it the offline extractor is scored")
    options = parser.parse_args()
    extractor = create_extractor("llm" if options.llm else "spacy", llm=options.llm)
    print_scores("demo corpus", demo_passages(), extractor)
    print_scores("held-out sentences", held_out_sentences(), extractor)


if __name__ == "__main__":
    main()
