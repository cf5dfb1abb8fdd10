import gzip

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torch_geometric")

from gnn.everyday import BY_NAME, EVERYDAY  # noqa: E402
from gnn.loading import load_reasoner  # noqa: E402
from gnn.pretraining import (  # noqa: E402
    MAX_RELATIONS,
    make_parts,
    part_questions,
    pretrain,
    read_facts,
    relation_words,
)
from gnn.training import TrainingSettings  # noqa: E402
from gnn.weights_file import read_weights  # noqa: E402
from graphrag.errors import InputError  # noqa: E402

RELATIONS = ["/film/film/directed_by", "/film/film/genre", "/people/person/spouse_s./people/marriage/spouse"]


def write(folder, name, rows) -> None:
    folder.mkdir(exist_ok=True)
    with gzip.open(folder / f"{name}.tsv.gz", "wt", encoding="utf-8") as file:
        file.writelines("\t".join(row) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "fb15k-237"
    write(folder, "entity_names", [(f"/m/{number}", f"name {number}") for number in range(30)])
    facts = [(f"/m/{i}", RELATIONS[i % 3], f"/m/{(7 * i + 3) % 30}") for i in range(30)]
    write(folder, "train", [*facts, ("/m/1", RELATIONS[0], "/m/nameless")])
    return tmp_path


def test_facts_have_names_at_both_ends(data) -> None:
    facts = read_facts(data)
    assert len(facts) == 30
    assert facts[0] == ("name 0", RELATIONS[0], "name 3")


def test_files_that_are_missing_or_no_tables(data) -> None:
    with pytest.raises(InputError, match="Cannot read FB15k-237 in"):
        read_facts(data / "nowhere")
    write(data / "fb15k-237", "train", [("/m/1", "alone")])
    with pytest.raises(InputError, match=r"Expected 3 columns in train.tsv.gz"):
        read_facts(data)
    write(data / "fb15k-237", "train", [("/m/1", "genre", "/m/2")])
    with pytest.raises(InputError, match=r"Expected relations like /film/film/genre \(got 'genre'\)"):
        read_facts(data)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/film/film/directed_by", ["directed by", "directed by", "film directed by"]),
        ("/film/director/film", ["film", "film", "film director"]),
        ("/film/actor/film./film/performance/film", ["film", "film", "film actor performance"]),
        ("/sports/pro/teams./sports/roster/team", ["teams team", "teams team", "sports pro teams roster team"]),
    ],
)
def test_relations_in_words(path, words) -> None:
    assert [relation_words(path, style=style) for style in range(3)] == words


def test_parts_are_graphs_with_a_kind_for_each_relation(data) -> None:
    facts = read_facts(data)
    parts, again = make_parts(facts, 5, seed=1), make_parts(facts, 5, seed=1)
    assert [part.graph.relation_texts for part in parts] == [part.graph.relation_texts for part in again]
    for part in parts:
        assert len(part.kinds) == len(part.graph.relation_texts)
        assert set(part.kinds) <= {"film", "person"} | {relation.kind for relation in EVERYDAY}
        for question in part_questions(part, 5, seed=2):
            assert question.graph is part.graph
            assert question.seeds
            assert question.answers


def test_some_relations_are_called_what_people_often_ask_for(data) -> None:
    names = {text for part in make_parts(read_facts(data), 30, seed=1) for text in part.graph.relation_texts}
    assert {"directed by", "genre"} < names
    assert len(names & set(BY_NAME)) > 10


def test_many_relations_of_one_fact_each() -> None:
    facts = [("a", f"/film/film/relation_{number}", f"b{number}") for number in range(200)]
    assert all(len(part.graph.relation_texts) <= MAX_RELATIONS for part in make_parts(facts, 3, seed=0))


def test_the_reasoner_is_written_in_half_precision(data, encoder, tmp_path) -> None:
    out = tmp_path / "w.safetensors"
    settings = TrainingSettings(epochs=2, patience=2, batch_size=4)
    hits = pretrain(data, encoder, out, num_parts=3, num_questions=6, settings=settings)
    assert 0 <= hits <= 1
    assert {tensor.dtype for tensor in read_weights(out).tensors.values()} == {np.dtype(np.float16)}
    part = make_parts(read_facts(data), 1, seed=0)[0]
    found = load_reasoner(out, encoder).reason("what is the genre of name 1", [1], part.graph)
    assert found.probability.sum() == pytest.approx(1)
