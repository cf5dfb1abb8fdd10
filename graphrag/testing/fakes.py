"""Stand-ins for slow parts, simple enough that a test can foresee what they do."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np

from graphrag.errors import ExtractionError
from graphrag.protocols import FloatMatrix
from graphrag.text import word_tokens
from graphrag.types import Entity, Extraction, Passage, Triple


class HashEncoder:
    """An encoder whose vector is the normalised sum of one fixed random vector a word: shared words, similar vectors.

    Parameters
    ----------
    dimension
        Length of a vector.
    """

    def __init__(self, dimension: int = 32) -> None:
        self._dimension = dimension

    @property
    def identity(self) -> str:
        """Name and dimension."""
        return f"hash-{self._dimension}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one unit vector a text, shape ``(len(texts), dimension)``."""
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(len(texts), self._dimension)

    def token_states(self, text: str) -> tuple[tuple[str, ...], FloatMatrix]:
        """Return the words of a text between two marks, and the vector of each."""
        tokens = ("[CLS]", *word_tokens(text), "[SEP]")
        return tokens, self.encode(tokens)

    def _vector(self, text: str) -> FloatMatrix:
        total = np.zeros(self._dimension)
        for word in word_tokens(text) or [text]:
            seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8], "big")
            total += np.random.default_rng(seed).standard_normal(self._dimension)
        return (total / np.linalg.norm(total)).astype(np.float32)


class PatternExtractor:
    """An extractor for texts of the form ``"Head | relation | tail. Head | relation | tail."``.

    A text that contains ``"FAIL"`` cannot be extracted. ``passages_read`` counts what it was given.
    """

    identity = "pattern-1"

    def __init__(self) -> None:
        self.passages_read = 0

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        """Yield one result a passage."""
        for passage in passages:
            self.passages_read += 1
            if "FAIL" in passage.text:
                yield ExtractionError("told to fail", passage_id=passage.passage_id)
            else:
                yield self._extraction(passage)

    @staticmethod
    def _extraction(passage: Passage) -> Extraction:
        triples = []
        for sentence in passage.text.split("."):
            parts = [part.strip() for part in sentence.split("|")]
            if len(parts) == 3 and all(parts):
                head, relation, tail = parts
                triples.append(Triple(head, relation, tail, 0.5, sentence.strip()))
        title = (Entity(passage.title, "TITLE"),) if passage.title else ()
        return Extraction(title, tuple(triples))

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        """Return the words that begin with a capital letter."""
        return tuple(Entity(word) for word in question.replace("?", "").split() if word[:1].isupper())
