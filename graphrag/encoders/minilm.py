"""The shipped sentence encoder: all-MiniLM-L6-v2 as int8 ONNX, texts of one length together over a pool of threads."""

import hashlib
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Encoding, Tokenizer

from graphrag.errors import ConfigError
from graphrag.protocols import FloatMatrix
from graphrag.text import clean_text

DEFAULT_MODEL = Path(__file__).parent / "weights"
"""Folder of the weights that come with this package."""

MAX_POSITIONS = 512
"""Word pieces that the model has positions for."""

MAX_PIECES_A_RUN = 256
"""Word pieces that are encoded together: a short text alone takes as long as three together."""

_MAX_REMEMBERED = 16
_CHARACTERS_PER_PIECE = 64


class MiniLMEncoder:
    """Encoder of sentences and passages into vectors of length 1 and dimension 384.

    Texts of as many word pieces are one run of the network on one thread, without padding, and the scales of the
    quantized activations are constants, so that a text's vector does not depend on its neighbours. The vectors are
    equal bit for bit whatever the other texts, their order and the number of threads; another kind of CPU or another
    version of ONNX Runtime may round differently.

    Only the first ``max_tokens`` word pieces of a text count (``[CLS]`` and ``[SEP]`` included), as in
    sentence-transformers; of a longer text only the first ``64 * max_tokens`` characters are read. English has about
    four characters a word piece, so that this bound cuts nothing that counts unless a text is mostly white space or
    made of words of hundreds of letters. A text without any word piece (empty, white space, control characters) gets
    the vector of ``[CLS] [SEP]``.

    Parameters
    ----------
    model
        Folder with ``model.onnx`` and ``tokenizer.json``.
    num_threads
        Texts that are encoded at a time; None: the cores that this process may use.
    max_tokens
        In [2, 512].

    Attributes
    ----------
    num_truncated
        How many of the texts encoded so far were longer than ``max_tokens``.

    Raises
    ------
    ValueError
        If an option is out of range.
    ConfigError
        If the folder has no model that can be loaded.

    References
    ----------
    Wang et al., MiniLM: Deep Self-Attention Distillation, NeurIPS 2020, section 3; Reimers and Gurevych, Sentence-BERT,
    EMNLP 2019, section 3 (mean pooling).

    Examples
    --------
    >>> encoder = MiniLMEncoder()
    >>> question, near, far = encoder.encode(["Who wrote Emma?", "Jane Austen wrote Emma.", "Bread is baked."])
    >>> bool(question @ near > 0.5 > question @ far)
    True
    """

    def __init__(
        self, *, model: str | Path = DEFAULT_MODEL, num_threads: int | None = None, max_tokens: int = 256
    ) -> None:
        if num_threads is not None and num_threads < 1:
            raise ValueError(f"Expected 'num_threads' to be at least 1 (got {num_threads})")
        if not 2 <= max_tokens <= MAX_POSITIONS:
            raise ValueError(f"Expected 'max_tokens' to be in [2, {MAX_POSITIONS}] (got {max_tokens})")
        self._num_threads = num_threads or _available_cores()
        self._max_tokens = max_tokens
        self._tokenizer, self._session, digest = _load(Path(model))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._identity = f"all-MiniLM-L6-v2-int8/{digest[:12]}/{max_tokens}"
        self.num_truncated = 0
        # The parts of one answer ask for the same question's vector, one after another.
        self._encode_again = lru_cache(_MAX_REMEMBERED)(self._encode_one)

    @property
    def identity(self) -> str:
        """Name, short hash of the weights and of the tokenizer, and ``max_tokens``."""
        return self._identity

    @property
    def dimension(self) -> int:
        """Length of a vector: 384."""
        return int(self._session.get_outputs()[0].shape[-1])

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return one L2-normalised vector a text.

        Parameters
        ----------
        texts
            Any strings; lone surrogates are read as the replacement character.

        Returns
        -------
        FloatMatrix
            Shape ``(len(texts), 384)``; row i depends on ``texts[i]`` alone.
        """
        if len(texts) == 1:
            return self._encode_again(texts[0]).copy()
        return self._encode_all(texts)

    def _encode_one(self, text: str) -> FloatMatrix:
        return self._encode_all([text])

    def _encode_all(self, texts: Sequence[str]) -> FloatMatrix:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        encodings = [self._tokenize(text) for text in texts]
        self.num_truncated += sum(bool(encoding.overflowing) for encoding in encodings)
        # The threads take runs one by one from the same deque: a task a run would cost more than a short run.
        runs = deque(_runs([len(encoding.ids) for encoding in encodings]))
        num_threads = min(self._num_threads, len(runs))
        if num_threads <= 1:
            self._fill(vectors, encodings, runs)
        else:
            with ThreadPoolExecutor(num_threads) as pool:
                parts = [pool.submit(self._fill, vectors, encodings, runs) for _ in range(num_threads)]
            for part in parts:
                part.result()
        return vectors

    def token_states(self, text: str) -> tuple[tuple[str, ...], FloatMatrix]:
        """Return the word pieces of a text and the last layer's state of each.

        Returns
        -------
        tuple of str
            ``[CLS]``, the word pieces, ``[SEP]``: at most ``max_tokens``.
        FloatMatrix
            Shape ``(num_pieces, 384)``, not normalised.
        """
        encoding = self._tokenize(text)
        (states,) = self._session.run(["token_states"], {"input_ids": np.array([encoding.ids], dtype=np.int64)})
        return tuple(encoding.tokens), states[0]

    def _tokenize(self, text: str) -> Encoding:
        return self._tokenizer.encode(clean_text(text[: self._max_tokens * _CHARACTERS_PER_PIECE]))

    def _fill(self, vectors: FloatMatrix, encodings: Sequence[Encoding], runs: deque[list[int]]) -> None:
        """Write the vectors of the runs that are left, one run after the other."""
        while True:
            try:
                rows = runs.popleft()
            except IndexError:
                return
            batch = np.array([encodings[row].ids for row in rows], dtype=np.int64)
            (vectors[rows],) = self._session.run(["sentence_vector"], {"input_ids": batch})


def _runs(lengths: Sequence[int]) -> list[list[int]]:
    """Return the rows of texts of one length in runs of at most `MAX_PIECES_A_RUN` pieces, the longest texts first."""
    rows_of: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        rows_of.setdefault(length, []).append(row)
    runs = []
    for length, rows in sorted(rows_of.items(), reverse=True):
        size = max(1, MAX_PIECES_A_RUN // length)
        runs += [rows[start : start + size] for start in range(0, len(rows), size)]
    return runs


def _available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _load(folder: Path) -> tuple[Tokenizer, ort.InferenceSession, str]:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # The file holds the graph as it is to be run: optimizing it costs time and fuses operators into slower ones.
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        network = (folder / "model.onnx").read_bytes()
        vocabulary = (folder / "tokenizer.json").read_bytes()
        session = ort.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_buffer(vocabulary)
        _check_outputs([output.name for output in session.get_outputs()])
    except Exception as error:  # ONNX Runtime and tokenizers raise no common class
        reason = str(error).strip().partition("\n")[0]
        raise ConfigError(
            f"Expected '{folder}' to hold model.onnx and tokenizer.json of a sentence encoder: {reason}"
        ) from error
    return tokenizer, session, hashlib.sha256(network + vocabulary).hexdigest()


def _check_outputs(names: list[str]) -> None:
    if names != ["sentence_vector", "token_states"]:
        raise ValueError(f"Expected the outputs 'sentence_vector' and 'token_states' (got {names})")
