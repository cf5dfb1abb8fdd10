"""Titles and sections."""

import pytest

from graphrag.ingest.sections import Block, ParsedFile, Section, document_title, sections_of


@pytest.mark.parametrize(
    ("blocks", "declared", "title"),
    [
        ((Block("Intro", 2), Block("Ada", 1)), "Declared", "Ada"),
        ((Block("Intro", 2),), "Declared", "Declared"),
        ((Block("Text"), Block("Intro", 2)), "", "Intro"),
        ((Block("Text"),), "", ""),
        ((Block("x" * 201, 1),), "", ""),
    ],
)
def test_a_title_comes_from_inside_the_document(blocks: tuple[Block, ...], declared: str, title: str) -> None:
    assert document_title(ParsedFile(blocks, declared)) == title


def test_titles_name_the_headings_above() -> None:
    blocks = (
        Block("Before."),
        Block("Ada", 1),
        Block("Life", 2),
        Block("Youth", 3),
        Block("Born."),
        Block("In London."),
        Block("Work", 2),
        Block("Notes."),
    )
    assert sections_of(ParsedFile(blocks)) == [
        Section("Ada", "Before."),
        Section("Ada - Life - Youth", "Born.\n\nIn London."),
        Section("Ada - Work", "Notes."),
    ]


def test_a_heading_with_nothing_under_it_is_text() -> None:
    blocks = (Block("Ada", 1), Block("Contact", 2), Block("", 0), Block("Work", 2), Block("Notes."), Block("End", 2))
    assert sections_of(ParsedFile(blocks)) == [
        Section("Ada", "Contact"),
        Section("Ada - Work", "Notes."),
        Section("Ada", "End"),
    ]


def test_a_very_long_heading_is_text() -> None:
    assert sections_of(ParsedFile((Block("x" * 201, 1), Block("Born.")))) == [Section("", "x" * 201 + "\n\nBorn.")]


def test_the_declared_title_leads() -> None:
    assert sections_of(ParsedFile((Block("Born."),), "Ada")) == [Section("Ada", "Born.")]
    assert sections_of(ParsedFile((Block("Life", 2), Block("Born.")), "Ada")) == [Section("Ada - Life", "Born.")]


def test_nothing_gives_no_section() -> None:
    assert sections_of(ParsedFile(())) == []
