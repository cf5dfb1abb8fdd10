"""A reader without a model of its own: the sentence that is nearest to the question."""

from collections.abc import Sequence

import numpy as np

from graphrag.protocols import Encoder
from graphrag.text import split_sentences
from graphrag.types import Reading, ReasoningPath, ScoredPassage

MAX_SENTENCES = 64
"""At most so many sentences are compared, the first of each passage first."""


class BestSentenceReader:
    """Answers with the sentence whose vector, title included, is nearest to the question's.

    Parameters
    ----------
    encoder
        Makes the vectors.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def read(self, question: str, passages: Sequence[ScoredPassage], paths: Sequence[ReasoningPath]) -> Reading:
        """Return the best sentence, citing its passage and those of the best path that are among the passages.

        The confidence is the cosine, clipped to [0, 1]: it ranks answers, it is no probability.
        """
        sentences = _sentences(passages)
        if not sentences:
            return Reading("", 0.0, (), "no passage")
        texts = [": ".join(filter(None, (hit.passage.title, sentence))) for hit, sentence in sentences]
        vectors = self._encoder.encode([question, *texts])
        similarity = vectors[1:] @ vectors[0]
        best = int(np.argmax(similarity))
        hit, sentence = sentences[best]
        given = {passage.passage_id for passage in passages}
        on_path = [passage_id for path in paths[:1] for passage_id in path.passage_ids if passage_id in given]
        citations = tuple(dict.fromkeys([hit.passage_id, *on_path]))
        return Reading(sentence, float(np.clip(similarity[best], 0, 1)), citations, "best sentence")


def _sentences(passages: Sequence[ScoredPassage]) -> list[tuple[ScoredPassage, str]]:
    """Return at most ``MAX_SENTENCES`` sentences, in turn from each passage so that none is left out."""
    per_passage = [
        [(hit, hit.passage.text[start:end]) for start, end in split_sentences(hit.passage.text)] for hit in passages
    ]
    longest = max(map(len, per_passage), default=0)
    in_turn = [sentences[i] for i in range(longest) for sentences in per_passage if i < len(sentences)]
    return in_turn[:MAX_SENTENCES]
