"""Time a passage with llama.cpp's prefix cache and without it.

python tests/benchmarks/speed/prefix_cache.py [MODEL.gguf]
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from extractors.llm_extractor import LLMExtractor, LLMExtractorSettings
from graphrag.llm.llama_cpp import LlamaCppModel
from graphrag.llm.llama_loading import LlamaSettings
from graphrag.testing.tiny_gguf import write_tiny_gguf
from graphrag.types import Passage

ROUNDS = 6
TEXT = "Ada Lovelace met Charles Babbage in London in 1833, and they wrote to each other for years. " * 4


def main() -> None:
    """Print the medians of the processor time, rounds of both kinds in turn.

    Without a model of yours, one of 22 million random weights is measured.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = (
            Path(sys.argv[1])
            if len(sys.argv) > 1
            else write_tiny_gguf(Path(folder) / "random.gguf", layers=12, feed_forward=2048)
        )
        model = LlamaCppModel(path, settings=LlamaSettings(num_threads=1))
        extractor = LLMExtractor(model, settings=LLMExtractorSettings(max_tokens=160))
        seconds: dict[str, list[float]] = {"cached": [], "not cached": []}
        list(extractor.extract([Passage("warm", TEXT)]))
        for number in range(ROUNDS):
            for name, times in seconds.items():
                if name == "not cached":
                    model.forget_prefix()
                passage = Passage("p", f"{number} {name}: {TEXT}")
                start = time.process_time()
                list(extractor.extract([passage]))
                times.append(time.process_time() - start)
        shared = model.count_tokens(extractor.first_messages(Passage("p", "")))
        whole = model.count_tokens(extractor.first_messages(passage))
        sys.stdout.write(f"prompt: {whole} tokens, {shared} of them the same for every passage\n")
        for name, times in seconds.items():
            sys.stdout.write(f"prefix {name}: {1000 * statistics.median(times):.0f} ms a passage\n")


if __name__ == "__main__":
    main()
