"""BM25 over the words of the passages."""

import json
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from graphrag.text import word_tokens

_SIZE_FILE = "lexical.json"
_STOP_WORDS = frozenset(
    word_tokens(
        """a about after also an and are as at be been before being both but by can did do does for from had has have
        he her him his how i if in into is it its many me more most much my no nor not of on one or other our out over
        s she so some such t than that the their them then there these they this those to too under up us was we were
        what when where which while who whom whose why will with would you your"""
    )
)


class LexicalIndex:
    """A BM25 index (Lucene's variant, k1 = 1.5, b = 0.75) of texts by position.

    Parameters
    ----------
    num_texts
        How many texts there are.
    model
        The library's index; None when no text has a word.

    References
    ----------
    Lù, "BM25S: Orders of magnitude faster lexical search via eager sparse scoring", arXiv 2407.03618.
    """

    def __init__(self, num_texts: int, model: bm25s.BM25 | None) -> None:
        self.num_texts = num_texts
        self._model = model

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Return the index of some texts.

        Examples
        --------
        >>> index = LexicalIndex.build(["Ada wrote notes", "Bread and butter"])
        >>> (index.scores("Who wrote the notes?") > 0).tolist()
        [True, False]
        """
        words = [content_words(text) for text in texts]
        vocabulary = {word: index for index, word in enumerate(sorted({word for text in words for word in text}))}
        if not vocabulary:
            return cls(len(texts), None)
        model = bm25s.BM25(method="lucene", k1=1.5, b=0.75, backend="numpy")
        tokenized = bm25s.tokenization.Tokenized([[vocabulary[word] for word in text] for text in words], vocabulary)
        model.index(tokenized, show_progress=False)
        return cls(len(texts), model)

    def save(self, folder: Path) -> None:
        """Write the index into a folder, which is made if it is not there."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {"num_texts": self.num_texts, "has_words": self._model is not None}
        (folder / _SIZE_FILE).write_text(json.dumps(content), encoding="utf-8")
        if self._model is not None:
            self._model.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Open what :meth:`save` wrote, memory-mapped; ``OSError`` or ``ValueError`` if it is not there or damaged."""
        content = json.loads((folder / _SIZE_FILE).read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not {"num_texts", "has_words"} <= content.keys():
            raise ValueError(f"Expected {_SIZE_FILE} to describe a lexical index (got {str(content)[:80]})")
        num_texts = int(content["num_texts"])
        if not content["has_words"]:
            return cls(num_texts, None)
        model = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        if model.scores["num_docs"] != num_texts:
            raise ValueError(f"Expected an index of {num_texts} texts (got {model.scores['num_docs']})")
        return cls(num_texts, model)

    def scores(self, question: str) -> NDArray[np.float32]:
        """Return the BM25 score of each text, zero where no word is shared, shape ``(num_texts,)``."""
        if self._model is None:
            return np.zeros(self.num_texts, dtype=np.float32)
        words = self._model.get_tokens_ids(content_words(question))
        found: NDArray[np.float32] = self._model.get_scores_from_ids(words)
        return found

    def rarity(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Return how rare words are: the log of one over the share of the texts that have each; 0 for stop words.

        Parameters
        ----------
        words
            Casefolded.

        Returns
        -------
        ndarray
            Shape ``(len(words),)``.

        Examples
        --------
        >>> index = LexicalIndex.build(["Ada wrote notes", "Ada baked bread"])
        >>> bool(np.diff(index.rarity(["the", "ada", "bread", "unknown"])).min() > 0)
        True
        """
        counts = np.array([self._num_texts_with(word) for word in words], dtype=np.float64)
        has_content = np.array([word not in _STOP_WORDS for word in words], dtype=np.bool_)
        rarity: NDArray[np.float64] = np.where(has_content, np.log((self.num_texts + 1) / (counts + 0.5)), 0.0)
        return rarity

    def _num_texts_with(self, word: str) -> int:
        if self._model is None or word not in self._model.vocab_dict:
            return 0
        starts, token = self._model.scores["indptr"], self._model.vocab_dict[word]
        return int(starts[token + 1] - starts[token])


def content_words(text: str) -> list[str]:
    """Return the words of a text that say what it is about.

    Examples
    --------
    >>> content_words("Who wrote Ada's notes?")
    ['wrote', 'ada', 'notes']
    """
    return [word for word in word_tokens(text) if word not in _STOP_WORDS]
