"""HTML."""

import pytest

from graphrag.errors import InputError
from graphrag.ingest import html_file
from graphrag.ingest.html_file import parse
from graphrag.ingest.sections import Block

PAGE = """<!doctype html><html><head><title> Ada  &amp; co </title><style>p {}</style></head><body>
<nav><ul><li>Home</li></ul></nav><script>var x = "<p>no</p>";</script><!-- no -->
<h1>Ada <em>Lovelace</em></h1><p>Born
in <b>Lon</b>don.<br>Died.</p><h2>Work</h2><ul><li>Notes<li>Letters</ul>
<table><tr><th>Name<th>Year</tr><tr><td>Ada</td><td>1815</td></tr></table><pre>x = 1
y = 2</pre><svg><title>no</title></svg><noscript>no</noscript></body></html>"""


def test_a_page_becomes_headings_and_text() -> None:
    parsed = parse(PAGE.encode())
    assert parsed.title == "Ada & co"
    assert parsed.blocks == (
        Block("Ada Lovelace", 1),
        Block("Born in London.\nDied."),
        Block("Work", 2),
        Block("Notes"),
        Block("Letters"),
        Block("Name | Year"),
        Block("Ada | 1815"),
        Block("x = 1\ny = 2"),
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("no tag", "no tag"),
        ("a.txt", "a.txt"),
        ("<?xml version='1.0' encoding='utf-16'?><html><body><p>Ada</p></body></html>", "Ada"),
        ("a\0b<p>c", "a b\n\nc"),
        ("<div>" * 20_000 + "deep", "deep"),
        ("<b>" * 20_000 + "deep", "deep"),
        ("<p>never closed", "never closed"),
        ("&lt;b&gt; &#233;", "<b> é"),
    ],
)
def test_odd_pages_are_read(source: str, text: str) -> None:
    assert parse(source.encode()).text == text


@pytest.mark.parametrize("source", ['<a href="' * 20_000, "<!--" * 20_000, "<a" * 20_000, "<![CDATA[" * 20_000])
def test_tags_never_closed_take_linear_time(source: str) -> None:
    parse(source.encode())


def test_too_many_tags_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_file, "_MAX_TAGS", 2)
    with pytest.raises(InputError, match=r"Expected at most 2 tags in an HTML file \(got more\)"):
        parse(b"<p><p><p>")
