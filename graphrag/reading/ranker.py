"""Which candidate is the answer: a small network over their features, and how sure it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graphrag.errors import ConfigError
from graphrag.protocols import FloatMatrix
from graphrag.reading.grounding import NUM_EVIDENCE, evidence, logit
from graphrag.text import normalize_phrase

CLIP = 6.0
"""Standardized features are cut to this size."""

_ARRAYS = ("mean", "scale", "hidden", "hidden_bias", "output", "direct", "calibration", "grounding")


@dataclass(frozen=True, slots=True)
class Choice:
    """The best answer: the candidate that stands for it, its share of the probability, and its confidence.

    Parameters
    ----------
    index
        Of the candidate.
    share
        The probability of all candidates that read like it, in [0, 1].
    confidence
        How likely the answer is right, in [0, 1].
    """

    index: int
    share: float
    confidence: float


class CandidateRanker:
    """A perceptron with one hidden layer beside a linear part; candidates that read alike share their probability.

    Parameters
    ----------
    arrays
        By name: ``mean`` and ``scale`` of the features, ``hidden`` (features, units), ``hidden_bias``, ``output``
        (units,), ``direct`` (features,), ``calibration`` (see `signals`) and ``grounding`` (see
        :func:`graphrag.reading.grounding.evidence`).
    """

    def __init__(self, arrays: dict[str, FloatMatrix]) -> None:
        self.arrays = arrays

    @classmethod
    def load(cls, path: Path) -> "CandidateRanker":
        """Return the ranker in an ``npz`` file.

        Raises
        ------
        ConfigError
            If the file cannot be read, lacks an array, or is another version's.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = {name: file[name].astype(np.float32) for name in _ARRAYS}
            if (arrays["calibration"].shape, arrays["grounding"].shape) != ((NUM_SIGNALS,), (NUM_EVIDENCE,)):
                raise ValueError("made by another version")
            return cls(arrays)
        except (OSError, KeyError, ValueError) as error:
            raise ConfigError(f"Expected the ranker's weights in {path} ({error})") from error

    def probabilities(self, features: FloatMatrix) -> FloatMatrix:
        """Return the probability of each candidate, shape (candidates,)."""
        part = self.arrays
        x = np.clip((features - part["mean"]) / part["scale"], -CLIP, CLIP)
        hidden = np.maximum(x @ part["hidden"] + part["hidden_bias"], 0)
        scores = hidden @ part["output"] + x @ part["direct"]
        weights = np.exp(scores - scores.max())
        result: FloatMatrix = (weights / weights.sum()).astype(np.float32)
        return result

    def choose(self, features: FloatMatrix, answers: Sequence[str], answerable: float) -> Choice | None:
        """Return the best answer; None without candidates.

        Parameters
        ----------
        features
            Shape (candidates, features).
        answers
            What each candidate reads.
        answerable
            The reading network's highest logit of "span" less that of "none" over the texts.
        """
        if not len(answers):
            return None
        shares: dict[str, float] = defaultdict(float)
        probabilities = self.probabilities(features)
        keys = [normalize_phrase(answer) for answer in answers]
        for key, probability in zip(keys, probabilities, strict=True):
            shares[key] += float(probability)
        best = max(shares, key=lambda key: shares[key])
        index = max((i for i, key in enumerate(keys) if key == best), key=lambda i: probabilities[i])
        seen = signals(shares[best], answerable, features[index])
        return Choice(index, shares[best], _probability(seen, self.arrays["calibration"]))

    def grounded(self, confidence: float, names: float) -> float:
        """Return how sure an answer is, given how sure its reading was and the share of the question's names read."""
        return _probability(evidence(confidence, names), self.arrays["grounding"])


def _probability(seen: FloatMatrix, weights: FloatMatrix) -> float:
    return float(1 / (1 + np.exp(-float(seen @ weights))))


def signals(share: float, answerable: float, row: FloatMatrix) -> FloatMatrix:
    """Return what the confidence is made of: numbers whose weights are the ranker's calibration.

    Parameters
    ----------
    share
        The probability of the best answer.
    answerable
        See `CandidateRanker.choose`.
    row
        The features of the candidate chosen, those of its text first.

    Returns
    -------
    FloatMatrix
        The logit of the share, the network's view, whether the question names the text or one that leads to it, how
        many of the question's words the text has, how many of the texts it names, and 1.

    Examples
    --------
    >>> import numpy as np
    >>> signals(0.5, 4.0, np.zeros(10, np.float32)).tolist()
    [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    """
    return np.array([logit(share), answerable / 4, *row[_TEXT_SIGNALS], 1.0], np.float32)


_TEXT_SIGNALS = [2, 3, 8, 9]
NUM_SIGNALS = 3 + len(_TEXT_SIGNALS)
