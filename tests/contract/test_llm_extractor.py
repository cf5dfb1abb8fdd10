"""The language model extractor keeps the contract of extractors, whatever the model says."""

import json
from collections.abc import Sequence

from extractors.llm_extractor import LLMExtractor, LLMExtractorSettings
from graphrag.testing.extractor_suite import PASSAGES, ExtractorSuite
from graphrag.testing.scripted_model import ScriptedModel

TRIPLES = {
    "p1": ["Ada Lovelace", "met", "Charles Babbage"],
    "p2": ["Analytical Engine", "was designed by", "Charles Babbage"],
    "p3": ["London", "is the capital of", "England"],
}


def reply(messages: Sequence[dict[str, str]]) -> str:
    """Answer for the suite's passages and questions; of anything else give its own words back, well formed or not."""
    content = messages[-1]["content"]
    if "question names" in messages[0]["content"]:
        return json.dumps({"entities": [name for name in ("Ada Lovelace", "London") if name in content]})
    for passage in PASSAGES:
        if content.endswith(passage.text):
            return json.dumps({"entities": TRIPLES[passage.passage_id][::2], "triples": [TRIPLES[passage.passage_id]]})
    return content if len(content) % 2 else json.dumps({"entities": [content[:100]], "triples": []})


class TestLLMExtractor(ExtractorSuite):
    def make_extractor(self) -> LLMExtractor:
        return LLMExtractor(ScriptedModel(reply))


class TestLLMExtractorInManyThreads(ExtractorSuite):
    def make_extractor(self) -> LLMExtractor:
        return LLMExtractor(ScriptedModel(reply), settings=LLMExtractorSettings(gleanings=0), in_flight=8)
