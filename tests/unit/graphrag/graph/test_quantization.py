import numpy as np

from graphrag.graph.quantization import quantize


def test_what_codes_stand_for_is_near() -> None:
    vectors = np.random.default_rng(0).standard_normal((20_000, 24)).astype(np.float32)
    vectors[3] = 0
    found = quantize(vectors)
    away = np.linalg.norm(vectors - found.codes * found.scales[:, None], axis=1)
    assert found.codes.dtype == np.int8
    assert abs(found.codes).max() == 127
    assert away[3] == 0
    assert 0 < away.max() <= found.error * 1.0001 < 0.1


def test_nothing_is_quantized_to_nothing() -> None:
    for shape in ((0, 0), (0, 8), (3, 0)):
        found = quantize(np.empty(shape, np.float32))
        assert (found.codes.shape, found.scales.shape, float(found.error)) == (shape, shape[:1], 0)
