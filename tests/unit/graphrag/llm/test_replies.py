import json

import pytest

from graphrag.llm.replies import MAX_REPLY_CHARACTERS, clean_phrase, closed_prefix, read_object

WHOLE = (
    '{"entities": [{"text": "Ada", "label": "person"}], "triples": [{"head": "Ada", "relation": "met", "tail": "Bab"}]}'
)


@pytest.mark.parametrize(
    "reply",
    [
        WHOLE,
        f"Sure! Here is the {{graph}} of the text:\n```json\n{WHOLE}\n```\nAnything else?",
        f'<think>Maybe {{"entities": []}}? No.</think>{WHOLE}',
        f"{WHOLE}{WHOLE}",
        f'{{"note": 1}} {WHOLE}',
        WHOLE.replace(", ", ",\n\t"),
    ],
)
def test_a_whole_object_is_found_in_whatever_surrounds_it(reply: str) -> None:
    assert read_object(reply, keys=["entities", "triples"]) == (json.loads(WHOLE), False)


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_every_prefix_gives_what_was_whole_or_nothing(length: int) -> None:
    try:
        content, was_cut = read_object(WHOLE[:length], keys=["entities", "triples"])
    except ValueError:
        assert length < WHOLE.index("}")  # before the first element was complete
        return
    assert was_cut
    assert set(content) <= {"entities", "triples"}
    for entity in content["entities"]:  # type: ignore[attr-defined]
        assert entity.items() <= {"text": "Ada", "label": "person"}.items()


def test_lists_of_a_repeated_key_are_joined_and_other_first_values_count() -> None:
    reply = '{"a": [1], "b": "first", "a": [2], "b": "second"}'
    assert read_object(reply, keys=["a"]) == ({"a": [1, 2], "b": "first"}, False)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ("", r"'a' \(got an empty reply\)"),
        ("   \n", "an empty reply"),
        ("I cannot do that.", "got 'I cannot do that.'"),
        ("对不起，我不能这样做。", "got '对不起"),
        ('{"b": 1}', "Expected a JSON object with 'a'"),
        ('["a"]', "Expected a JSON object"),
        ("{" * 100_000, "Expected a JSON object"),
        ('{"a":' + "[" * 100_000, "Expected a JSON object"),
        ('{"a": ' + "9" * 10_000 + "}", "Expected a JSON object"),
        ("{a: __import__('os').system('x')}", "Expected a JSON object"),
    ],
)
def test_a_reply_without_an_object(reply: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_object(reply, keys=["a"])


def test_a_runaway_is_read_to_a_bound() -> None:
    reply = '{"a": [' + '"again", ' * 100_000
    content, was_cut = read_object(reply, keys=["a"])
    assert was_cut
    assert len(content["a"]) <= MAX_REPLY_CHARACTERS // len('"again", ')  # type: ignore[arg-type]


def test_what_precedes_a_syntax_error_is_kept() -> None:
    assert read_object('{"a": ["x", "y" "z"], "b": 1}', keys=["a"]) == ({"a": ["x"]}, True)
    assert read_object('{"a": ["x", "say \\"hi\\", ok", tru', keys=["a"]) == ({"a": ["x", 'say "hi", ok']}, True)


def test_brackets_that_do_not_match_end_the_prefix() -> None:
    assert closed_prefix('{"a": [1, 2}') == '{"a": [1]}'
    assert closed_prefix("]") == ""


@pytest.mark.parametrize(
    ("value", "phrase"),
    [
        ("a\x1b[31m\u0085b", "a [31m b"),
        ("\ud800x", "?x"),
        ("x" * 11, ""),
        (None, ""),
        (True, ""),
        (1.5, ""),
        ({"a": 1}, ""),
        (7, "7"),
    ],
)
def test_phrases(value: object, phrase: str) -> None:
    assert clean_phrase(value, max_characters=10) == phrase
