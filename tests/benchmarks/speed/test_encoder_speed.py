import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.benchmark
@pytest.mark.slow
@pytest.mark.data
def test_the_encoder_is_much_faster_than_sentence_transformers_and_as_good():
    script = Path(__file__).parent / "encoder.py"
    command = [sys.executable, str(script), "--passages", "400", "--rounds", "5", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=500)
    figures = json.loads(done.stdout.splitlines()[-1])
    if "skipped" in figures:
        pytest.skip(figures["skipped"])
    assert figures["cosine_mean"] >= 0.99
    assert figures["cosine_min"] >= 0.985
    # 3.7 on two idle cores, more on busy ones, with rounds between 3.2 and 4.1; the figure itself is in the README.
    assert figures["ratio"] >= 2.5
