"""The names that a first sentence gives what it is about."""

import pytest

from graphrag.graph.subjects import subject_names
from graphrag.testing.timing import ProcessorTime


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"The Analyst" (1843) is a song.', "The Analyst"),
        ("Paradise is a 1938 drama film about London.", "Paradise"),
        ("The Lagoon Club was a group of poets.", "Lagoon Club"),
        ("The Lagoon Valley Railway (LVR) was a railway.", "LVR"),
        ("In Norse tales, Hild (Old Norse for fight) is a goddess.", "Hild"),
        ("The King of Kreuz (German: Der König von Kreuz) is a film.", "Der König von Kreuz"),
        ("Ada Lovelace (born in 1815), countess, was a mathematician.", "Ada Lovelace"),
        ("Ada Maria Lovelace (10 December 1815 – 1852) was a mathematician.", "Ada Lovelace"),
        ("Ada Maria Lovelace (1815 – 1852) was a mathematician.", "Ada M Lovelace"),
        ("Prince Ada Lovelace (1815 – 1852) was a noble.", "Ada Lovelace"),
        ("Ada Byron Lovelace is a poet. She lives in London.", "Ada Lovelace"),
        ('Robert Hamp "Robbie" Rogers III (born 1987) is a player.', "Robbie Rogers"),
        ("Ada Lovelace, 2nd Duke of York, KG (1815 – 1852), was a peer.", "Ada Lovelace"),
        ("Shan Corey Carter (born 1969), known professionally as Jay-C, is a rapper.", "Jay-C"),
        ("Jean Negu (born Ioan Negule; 1900 – 1993) was a director.", "Ioan Negule"),
        ("Ermen (or Irming) of Hesb (778 – 818) was an empress.", "Ermen of Hesb"),
        ("Alley v. United States, 570 U.S. 99 (2013), was a case.", "Alley v. United States"),
        ("Los Solos o nada (English: Alone) is a film.", "Los Solos o nada"),
        ("Lou (Louie) Psiho (born 1957) is a director.", "Louie Psiho"),
        ('"Dom" Pedro II (1648 – 1706) was a king.', "Dom Pedro II"),
        ("Tau Epps (born 1977), known professionally as 2 Chains, is a rapper.", "2 Chains"),
        ("The Bayern Museum features musical clocks.", "Bayern Museum"),
    ],
)
def test_a_first_sentence_names_its_subject(text: str, name: str) -> None:
    assert name in subject_names(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It was a rainy day. Ada Lovelace stayed in London.",
        "He is a poet.",
        "The story, which is long and begins with rain, is about Ada Lovelace.",
        "The following is a list of poets.",
        "In 1815 Ada Lovelace came to London, and there she stayed.",
        "1815 was a year.",
        "(((((((",
        '"',
    ],
)
def test_a_sentence_that_defines_nothing_has_no_subject(text: str) -> None:
    assert subject_names(text) == []


def test_a_maiden_name_alone_is_no_name() -> None:
    assert subject_names("Ada King (née Byron; 1815 – 1852) was a mathematician.") == ["Ada King"]


def test_each_name_is_given_once() -> None:
    names = subject_names("Ada Lovelace (1815 – 1852), also known as Ada Lovelace, was a mathematician.")
    assert names == ["Ada Lovelace"]


@pytest.mark.parametrize(
    "part", ["Ab ", "known as ", '" ', "(a: ", "Ab of ", "or A ", "X known ", "A, ", "A. ", "(", "In A"]
)
def test_any_text_takes_little_time(part: str) -> None:
    with ProcessorTime() as taken:
        subject_names(part * 600)
        subject_names(part * 100 + "is")
    assert taken.seconds < 1
