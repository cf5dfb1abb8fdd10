"""Which passages the ranker looks at: the best of every view, and what is linked to them."""

from collections import Counter

import numpy as np

from graphrag.graph.adjacency import row
from graphrag.graph.knowledge_graph import IndexArray
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.passage_links import PassageLinks
from graphrag.retrieval.question_view import QuestionView
from graphrag.retrieval.ranking import best

NUM_BEST, NUM_SECOND, NUM_NAMED = 15, 10, 30
"""Passages of each view, of the second stage, and about named entities."""

NUM_SOURCES, NUM_FORWARD, NUM_BACKWARD, NUM_TWO_AWAY = 6, 20, 8, 8
"""Passages whose links are followed, how many links of each are, and how many passages two links away are added."""


def candidate_passages(view: QuestionView, links: PassageLinks) -> tuple[IndexArray, Counter[int]]:
    """Return the passages that may be needed, sorted, and on how many ways of two links they are reached from names.

    Parameters
    ----------
    view
        From the question.
    links
        Between the passages.
    """
    order = view.order
    chosen = {passage for scores in _views(view) for passage in best(scores, NUM_BEST).tolist()}
    chosen.update(best(view.second, NUM_SECOND).tolist())
    named = sorted(view.named, key=lambda passage: -view.named[passage].share)[:NUM_NAMED]
    chosen.update(named)
    first = view.order
    first[list(view.named)] += 0.5
    sources = dict.fromkeys([*best(first, NUM_SOURCES).tolist(), *named[:10]])
    for source in sources:
        chosen.update(_strongest(row(links.forward, source), order, NUM_FORWARD))
        chosen.update(_strongest(row(links.backward, source), order, NUM_BACKWARD))
    ways = _two_away(named[:10], links, order)
    chosen.update(sorted(ways, key=lambda passage: -order[passage])[:NUM_TWO_AWAY])
    return np.array(sorted(chosen), dtype=np.int32), ways


def _views(view: QuestionView) -> tuple[FloatVector, ...]:
    return view.cosine, view.lexical, view.hybrid, view.walked


def _two_away(named: list[int], links: PassageLinks, order: FloatVector) -> Counter[int]:
    near = {child for passage in named for child in _strongest(row(links.forward, passage), order, NUM_FORWARD)}
    ways: Counter[int] = Counter()
    for child in _strongest(np.array(sorted(near), dtype=np.int32), order, NUM_NAMED):
        ways.update(row(links.forward, child).tolist())
    return ways


def _strongest(passages: IndexArray, order: FloatVector, limit: int) -> list[int]:
    chosen: list[int] = passages.tolist()
    if len(chosen) > limit:
        chosen = passages[np.argsort(-order[passages], kind="stable")[:limit]].tolist()
    return chosen
