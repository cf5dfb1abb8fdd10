"""HippoRAG 2's recognition memory: a language model chooses which of the nearest facts the walk starts from."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from graphrag.errors import LanguageModelError
from graphrag.graph.knowledge_graph import IndexArray
from graphrag.llm.asking import Form, ask
from graphrag.llm.cache import ReplyCache
from graphrag.llm.prompts import read_prompt
from graphrag.llm.replies import read_object
from graphrag.protocols import LanguageModel
from graphrag.retrieval.dense import similarities
from graphrag.retrieval.fusion import min_max
from graphrag.retrieval.hipporag2 import HippoRAG2Retriever, HippoRAG2Settings
from graphrag.retrieval.pagerank import FloatVector
from graphrag.retrieval.ranking import best
from graphrag.retrieval.reset import passage_reset, phrase_reset
from graphrag.retrieval.retriever import RetrievalResources, Scores

MAX_FACTS = 4
"""At most so many are chosen."""

_MAX_TOKENS = 128
_PROMPT = read_prompt(Path(__file__).parent / "prompts" / "fact_filter_v1.txt")


class LLMFactFilter:
    """Asks a language model which facts help to answer a question.

    Facts are chosen by their number in a list, so no text has to be compared.

    Parameters
    ----------
    model
        Whom to ask.
    cache
        Replies of earlier runs.

    References
    ----------
    Gutiérrez et al., "From RAG to Memory" (HippoRAG 2), arXiv 2502.14802, section 3.2, recognition memory.
    """

    def __init__(self, model: LanguageModel, *, cache: ReplyCache | None = None) -> None:
        self._model = model
        self._cache = cache

    def choose(self, question: str, facts: Sequence[str]) -> tuple[int, ...]:
        """Return the positions of the chosen facts, most helpful first; none if the model finds none helpful.

        Raises
        ------
        LanguageModelError
            If the model gives no usable answer.
        """
        if not facts:
            return ()
        listed = "\n".join(f"{number}. {' '.join(fact.split())}" for number, fact in enumerate(facts, start=1))
        form = Form(_schema(len(facts)), _MAX_TOKENS, lambda reply: parse_choice(reply, len(facts)))
        return ask(self._model, _PROMPT.fill(question=question, facts=listed), form, cache=self._cache)


def parse_choice(reply: str, num_facts: int) -> tuple[int, ...]:
    """Return the chosen positions, from 0, without repetition and without numbers that were not offered.

    Raises
    ------
    ValueError
        If there is no list of numbers, or only numbers that were not offered.

    Examples
    --------
    >>> parse_choice('{"facts": [2, 9, "1", 2]}', 3)
    (1, 0)
    """
    content, _ = read_object(reply, keys=["facts"])
    items = content["facts"]
    if not isinstance(items, list):
        raise ValueError(f"Expected a list of numbers (got {str(items)[:60]!r})")
    numbers = [str(item) for item in items[: 10 * MAX_FACTS]]
    chosen = dict.fromkeys(int(n) - 1 for n in numbers if n.isdecimal() and len(n) < 6 and 1 <= int(n) <= num_facts)
    if numbers and not chosen:
        raise ValueError(f"Expected numbers from 1 to {num_facts} (got {str(items)[:60]})")
    return tuple(chosen)[:MAX_FACTS]


class FilteredHippoRAG2Retriever(HippoRAG2Retriever):
    """HippoRAG 2 as published: the walk starts from the facts that a language model chose among the nearest.

    When it chooses none, passages are ranked by similarity alone; when it gives no usable answer, all the nearest facts
    are used. The retrieval says so in both cases.

    Parameters
    ----------
    resources
        Graph and encoder.
    fact_filter
        Chooses the facts.
    settings
        Options.
    """

    def __init__(
        self,
        resources: RetrievalResources,
        fact_filter: LLMFactFilter,
        *,
        settings: HippoRAG2Settings | None = None,
    ) -> None:
        super().__init__(resources, settings=settings or HippoRAG2Settings())
        self._fact_filter = fact_filter

    def score(self, question: str) -> Scores:
        """Return the PageRank mass of passages and entities."""
        graph, settings = self.graph, self.settings
        query = self.encoder.encode([question])[0]
        by_vector = similarities(graph.passage_vectors, query)
        if not graph.num_facts:
            return Scores(by_vector, fallbacks=("the graph has no facts: ranked by similarity alone",))
        fact_scores = min_max(similarities(graph.fact_vectors, query))
        facts, fallbacks = self._chosen(question, best(fact_scores, settings.linking_top_k))
        if not len(facts):
            reason = "the language model found no helpful fact: ranked by similarity alone"
            return Scores(by_vector, fallbacks=(reason,))
        phrases = self._reset(facts, fact_scores[facts])
        reset = np.concatenate([phrases, passage_reset(by_vector, weight=settings.passage_weight)])
        mass = self.walk.mass(reset, damping=settings.damping, tolerance=settings.tolerance)
        seeds = best(np.where(phrases > 0, phrases, -np.inf), settings.linking_top_k).tolist()
        return Scores(
            passages=mass[graph.num_entities :],
            entities=mass[: graph.num_entities],
            seeds=tuple((index, float(phrases[index])) for index in seeds),
            fallbacks=fallbacks,
        )

    def _chosen(self, question: str, facts: IndexArray) -> tuple[IndexArray, tuple[str, ...]]:
        graph = self.graph
        texts = [
            "; ".join((
                graph.entity_names[int(graph.fact_head[fact])],
                graph.fact_relations[int(fact)],
                graph.entity_names[int(graph.fact_tail[fact])],
            ))
            for fact in facts
        ]  # fmt: skip
        try:
            positions = self._fact_filter.choose(question, texts)
        except LanguageModelError as error:
            return facts, (f"the language model chose no facts ({error}): all the nearest ones used",)
        return facts[list(positions)], ()

    def _reset(self, facts: IndexArray, scores: FloatVector) -> FloatVector:
        return phrase_reset(
            self.graph.fact_head[facts],
            self.graph.fact_tail[facts],
            scores,
            self.graph.num_passages_of_entity,
            top_k=self.settings.linking_top_k,
        )


def _schema(num_facts: int) -> dict[str, object]:
    numbers = {"type": "integer", "enum": list(range(1, num_facts + 1))}
    return {
        "type": "object",
        "properties": {"facts": {"type": "array", "maxItems": MAX_FACTS, "items": numbers}},
        "required": ["facts"],
        "additionalProperties": False,
    }
