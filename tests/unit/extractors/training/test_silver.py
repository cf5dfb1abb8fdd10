"""Entities matched into passages."""

import json
from pathlib import Path

import pytest

from extractors.pipeline.tokenizer import blank_language
from extractors.training.mapping import ANY, NAMES, allowed_spans
from extractors.training.silver import listed_entities, title_mentions, typed_names

NLP = blank_language()


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("title", "text", "labels"),
    [
        ("Titanic (1997 film)", "Titanic is a 1997 American film directed by James Cameron.", ("WORK",)),
        ("Boso", "Boso( died 887) ruled Provence.", ("PERSON",)),
        ("Rye", "Rye is a town in the district of Rother.", ("LOC",)),
        ("Xylo", "Xylo lives on.", NAMES),
    ],
)
def test_titles_get_the_label_their_definition_gives(
    tmp_path: Path, title: str, text: str, labels: tuple[str, ...]
) -> None:
    path = write(tmp_path / "p.jsonl", {"passage_id": "1", "title": title, "text": text})
    (document,) = title_mentions(path, NLP, {})
    assert allowed_spans(document[0].tags) == [(0, 1, labels)]
    assert document[0].tags[-1] == ANY


def test_a_title_that_does_not_occur_teaches_nothing(tmp_path: Path) -> None:
    assert title_mentions(write(tmp_path / "p.jsonl", {"title": "Nowhere", "text": "Here."}), NLP, {}) == []


def test_lists_are_matched_longest_first_and_a_part_is_kept_back(tmp_path: Path) -> None:
    passages = write(
        tmp_path / "p.jsonl",
        *({"passage_id": str(number), "title": "", "text": "New York City and York"} for number in range(2)),
    )
    names = ["York", "New York City", "and", "1990"]
    lists = write(tmp_path / "l.jsonl", *({"passage_id": str(number), "entities": names} for number in range(2)))
    (document,) = listed_entities(passages, lists, NLP, {}, held_out=2)
    assert allowed_spans(document[0].tags) == [(0, 3, NAMES), (4, 5, NAMES)]


def test_names_of_one_known_kind_are_marked_in_other_texts(tmp_path: Path) -> None:
    path = write(
        tmp_path / "p.jsonl",
        {"title": "Rye United", "text": "Rye United is a football club."},
        {"title": "Rye Park (1990 film)", "text": "Rye Park is a film."},
        {"title": "Rye Park", "text": "Rye Park is a suburb."},
        {"title": "Rye", "text": "Rye is a town."},
        {"title": "Nobody", "text": "he left Rye United for Rye Park near Rye"},
    )
    names = typed_names([path], NLP)
    assert names == {("Rye", "United"): "ORG"}
    assert allowed_spans(title_mentions(path, NLP, names)[-1][0].tags) == [(2, 4, ("ORG",))]
