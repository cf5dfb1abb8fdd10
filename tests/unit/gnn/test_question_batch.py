import numpy as np
import pytest

torch = pytest.importorskip("torch")

from gnn.question_batch import QuestionReader  # noqa: E402
from gnn.questions import NOWHERE  # noqa: E402


def test_batches_are_padded_and_texts_read_once(encoder) -> None:
    reader = QuestionReader(encoder)
    batch = reader.batch(["who wrote it", "when"])
    assert batch.states.shape == (2, 3, 16)
    assert batch.mask.tolist() == [[True] * 3, [True, False, False]]
    assert np.allclose(batch.mean[1], encoder.encode(["when"])[0])
    assert reader.read("when")[1] is reader.read("when")[1]


def test_places_go_on_with_nowhere(encoder) -> None:
    batch = QuestionReader(encoder).batch(["who wrote it in the year of it", "of it"])
    assert batch.places.tolist() == [[4, 5, 6, 7, 8, 4, 5, 6], [5, 6] + [NOWHERE] * 6]
