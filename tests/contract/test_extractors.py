"""Every extractor keeps the contract."""

import json
from pathlib import Path

import pytest

from extractors.openie.reading import Detail
from extractors.pipeline import load_pipeline
from extractors.replay_extractor import ReplayExtractor
from extractors.spacy_extractor import SpacyExtractor
from graphrag.testing.extractor_suite import HOSTILE_TEXTS, ExtractorSuite

RECORDS = [
    {
        "passage_id": "p1",
        "entities": ["Ada Lovelace", "Charles Babbage"],
        "triples": [["Ada Lovelace", "met", "Charles Babbage"]],
    },
    {
        "passage_id": "p2",
        "entities": ["Analytical Engine"],
        "triples": [["Analytical Engine", "designed by", "Charles Babbage"]],
    },
    {"passage_id": "p3", "entities": ["London"], "triples": [["London", "capital of", "England"]]},
    *({"passage_id": f"hostile-{i}", "entities": [text], "triples": []} for i, text in enumerate(HOSTILE_TEXTS[::2])),
]


PIPELINE = load_pipeline()


class TestSpacyExtractor(ExtractorSuite):
    detail: Detail = "names"

    def make_extractor(self) -> SpacyExtractor:
        return SpacyExtractor(PIPELINE, detail=self.detail)

    def test_fresh_pipelines_agree(self) -> None:
        assert SpacyExtractor(load_pipeline(), detail=self.detail).identity == self.make_extractor().identity


class TestSpacyExtractorWithPhrases(TestSpacyExtractor):
    detail = "phrases"


class TestSpacyExtractorWithClauses(TestSpacyExtractor):
    detail = "clauses"


class TestReplayExtractor(ExtractorSuite):
    @pytest.fixture(autouse=True)
    def _write_file(self, tmp_path: Path) -> None:
        self.path = tmp_path / "openie.jsonl"
        self.path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), encoding="utf-8")

    def make_extractor(self) -> ReplayExtractor:
        return ReplayExtractor(self.path, find_question_entities=SpacyExtractor(PIPELINE).extract_question)
