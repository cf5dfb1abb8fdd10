import copy
import pickle
from dataclasses import replace

import pytest

from graphrag.display import MAX_ITEMS, MAX_PATHS, Listing, escape, shortened, table_html
from graphrag.types import Answer, Passage, PathStep, ReasoningPath, Retrieval, ScoredEntity, ScoredPassage

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=\"alert('1')\">"
HIT = ScoredPassage(Passage("p<1>", f"{IMAGE} {SCRIPT}", SCRIPT), 0.5, 1)
PATH = ReasoningPath((PathStep(SCRIPT, IMAGE, "Ada", passage_ids=("'><b>",)), PathStep("Ada", "same as", SCRIPT)))
RETRIEVAL = Retrieval(SCRIPT, "bm25", (HIT,), seeds=(ScoredEntity("k", SCRIPT, 1.0),), fallbacks=(SCRIPT,))
ANSWER = Answer(SCRIPT, IMAGE, 0.5, SCRIPT, ("p<1>",), (PATH,), RETRIEVAL, {"total": 3.0}, (SCRIPT, SCRIPT))


@pytest.mark.parametrize(
    "shown", [HIT, PATH, RETRIEVAL, ANSWER, RETRIEVAL.passages, ANSWER.paths, Listing([SCRIPT, IMAGE])], ids=type
)
def test_texts_are_shown_and_never_run(shown: object) -> None:
    html = shown._repr_html_()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    for markup in ("<script", "<img", "<b>'", 'onerror="alert'):
        assert markup not in html.replace("<b>[1]", "")
    assert html.count("<div") == html.count("</div>")
    assert html.count("<details") == html.count("</details>")


def test_an_answer_shows_what_it_rests_on() -> None:
    html = ANSWER._repr_html_()
    assert "[1]" in html
    assert "1 reasoning path</summary>" in html
    assert "confidence 0.50" in html
    assert "3 ms" in html
    # A fallback that happened twice is told once.
    assert html.count("mh-note mh-soft'>") == 1
    empty = replace(ANSWER, text="", paths=(), citations=(), retrieval=replace(RETRIEVAL, passages=()))
    assert "No answer was found." in empty._repr_html_()
    assert "reasoning path" not in empty._repr_html_()


def test_a_graph_without_passages_shows_entities() -> None:
    without = replace(RETRIEVAL, passages=(), entities=(ScoredEntity("k", SCRIPT, 0.25),))
    assert "<td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td class='mh-number'>0.25</td>" in without._repr_html_()
    assert "No passage was found." in replace(without, entities=())._repr_html_()


def test_many_paths_are_counted() -> None:
    many = replace(ANSWER, paths=(PATH,) * (MAX_PATHS + 3))
    assert many._repr_html_().count("<div class='mh-path'>") == MAX_PATHS
    assert "and 3 more" in many._repr_html_()
    assert "and 2 more" in Listing([PATH] * (MAX_ITEMS + 2))._repr_html_()
    assert "Nothing was found." in Listing()._repr_html_()


def test_long_texts_are_cut_and_counted() -> None:
    long = replace(HIT, passage=Passage("p", "x" * 1_000_000))
    html = long._repr_html_()
    assert len(html) < 10_000
    assert "more characters" in html
    assert shortened("abc", 3) == "abc"


def test_colours_follow_the_theme() -> None:
    style = ANSWER._repr_html_().split("</style>")[0]
    assert "var(--jp-" in style
    for fixed in ("background: #", "color: #", "white;", "black;"):
        assert fixed not in style


def test_what_cannot_be_seen_is_replaced() -> None:
    assert escape("a\x1b[2J\u202eb\ud800\x00c\n") == "a [2J b  c\n"
    assert table_html(["<a>"], [["<b>", 3, 0.25]]).count("&lt;") == 2


def test_the_plain_form_is_short() -> None:
    assert repr(HIT) == f"ScoredPassage(rank=1, score=0.5, passage_id='p<1>', title={SCRIPT!r})"
    assert repr(replace(RETRIEVAL, question="Who?")) == "Retrieval('Who?', retriever='bm25', passages=1)"
    plain = repr(replace(ANSWER, text="Ada\n", method="m"))
    assert plain == "Answer('Ada\\n', confidence=0.50, method='m', citations=['p<1>'], paths=1)"


def test_results_are_still_plain_data() -> None:
    assert RETRIEVAL.passages == (HIT,)
    assert copy.deepcopy(ANSWER) == ANSWER
    assert pickle.loads(pickle.dumps(ANSWER)) == ANSWER
    assert hash(RETRIEVAL) == hash(copy.deepcopy(RETRIEVAL))
