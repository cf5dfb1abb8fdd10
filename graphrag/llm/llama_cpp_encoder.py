"""Vectors by GGUF models, by llama.cpp."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from graphrag.llm.llama_loading import (
    LlamaSettings,
    check_gguf,
    file_digest,
    llama_failures,
    llama_library,
    load_llama,
)
from graphrag.protocols import FloatMatrix

_CONTEXT_TOKENS = 512


class LlamaCppEncoder:
    """Vectors by a GGUF model: fulfils :class:`graphrag.protocols.Encoder`.

    A text that is longer than the context is cut there. Models that say no way of pooling are pooled by the mean.

    Parameters
    ----------
    path
        The GGUF file.
    settings
        Options; by default a context of 512 tokens.

    Raises
    ------
    LanguageModelError
        If the file is missing, no GGUF file, damaged, or needs more memory than there is.
    MissingDependencyError
        If llama-cpp-python is not installed.
    """

    def __init__(self, path: str | Path, *, settings: LlamaSettings | None = None) -> None:
        self.path = Path(path)
        check_gguf(self.path)
        self._lock = threading.Lock()
        settings = settings or LlamaSettings(context_tokens=_CONTEXT_TOKENS)
        self._llama = load_llama(self.path, settings, embedding=True)
        if self._llama.pooling_type() == llama_library().LLAMA_POOLING_TYPE_NONE:
            mean = llama_library().LLAMA_POOLING_TYPE_MEAN
            self._llama = load_llama(self.path, settings, embedding=True, pooling_type=mean)

    @cached_property
    def identity(self) -> str:
        """The model's name in the file, a hash of its content, and the context."""
        name = self._llama.metadata.get("general.name", "unnamed")
        return f"llama.cpp:{name}:{file_digest(self.path)}:{self._llama.n_ctx()}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._llama.n_embd())

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one vector of length 1 a text, shape ``(len(texts), dimension)``; each text is run alone.

        Raises
        ------
        LanguageModelError
            If llama.cpp fails.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with self._lock, llama_failures(self.path):
            for row, text in zip(vectors, texts, strict=True):
                # A text of no token has no vector of its own.
                row[:] = self._llama.embed(text.encode("utf-8", "replace").decode("utf-8") or " ")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        normalised: FloatMatrix = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
        return normalised
