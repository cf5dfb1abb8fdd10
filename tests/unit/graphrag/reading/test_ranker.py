import numpy as np
import pytest

from graphrag.errors import ConfigError
from graphrag.reading.ranker import NUM_SIGNALS, CandidateRanker, signals


def ranker(direct):
    direct = direct + [0.0] * 9
    size = len(direct)
    arrays = {
        "mean": np.zeros(size),
        "scale": np.ones(size),
        "hidden": np.zeros((size, 2)),
        "hidden_bias": np.zeros(2),
        "output": np.zeros(2),
        "direct": np.array(direct),
        "calibration": np.eye(NUM_SIGNALS)[0],
        "grounding": np.array([1.0, 2.0, -2.0]),
    }
    return CandidateRanker({name: value.astype(np.float32) for name, value in arrays.items()})


def rows(*values):
    return np.pad(np.array(values, np.float32).reshape(-1, 1), ((0, 0), (0, 9)))


def test_the_best_candidate_is_chosen():
    choice = ranker([1.0]).choose(rows(0.0, 3.0), ["Rome", "Oslo"], 0.0)
    assert choice.index == 1
    assert choice.share == pytest.approx(np.exp(3) / (1 + np.exp(3)))
    assert choice.confidence == pytest.approx(choice.share, abs=1e-3)


def test_candidates_that_read_alike_share_their_probability():
    choice = ranker([1.0]).choose(rows(1.0, 0.9, 0.8), ["Rome", "Oslo", "oslo"], 0.0)
    assert choice.index == 1


def test_without_candidates_there_is_no_choice():
    assert ranker([1.0]).choose(rows(), [], 0.0) is None


def test_signals_stay_finite():
    assert np.isfinite(signals(0.0, 0.0, rows(0.0)[0])).all()
    assert np.isfinite(signals(1.0, -9.0, rows(0.0)[0])).all()


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ConfigError, match=r"Expected the ranker's weights in .*ranker\.npz"):
        CandidateRanker.load(tmp_path / "ranker.npz")


def test_a_file_without_an_array_is_told(tmp_path):
    np.savez(tmp_path / "ranker.npz", mean=np.zeros(1))
    with pytest.raises(ConfigError, match="Expected the ranker's weights"):
        CandidateRanker.load(tmp_path / "ranker.npz")


def test_a_file_of_another_version_is_told(tmp_path):
    arrays = {**ranker([1.0]).arrays, "grounding": np.ones(2)}
    np.savez(tmp_path / "ranker.npz", **arrays)
    with pytest.raises(ConfigError, match="made by another version"):
        CandidateRanker.load(tmp_path / "ranker.npz")


def test_names_that_were_not_read_speak_against_an_answer():
    surest, doubted = (ranker([1.0]).grounded(0.7, names) for names in (1.0, 0.0))
    assert surest == pytest.approx(0.7, abs=1e-3)
    assert doubted < 0.3
