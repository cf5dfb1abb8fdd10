import gzip
import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra train is not installed")
pytest.importorskip("onnx", reason="the extra train is not installed")

from safetensors.torch import save_file  # noqa: E402

import graphrag.encoders.minilm  # noqa: E402
from extractors.training.model import Encoder  # noqa: E402
from graphrag.reading.inputs import ReadingInput  # noqa: E402
from graphrag.reading.ranker import NUM_SIGNALS, signals  # noqa: E402
from graphrag.reading.spans import KINDS, SpanNetwork  # noqa: E402
from graphrag.reading.training.examples import SquadExamples, batches, collate, squad  # noqa: E402
from graphrag.reading.training.export import write_weights  # noqa: E402
from graphrag.reading.training.fit import FitSettings, fit  # noqa: E402
from graphrag.reading.training.hops import Read, is_held_out, read_example, reads  # noqa: E402
from graphrag.reading.training.network import ReadingNetwork, loss  # noqa: E402
from graphrag.reading.training.ranking import Listed, calibrate, save_ranker, train_ranker  # noqa: E402
from graphrag.reading.training.restore import restore_network  # noqa: E402

TOKENIZER = Path(graphrag.encoders.minilm.__file__).parent / "weights" / "tokenizer.json"
LONG = "Ann Kay was a painter of the sea and of the hills. " * 12
TEXT = f"{LONG}She was born in Bergen in 1901. {LONG}"


@pytest.fixture
def questions(tmp_path):
    start = TEXT.index("Bergen")
    asked = {"question": "Where?", "answers": [{"text": "Bergen", "answer_start": start}], "is_impossible": False}
    unasked = {"question": "Who painted the moon?", "answers": [], "is_impossible": True}
    data = [
        {
            "title": "Ann_Kay",
            "paragraphs": [{"context": TEXT, "qas": [asked, unasked]}, {"context": "Bread is baked.", "qas": []}],
        }
    ]
    path = tmp_path / "squad.json.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"version": "1", "data": data}, file)
    return squad(path)


def test_examples_show_the_answer_or_say_that_there_is_none(questions):
    reading = ReadingInput(TOKENIZER)
    maker, rng = SquadExamples(reading, 64), np.random.default_rng(0)
    wanted = reading.pieces("Bergen").ids
    kinds = set()
    for _ in range(60):
        example = maker.example(questions[0], rng)
        assert len(example.window.ids) <= 64
        kinds.add(KINDS[example.kind])
        for first, last in example.spans:
            assert tuple(example.window.ids[first : last + 1]) == wanted
        assert bool(example.spans) == (KINDS[example.kind] == "span")
    assert kinds == {"span", "none"}
    assert {maker.example(questions[1], rng).kind for _ in range(20)} == {KINDS.index("none")}


def test_a_network_learns_is_resumed_and_is_exported(questions, tmp_path):
    torch.manual_seed(0)
    reading = ReadingInput(TOKENIZER)
    rng = np.random.default_rng(0)
    maker = SquadExamples(reading, 64)

    def stream():
        while True:
            yield maker.example(questions[0], rng)

    network = ReadingNetwork(Encoder(30522, 1))
    checkpoint = tmp_path / "run.pt"
    batch = collate([next(stream()) for _ in range(8)])
    before = loss(network, batch).item()
    settings = FitSettings(seconds=1, learning_rate=3e-3, checkpoint=checkpoint)
    fit(network, lambda _: batches(stream(), pieces=512, pool=8, rng=rng), settings)
    assert loss(network, batch).item() < before
    again = ReadingNetwork(Encoder(30522, 1))
    fit(again, lambda _: iter(()), settings)  # the time is over: nothing is drawn
    assert torch.equal(again.span.weight, network.span.weight)
    window = next(stream()).window
    write_weights(again.eval(), [window], TOKENIZER, tmp_path / "weights")
    scores = SpanNetwork(tmp_path / "weights").scores(window)
    with torch.no_grad():
        span, kind = again(torch.tensor([window.ids]), torch.tensor([window.shapes]), None)
    inside = np.array(window.sources) >= 0
    assert np.abs(scores.starts - span[0, :, 0].numpy())[inside].max() < 0.5
    assert np.abs(scores.kinds - kind[0].numpy()).max() < 0.5


def test_an_exported_network_is_read_back(questions, tmp_path):
    torch.manual_seed(0)
    reading = ReadingInput(TOKENIZER)
    window = SquadExamples(reading, 64).example(questions[0], np.random.default_rng(0)).window
    network = ReadingNetwork(Encoder(30522, 2)).eval()
    torch.nn.init.normal_(network.encoder.shapes.weight, std=0.1)
    write_weights(network, [window], TOKENIZER, tmp_path / "weights")
    pieces = {"embeddings.word_embeddings.weight": network.encoder.pieces.weight.detach().clone()}
    save_file(pieces, str(tmp_path / "published.safetensors"))
    restored = restore_network(tmp_path / "weights" / "model.onnx", tmp_path / "published.safetensors").eval()
    inputs = torch.tensor([window.ids]), torch.tensor([window.shapes]), None
    with torch.no_grad():
        (span, kind), (span_again, kind_again) = network(*inputs), restored(*inputs)
    assert torch.allclose(span, span_again, atol=0.05)
    assert torch.allclose(kind, kind_again, atol=0.05)


def test_multi_hop_questions_are_read_passage_by_passage_and_part_by_part(tmp_path):
    def write(name, rows, opened=open):
        with opened(tmp_path / name, "wt", encoding="utf-8") as file:
            file.write("".join(json.dumps(row) + "\n" for row in rows))

    people = [
        {"passage_id": "film", "title": "Emma (film)", "text": "Emma is a film by Max Kay."},
        {"passage_id": "max", "title": "Max Kay", "text": "Max Kay was born in Bergen."},
        {"passage_id": "far", "title": "Bread", "text": "Bread is baked where Emma's director works."},
    ]
    number = next(n for n in range(99) if not is_held_out(f"Where was the director of Emma born, in {n}?"))
    asked = {
        "question_id": "q",
        "question": f"Where was the director of Emma born, in {number}?",
        "answers": ["Bergen"],
        "gold_passage_ids": ["film", "max"],
        "decomposition": [
            {"question": "Who directed Emma?", "answer": "Max Kay"},
            {"question": "Where was #1 born?", "answer": "Bergen"},
        ],
        "evidence": [["Max Kay", "place of birth", "Bergen"]],
    }
    for folder in ("musique", "2wiki", "hotpotqa"):
        (tmp_path / folder).mkdir()
        write(f"{folder}/passages.jsonl.gz", people, gzip.open)
        for split in ("dev", "train"):
            write(f"{folder}/questions_{split}.jsonl", [asked])
    found = reads(tmp_path)
    assert {(one.question, one.text.title) for one in found} == {
        *((asked["question"], title) for title in ("Emma (film)", "Max Kay", "Bread")),
        ("Who directed Emma?", "Emma (film)"),
        ("Who directed Emma?", "Max Kay"),
        ("Where was Max Kay born?", "Max Kay"),
        ("What is the place of birth of Max Kay?", "Max Kay"),
    }
    reading = ReadingInput(TOKENIZER)
    example = read_example(reading, Read("Where?", found[1].text, ("Bergen",)))
    ((first, last),) = example.spans
    assert tuple(example.window.ids[first : last + 1]) == reading.pieces("Bergen").ids
    assert KINDS[example.kind] == "span"
    assert KINDS[read_example(reading, Read("Where?", found[0].text, ("Oslo",))).kind] == "none"


def test_a_ranker_learns_which_feature_counts(tmp_path):
    rng = np.random.default_rng(0)
    questions = []
    for _ in range(240):
        features = rng.normal(size=(10, 10)).astype(np.float32)
        right = np.zeros(10, bool)
        right[features[:, 2].argmax()] = True
        questions.append(Listed(features, [str(i) for i in range(10)], right, 1.0))
    unread = [Listed(np.where(np.arange(10) < 9, o.features, np.nan), o.answers, o.right, 0.0) for o in questions]
    ranker = train_ranker(questions[:200], unread=unread[:8])
    hit = [one.right[ranker.choose(one.features, one.answers, 1.0).index] for one in questions[200:]]
    assert np.mean(hit) > 0.7
    weights = np.eye(NUM_SIGNALS, dtype=np.float32)[0], np.ones(3, np.float32)
    save_ranker(ranker, *weights, tmp_path / "ranker.npz")
    assert type(ranker).load(tmp_path / "ranker.npz").choose(questions[0].features, questions[0].answers, 1.0)


def test_calibration_follows_how_often_answers_are_right():
    shares = [0.9] * 50 + [0.2] * 50
    right = [True] * 45 + [False] * 5 + [True] * 10 + [False] * 40
    seen = [signals(share, 0.0, np.zeros(10, np.float32)) for share in shares]
    weights = calibrate(seen, right, [1.0] * 100)
    for share, expected in ((0.9, 0.9), (0.2, 0.2)):
        assert _confidence(seen[shares.index(share)], weights) == pytest.approx(expected, abs=0.05)
    doubled = calibrate(seen, right, [2.0 if hit else 1.0 for hit in right])
    assert _confidence(seen[0], doubled) > _confidence(seen[0], weights)


def _confidence(seen, weights):
    return 1 / (1 + np.exp(-float(seen @ weights)))
