"""Print how many simple questions a language model answers as the graph says, with or without the nearest facts.

Run from the repository's root:  python scripts/score_answers.py --store out/demo-llm.db --llm MODEL
Each question asks for the tail of a fact in the store by the first wording in scripts/demo_llm/questions.txt; any tail
of that head and relation is right. It measures the reading of paths, not whether the facts are true.
"""

import argparse
import random
import sys
from collections import defaultdict
from pathlib import Path
from unittest.mock import patch

from graphrag import GraphRAG
from graphrag.errors import GraphRAGError
from graphrag.graph.knowledge_graph import KnowledgeGraph
from graphrag.text import normalize_phrase

sys.path.insert(0, str(Path(__file__).parent / "demo_llm"))  # its modules import one another by their bare names
from questions import read_rows


def wordings() -> dict[str, str]:
    """Return how the tail of a relation is asked for, where the first wording has no choice of words."""
    asked = {row.relation: row.asks_tail.split(" / ")[0] for row in read_rows()}
    return {relation: text for relation, text in asked.items() if text and "<" not in text}


def drawn(graph: KnowledgeGraph, num: int) -> list[tuple[str, set[str]]]:
    """Return some questions over a graph, the same each time, with their right answers in normal form."""
    asked = wordings()
    answers = defaultdict(set)
    for head, relation, tail in zip(graph.fact_head, graph.fact_relations, graph.fact_tail, strict=True):
        if relation in asked:
            question = f"{asked[relation].replace('{x}', graph.entity_names[int(head)])}?"
            answers[question].add(normalize_phrase(graph.entity_names[int(tail)]))
    return random.Random(0).sample(sorted(answers.items()), min(num, len(answers)))


def score(rag: GraphRAG, asked: list[tuple[str, set[str]]]) -> str:
    """Return how many questions are answered rightly, and how many replies were of no use."""
    right = unusable = 0
    for question, answers in asked:
        try:
            right += normalize_phrase(rag.ask(question).text) in answers
        except GraphRAGError:
            unusable += 1
    return f"{right} of {len(asked)} right, {unusable} replies of no use"


def main() -> None:
    """Read the command line, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", required=True)
    parser.add_argument("--llm", required=True)
    parser.add_argument("--num", type=int, default=100)
    options = parser.parse_args()
    rag = GraphRAG.open(options.store, llm=options.llm)
    asked = drawn(rag.pipeline.graph, options.num)
    print("nearest facts first:    ", score(rag, asked))
    with patch("graphrag.pipeline.near_paths", return_value=()):
        print("paths to best entities: ", score(rag, asked))


if __name__ == "__main__":
    main()
