from collections.abc import Sequence

import pytest

from extractors.llm_extractor import LLMExtractor, LLMExtractorSettings
from graphrag.errors import ExtractionError
from graphrag.estimate import SAMPLE_PASSAGES, estimate_documents
from graphrag.llm.metering import MeteredExtractor
from graphrag.llm.usage import Usage
from graphrag.testing.fakes import HashEncoder
from graphrag.testing.scripted_model import ScriptedModel
from graphrag.testing.store_suite import document
from graphrag.types import Document

REPLY = '{"entities": ["Ada"], "triples": [["Ada", "met", "Bab"]]}'


def documents(num: int) -> list[Document]:
    return [document(f"d{n:03}", f"Ada met Bab {'and so on ' * (n % 5)}.") for n in range(num)]


def metered(model: ScriptedModel, docs: Sequence[Document], **options: object):
    clock = iter(range(10_000))
    extractor = LLMExtractor(model, **options)  # type: ignore[arg-type]
    meter = MeteredExtractor(extractor, model, clock=lambda: next(clock) / 1000)
    counted = meter.counted(docs, is_known=lambda document: document.document_id == "d000")
    estimate = estimate_documents(counted, None, meter, HashEncoder())
    return meter, estimate


@pytest.mark.parametrize("options", [{}, {"settings": LLMExtractorSettings(mode="two-call")}, {"in_flight": 4}])
def test_the_estimate_is_what_the_work_then_uses(options: dict[str, object]) -> None:
    docs = documents(100)
    meter, _ = metered(ScriptedModel([REPLY]), docs, **options)
    model = ScriptedModel([REPLY])
    list(LLMExtractor(model, **options).extract([p for d in docs[1:] for p in d.passages]))  # type: ignore[arg-type]
    told, used = meter.usage(), model.usage
    assert told.calls == used.calls
    assert told.completion_tokens == used.completion_tokens
    assert told.prompt_tokens == pytest.approx(used.prompt_tokens, rel=0.02)


def test_only_a_bounded_sample_is_asked_about() -> None:
    model = ScriptedModel([REPLY])
    metered(model, documents(1000))
    assert len(model.asked) == SAMPLE_PASSAGES


def test_a_slow_model_is_asked_about_few() -> None:
    model = ScriptedModel([REPLY])
    clock = iter(range(0, 1_000_000, 20))  # every look at the clock takes 20 seconds
    meter = MeteredExtractor(LLMExtractor(model), model, clock=lambda: float(next(clock)))
    passages = [p for d in documents(24) for p in d.passages]
    results = list(meter.extract(passages))
    assert len(results) == 24
    assert len(model.asked) == 4
    assert str(results[-1]) == "not part of the sample"
    assert isinstance(results[-1], ExtractionError)


def test_the_first_passage_pays_for_what_all_share() -> None:
    now = 0.0

    def reply(_: Sequence[dict[str, str]]) -> str:
        nonlocal now
        now += 2.0 if len(model.asked) > 1 else 100.0
        return REPLY

    model = ScriptedModel(reply)
    meter = MeteredExtractor(LLMExtractor(model), model, clock=lambda: now)
    docs = documents(10)
    list(meter.counted(docs, is_known=lambda _: False))
    passages = [p for d in docs for p in d.passages]
    list(meter.extract(passages))
    # Whoever timed the sample from outside saw 4 passages in 106 s, offered 10, and 1 s of work besides a passage.
    assert meter.seconds((106 + 10) / 10 * 10) == pytest.approx(10 + 2 * 10)


def test_nothing_to_do() -> None:
    model = ScriptedModel([REPLY])
    meter, estimate = metered(model, [])
    assert meter.usage() == Usage()
    assert meter.seconds(estimate.seconds) == estimate.seconds == 0
    assert not model.asked
    assert meter.identity.startswith("llm:scripted:")
    assert meter.extract_question(" ") == ()
