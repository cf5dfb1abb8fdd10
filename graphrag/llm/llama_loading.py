"""GGUF files and the library that runs them: loading, and what can go wrong."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphrag.errors import LanguageModelError, MissingDependencyError

if TYPE_CHECKING:
    from llama_cpp import Llama

_MAGIC = b"GGUF"
SMALL_BYTES = 50_000_000
"""The steps of a smaller model are so short that threads mostly wait for one another, on a busy machine for long."""

_MIB = 2**20
_BATCH_TOKENS = 512


@dataclass(frozen=True, slots=True)
class LlamaSettings:
    """Options of :class:`LlamaCppModel` and :class:`LlamaCppEncoder`.

    Parameters
    ----------
    context_tokens
        Prompt and reply together, at least 64; less if the model was trained with less.
    gpu_layers
        Layers on the GPU; -1 for all. Needs a llama-cpp-python that was compiled for one.
    num_threads
        0 for one a core, and for a file below ``SMALL_BYTES`` one in all.
    seed
        Of the sampling, which at temperature 0 it does not influence.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    context_tokens: int = 8192
    gpu_layers: int = 0
    num_threads: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.context_tokens < 64:
            raise ValueError(f"Expected 'context_tokens' to be at least 64 (got {self.context_tokens})")
        if self.gpu_layers < -1:
            raise ValueError(f"Expected 'gpu_layers' to be at least -1 (got {self.gpu_layers})")
        if self.num_threads < 0:
            raise ValueError(f"Expected 'num_threads' not to be negative (got {self.num_threads})")


def check_gguf(path: Path) -> None:
    """Check that a file can be a model.

    Raises
    ------
    LanguageModelError
        If it cannot be read or does not begin like a GGUF file.
    """
    try:
        with path.open("rb") as file:
            is_gguf = file.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        raise LanguageModelError(f"Cannot read the model {path}: {error.strerror}") from error
    if not is_gguf:
        raise LanguageModelError(f"{path} is not a GGUF file")


def file_digest(path: Path) -> str:
    """Return 16 hexadecimal digits made of a file's size, first and last MiB.

    The whole would take seconds a gigabyte.
    """
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(_MIB))
        file.seek(max(0, size - _MIB))
        digest.update(file.read(_MIB))
    return digest.hexdigest()[:16]


def load_llama(path: Path, settings: LlamaSettings, **options: object) -> "Llama":
    """Return a loaded model; its context is never larger than the one it was trained with.

    Raises
    ------
    LanguageModelError
        If the file is damaged or needs more memory than there is.
    MissingDependencyError
        If llama-cpp-python is not installed.
    """
    with llama_failures(path):
        llama = _llama(path, settings, settings.context_tokens, options)
        trained = int(llama._model.n_ctx_train())
        if 0 < trained < llama.n_ctx():
            llama.close()
            llama = _llama(path, settings, trained, options)
    return llama


def _llama(path: Path, settings: LlamaSettings, context: int, options: Mapping[str, object]) -> "Llama":
    num_threads = settings.num_threads or (1 if path.stat().st_size < SMALL_BYTES else _num_cores())
    # An encoder reads a text in one batch.
    batch = context if options.get("embedding") else min(_BATCH_TOKENS, context)
    return llama_library().Llama(
        str(path),
        n_ctx=context,
        n_batch=batch,
        n_ubatch=batch,
        n_gpu_layers=settings.gpu_layers,
        n_threads=num_threads,
        n_threads_batch=num_threads,
        seed=settings.seed,
        verbose=False,
        **options,
    )


def _num_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def llama_failures(path: Path) -> Iterator[None]:
    """Turn what llama.cpp raises into errors of ours.

    Raises
    ------
    LanguageModelError
        Instead of what was raised inside.
    """
    try:
        yield
    except LanguageModelError:
        raise
    except MemoryError as error:
        raise LanguageModelError(f"Not enough memory for {path}: {_memory_advice(path)}") from error
    except ValueError as error:
        if "llama_context" in str(error):
            raise LanguageModelError(f"Not enough memory for {path}: {_memory_advice(path)}") from error
        raise LanguageModelError(f"llama.cpp cannot use {path}: {error}; is the file whole?") from error
    except RuntimeError as error:
        raise LanguageModelError(f"llama.cpp failed: {error}") from error


def _memory_advice(path: Path) -> str:
    return (
        f"the file alone needs {path.stat().st_size / 1e9:.1f} GB; use a smaller 'context_tokens', a smaller model or "
        "a stronger quantization"
    )


@lru_cache(maxsize=1)
def llama_library() -> Any:
    """Return the module ``llama_cpp``.

    Raises
    ------
    MissingDependencyError
        If llama-cpp-python is not installed.
    """
    try:
        import llama_cpp  # noqa: PLC0415  # optional
    except ImportError as error:
        raise MissingDependencyError("A GGUF model", "llama") from error
    _avoid_amx(llama_cpp.llama_cpp)
    return llama_cpp


def _avoid_amx(bindings: Any) -> None:
    """Have models loaded without llama.cpp's matrix products by AMX, which end in a segmentation fault.

    They are used for weights in "extra buffers" (llama.cpp, issue 20824; seen with version 0.3.36 of the bindings). The
    bindings have no option for these, so what they begin with is changed, where the processor has AMX.
    """
    if b"AMX_INT8 = 1" not in bindings.llama_print_system_info():
        return
    defaults = bindings.llama_model_default_params

    def without_extra_buffers() -> Any:
        params = defaults()
        params.use_extra_bufts = False
        return params

    bindings.llama_model_default_params = without_extra_buffers
