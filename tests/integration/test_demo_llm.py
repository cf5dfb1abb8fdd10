"""The shipped demo language model in the real llama.cpp: its size, its card, its triples, its answers."""

import hashlib
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from extractors.llm_extractor import LLMExtractor
from graphrag.evaluation.triple_metrics import TripleScores, lenient_match, score_triples
from graphrag.generation.llm_reader import LLMReader
from graphrag.llm.llama_cpp import LlamaCppModel
from graphrag.llm.llama_loading import LlamaSettings
from graphrag.types import Extraction, Passage, PathStep, ReasoningPath, ScoredPassage

pytest.importorskip("llama_cpp", reason='pip install "multihop-graphrag[llama]"')

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "graphrag" / "llm" / "weights" / "demo.gguf"
CARD = WEIGHTS.with_name("MODEL_CARD.md").read_text(encoding="utf-8")
MOSTLY_Q8_0 = "7"  # llama.cpp's number for it


@pytest.fixture(scope="module")
def model() -> LlamaCppModel:
    return LlamaCppModel(WEIGHTS, settings=LlamaSettings(num_threads=1))


@pytest.fixture(scope="module")
def gold() -> ModuleType:
    """Return ``scripts/score_triples.py``, which reads passages with their gold triples."""
    spec = importlib.util.spec_from_file_location("score_triples", ROOT / "scripts" / "score_triples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scores(model: LlamaCppModel, gold: list) -> TripleScores:
    results = list(LLMExtractor(model).extract([passage for passage, _ in gold]))
    assert all(isinstance(result, Extraction) for result in results)
    pairs = zip(results, (triples for _, triples in gold), strict=True)
    counts = [score_triples(result.triples, triples, rule=lenient_match) for result, triples in pairs]
    return sum(counts, start=TripleScores(0, 0, 0))


def test_the_card_describes_the_file() -> None:
    content = WEIGHTS.read_bytes()
    assert len(content) <= 6_000_000
    assert hashlib.sha256(content).hexdigest() in CARD
    assert f"{len(content):,} bytes" in CARD


def test_llama_cpp_quantized_it(model: LlamaCppModel) -> None:
    assert model._llama.metadata["general.file_type"] == MOSTLY_Q8_0
    num_weights = int(model._llama._model.n_params())
    assert 2_000_000 <= num_weights <= 6_000_000
    assert re.search(rf"\b{num_weights:,} weights", CARD)


def test_triples_of_passages_that_training_never_saw(model: LlamaCppModel, gold: ModuleType) -> None:
    found = scores(model, gold.demo_passages())
    assert found.gold > 200
    assert found.f1 >= 0.5


def test_triples_of_held_out_sentences(model: LlamaCppModel, gold: ModuleType) -> None:
    assert scores(model, gold.held_out_sentences()).f1 >= 0.9


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Where did the father of Ada Lovelace die?", "Missolonghi"), ("Where was Ada Lovelace born?", "London")],
)
def test_an_answer_from_paths(model: LlamaCppModel, question: str, answer: str) -> None:
    father = PathStep("Ada Lovelace", "father of", "Lord Byron", forward=False, passage_ids=("p2",))
    paths = [
        ReasoningPath((father, PathStep("Lord Byron", "died in", "Missolonghi", passage_ids=("p2",)))),
        ReasoningPath((PathStep("Ada Lovelace", "was born in", "London", passage_ids=("p1",)),)),
    ]
    texts = {"Ada Lovelace": "Ada Lovelace was born in London.", "Lord Byron": "Lord Byron died in Missolonghi."}
    hits = [
        ScoredPassage(Passage(f"p{n}", text, title), 1 / n, n) for n, (title, text) in enumerate(texts.items(), start=1)
    ]
    reading = LLMReader(model).read(question, hits, paths)
    assert reading.text == answer
    assert reading.citations
