from pathlib import Path

import numpy as np
import pytest

import graphrag.encoders.minilm
from graphrag.errors import ConfigError
from graphrag.reading.asking import parse_question
from graphrag.reading.features import scene
from graphrag.reading.inputs import MAX_QUESTION_PIECES, ReadingInput
from graphrag.reading.links import Text
from graphrag.reading.ranker import NUM_SIGNALS, CandidateRanker
from graphrag.reading.reader import ExtractiveReader
from graphrag.reading.spans import SpanNetwork, SpanScores
from graphrag.reading.views import read_spans, span_features
from graphrag.types import Passage, ScoredPassage

TOKENIZER = Path(graphrag.encoders.minilm.__file__).parent / "weights" / "tokenizer.json"
FILM = Text("The Wall (film)", "The Wall is a film directed by Ann Kay. It was shown in Rome.")
ANN = Text("Ann Kay", "Ann Kay was born in Bergen, Norway.")


class Pointer:
    """A network that marks one word wherever it stands."""

    def __init__(self, word: str) -> None:
        self.inputs = ReadingInput(TOKENIZER)
        self._wanted = self.inputs.pieces(word).ids
        self.asked: list[list[int]] = []

    def scores(self, window):
        self.asked.append(window.ids)
        starts = np.full(len(window.ids), -5, np.float32)
        ends = starts.copy()
        for at in range(len(window.ids)):
            if tuple(window.ids[at : at + len(self._wanted)]) == self._wanted and window.sources[at] >= 0:
                starts[at] = ends[at + len(self._wanted) - 1] = 5
        outside = np.array(window.sources) < 0
        found = 2.0 if starts.max() > 0 else -2.0
        return SpanScores(
            np.where(outside, -np.inf, starts), np.where(outside, -np.inf, ends), np.array([found, 0, 0, 0], np.float32)
        )


def test_a_window_knows_where_its_pieces_come_from():
    inputs = ReadingInput(TOKENIZER)
    window = inputs.window("Who is it?", [inputs.pieces("Ann Kay."), inputs.pieces("Bergen")])
    assert len(window.ids) == len(window.shapes) == len(window.sources) == len(window.offsets)
    first = window.sources.index(0)
    start, end = window.offsets[first]
    assert "Ann Kay."[start:end] == "Ann"
    assert set(window.sources) == {-1, 0, 1}


def test_a_long_question_and_a_long_text_are_cut():
    inputs = ReadingInput(TOKENIZER)
    window = inputs.window("who " * 500, [inputs.pieces("word " * 900)], max_pieces=200)
    assert len(window.ids) == 200
    assert window.sources.index(0) == MAX_QUESTION_PIECES + 2


def test_the_best_span_is_proposed_and_scored():
    network = Pointer("Bergen")
    asking = parse_question("Where was the director of The Wall born?", [FILM, ANN])
    views = read_spans("Where was the director of The Wall born?", asking, [FILM, ANN], network)
    assert [(view.text, view.rewritten) for view in views] == [(0, False), (1, False), (1, True)]
    start, end = views[1].proposals[0]
    assert ANN.text[start:end] == "Bergen"
    at = ANN.text.index("Norway")
    rows = span_features(views, [(1, start, end), (1, at, at + 6), (0, -1, -1)])
    assert rows[0, 0] > rows[1, 0]
    assert rows[0, 1] == rows[0, 7] == 0
    assert not rows[2].any()


def test_a_scene_has_candidates_of_all_texts_and_titles():
    seen = scene("Where was the director of The Wall born?", [FILM, ANN], Pointer("Bergen"))
    assert {"Bergen", "Bergen, Norway", "Ann Kay", "The Wall"} <= set(seen.answers)
    assert len(seen.features) == len(seen.items) == len(seen.answers)
    assert np.isfinite(seen.features).all()
    assert seen.links == [(0, 1)]
    assert seen.answerable == 2.0


def test_a_scene_without_text_is_empty():
    seen = scene("Where?", [Text("", "")])
    assert (seen.answers, len(seen.features)) == ([], 0)


class Reader(ExtractiveReader):
    """A reader whose ranker believes the network alone."""

    def __init__(self, word: str) -> None:
        self._network = Pointer(word)
        size = scene("Where?", [ANN], self._network).features.shape[1]
        weights = np.zeros(size, np.float32)
        weights[size - 12] = 9.0
        zeros = np.zeros((size, 1), np.float32)
        self._ranker = CandidateRanker(
            {
                "mean": zeros[:, 0],
                "scale": zeros[:, 0] + 1,
                "hidden": zeros,
                "hidden_bias": zeros[:1, 0],
                "output": zeros[:1, 0],
                "direct": weights,
                "calibration": np.eye(NUM_SIGNALS, dtype=np.float32)[0],
                "grounding": np.eye(3, dtype=np.float32)[0],
            }
        )


def hits(*texts):
    return [
        ScoredPassage(Passage(str(number), text.text, text.title), 1.0, number) for number, text in enumerate(texts, 1)
    ]


def test_an_answer_cites_where_it_stands_and_what_led_there():
    reading = Reader("Bergen").read("Where was the director of The Wall born?", hits(FILM, ANN), ())
    assert (reading.text, reading.citations) == ("Bergen", ("2", "1"))
    assert reading.confidence > 0.5
    assert reading.method == "span of a passage"


def test_an_answer_is_less_sure_where_names_of_the_question_were_not_read():
    reader = Reader("Bergen")
    reader._ranker.arrays["grounding"] = np.array([1, 2, -2], np.float32)
    known = "Where was the director of The Wall born?"
    unknown = "Where was the director of The Wall of Samarkand born, Timur Lenk?"
    sure, doubted = (reader.read(question, hits(FILM, ANN), ()) for question in (known, unknown))
    assert doubted.confidence < sure.confidence
    assert reader.read_searching(known, hits(FILM, ANN), (), lambda _: hits(FILM))[0] == sure
    reader._ranker.arrays["grounding"] = np.array([1, 20, -20], np.float32)
    assert reader.read(unknown, hits(FILM, ANN), ()).text == ""


def test_a_comparison_is_decided_by_values():
    old, new = Text("Old", "Old is a 1932 film."), Text("New", "New is a 1948 film.")
    reading = Reader("film").read("Which film was released first, New or Old?", hits(new, old), ())
    assert (reading.text, set(reading.citations)) == ("Old", {"1", "2"})
    assert reading.method.startswith("comparison")


@pytest.mark.parametrize("given", [[], [Text("", "")], [Text("", "\n")]])
def test_there_is_no_answer_in_nothing(given):
    reading = Reader("Bergen").read("Where?", hits(*given), ())
    assert (reading.text, reading.confidence, reading.citations) == ("", 0.0, ())


@pytest.mark.parametrize("question", ["", "?", "什么是知识图谱？", "\x01" * 5000, "Who or what or who or ?"])
def test_strange_questions_are_survived(question):
    Reader("Bergen").read(question, hits(FILM, ANN, Text("北京", "北京是中国的首都。")), ())


def test_missing_weights_are_told(tmp_path):
    with pytest.raises(ConfigError, match=r"Expected the reader's weights in .*no model\.onnx, tokenizer\.json"):
        SpanNetwork(tmp_path)


def test_a_broken_model_is_told(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"no model")
    (tmp_path / "tokenizer.json").write_bytes(TOKENIZER.read_bytes())
    with pytest.raises(ConfigError, match="Expected a reading network"):
        SpanNetwork(tmp_path)


def test_the_reader_tells_passages_that_answer_from_others():
    where = "Where was Ann Kay born?"
    answers = Passage("p1", "Ann Kay was born in Bergen, Norway.", "Ann Kay")
    other = Passage("p2", "The harp is an instrument with strings.", "Harp")
    logits = ExtractiveReader().judge(where, [other, answers, other])
    assert logits.shape == (3,)
    assert logits[1] > logits[0] == logits[2]
    assert ExtractiveReader().judge(where, []).shape == (0,)
