"""Grammars at temperature 0: the likeliest token first, the vocabulary only where the grammar refuses that."""

import ctypes
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graphrag.llm.llama_loading import llama_library

if TYPE_CHECKING:
    from llama_cpp import Llama, LlamaGrammar

_SEVERAL = 64
_TOKEN = np.dtype([("id", np.intc), ("logit", np.single), ("p", np.single)], align=True)

Logits = NDArray[np.float32]


class GreedyGrammar:
    """Chooses the likeliest token that a grammar allows, one after another.

    llama.cpp holds the whole vocabulary against the grammar at every step, a third of a microsecond a token: with the
    150,000 tokens of today's models that takes as long as the network itself. Most often the likeliest token is allowed
    and no other need be looked at. The result is the same.

    Parameters
    ----------
    llama
        The model.
    grammar
        The grammar.
    """

    def __init__(self, llama: "Llama", grammar: "LlamaGrammar") -> None:
        self._library = llama_library()
        self._sampler = self._library.llama_sampler_init_grammar(
            llama._model.vocab, grammar._grammar.encode(), grammar._root.encode()
        )
        self._num_seen: int | None = None

    def __enter__(self) -> "GreedyGrammar":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._library.llama_sampler_free(self._sampler)

    def __call__(self, tokens: NDArray[np.intc], logits: Logits) -> Logits:
        """Return the logits with all but the chosen token's at minus infinity.

        Parameters
        ----------
        tokens
            Prompt and reply so far; the first time the prompt alone.
        logits
            Of the next token, shape ``(vocabulary,)``.
        """
        for token in tokens[self._num_seen :].tolist() if self._num_seen is not None else ():
            self._library.llama_sampler_accept(self._sampler, token)
        self._num_seen = len(tokens)
        chosen = np.full_like(logits, -np.inf)
        for count in (1, _SEVERAL, len(logits)):
            candidates = _likeliest(logits, count)
            allowed = self._allowed(candidates, logits)
            if len(allowed):
                best = allowed[np.argmax(logits[allowed])]
                chosen[best] = logits[best]
                return chosen
        return logits

    def _allowed(self, candidates: NDArray[np.intp], logits: Logits) -> NDArray[np.intp]:
        """Return those of the candidates that the grammar allows next."""
        library = self._library
        data = np.zeros(len(candidates), _TOKEN)
        data["id"], data["logit"] = candidates, logits[candidates]
        array = library.llama_token_data_array(
            data=ctypes.cast(data.ctypes.data, library.llama_token_data_p), size=len(data), selected=-1, sorted=False
        )
        library.llama_sampler_apply(self._sampler, ctypes.byref(array))
        # What is refused stays in its place, at minus infinity.
        return candidates[data["logit"] > -np.inf]


def _likeliest(logits: Logits, count: int) -> NDArray[np.intp]:
    if count == 1:
        return np.array([logits.argmax()])
    return np.sort(np.argpartition(logits, -count)[-count:]) if count < len(logits) else np.arange(len(logits))
