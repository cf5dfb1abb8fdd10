"""The reading network at work: how likely each piece of a text is to begin and to end the answer."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from graphrag.errors import ConfigError
from graphrag.reading.inputs import ReadingInput, Window

WEIGHTS = Path(__file__).parent / "weights"
"""Where the shipped weights are."""

KINDS = ("span", "yes", "no", "none")
"""What an answer can be; ``none``: the texts do not say."""

_FILES = ("model.onnx", "tokenizer.json")


_MAX_CACHED = 256
"""Windows whose scores are kept."""


class SpanScores(NamedTuple):
    """Logits of starts and ends, shape (pieces,) each, and of `KINDS`."""

    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    kinds: NDArray[np.float32]


class SpanNetwork:
    """MiniLM, trained to find answers, as int8 ONNX with constant scales: a window's scores depend on it alone.

    Parameters
    ----------
    folder
        With ``model.onnx`` and ``tokenizer.json``.

    Raises
    ------
    ConfigError
        If a file is missing or cannot be read.
    """

    def __init__(self, folder: Path = WEIGHTS) -> None:
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise ConfigError(f"Expected the reader's weights in {folder} (no {', '.join(missing)})")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False
        # The file holds the graph as it is to be run.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 3
        try:
            self.inputs = ReadingInput(folder / "tokenizer.json")
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime and tokenizers raise no common class
            raise ConfigError(f"Expected a reading network and its tokenizer in {folder} ({error})") from error

        # A passage is looked at by the retriever, then read.
        self._run = lru_cache(_MAX_CACHED)(self._run_once)

    def _run_once(self, ids: tuple[int, ...], shapes: tuple[int, ...]) -> tuple[NDArray[np.float32], ...]:
        feeds = {"pieces": np.array([ids], np.int64), "shapes": np.array([shapes], np.int64)}
        return tuple(self._session.run(["span", "kind"], feeds))

    def scores(self, window: Window) -> SpanScores:
        """Return the scores of a window; pieces of the question and marks have none (minus infinity)."""
        span, kinds = self._run(tuple(window.ids), tuple(window.shapes))
        outside = np.array(window.sources) < 0
        starts, ends = (np.where(outside, -np.inf, span[0, :, side]).astype(np.float32) for side in (0, 1))
        return SpanScores(starts, ends, kinds[0])
