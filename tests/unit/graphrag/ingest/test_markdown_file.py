"""Markdown."""

import pytest

from graphrag.errors import InputError
from graphrag.ingest import markdown_file
from graphrag.ingest.markdown_file import parse
from graphrag.ingest.sections import Block


def test_everything_becomes_readable_text() -> None:
    source = (
        "# Ada *Lovelace*\n\nShe met [Babbage][1] and\nwrote `code` ![a *picture*](p.png) &amp; <b>notes</b>.\n\n"
        "- one\n- two\n\n"
        "| Name | Year |\n|--|--|\n| Ada | 1815 |\n\n```py\nx = 1\n```\n\n    y = 2\n\nLife\n----\n\n> quoted\n\n[1]: http://example.org\n"
    )
    assert parse(source.encode()).blocks == (
        Block("Ada Lovelace", 1),
        Block("She met Babbage and\nwrote code a picture & notes."),
        Block("one"),
        Block("two"),
        Block("Name | Year"),
        Block("Ada | 1815"),
        Block("x = 1"),
        Block("y = 2"),
        Block("Life", 2),
        Block("quoted"),
    )


def test_html_shows_what_a_browser_shows() -> None:
    source = "<h1 align=center>Ada</h1>\n<script>x()</script>\n\n<!-- hidden -->\n\nBorn."
    assert parse(source.encode()).blocks == (Block("Ada", 1), Block("Born."))


def test_the_title_of_the_front_matter_is_read() -> None:
    parsed = parse(b'---\nlayout: post\ntitle: "Ada"\n---\nBorn.\n')
    assert (parsed.title, parsed.blocks) == ("Ada", (Block("Born."),))


def test_a_line_across_is_no_front_matter() -> None:
    assert parse(b"---\n\nBorn.\n").text == "Born."


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_file, "_MAX_MARKS", 2)
    with pytest.raises(InputError, match=r"Expected at most 2 lines and table cells in a Markdown file \(got more\)"):
        parse(b"a\nb|c|d")


def test_a_very_long_paragraph_keeps_its_markup() -> None:
    assert parse(b"*a* " * 30_000).text.startswith("*a* *a*")


@pytest.mark.parametrize(
    "source", ["[" * 20_000, "![[" * 5_000, "a_" * 10_000, "> " * 5_000, "<!--" * 5_000, "- " * 5_000]
)
def test_markup_made_to_break_parsers_is_read(source: str) -> None:
    parse(source.encode())
