import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphrag.llm.streaming import JSONTexts, StreamingModel
from graphrag.llm.usage import Usage
from graphrag.testing.scripted_model import ScriptedModel


class InPieces(ScriptedModel):
    """Gives its reply two characters at a time."""

    def stream(self, messages, *, max_tokens, schema):
        reply = self.complete(messages, max_tokens=max_tokens, schema=schema)
        yield from (reply[i : i + 2] for i in range(0, len(reply), 2))


@pytest.mark.parametrize(
    ("reply", "schema", "shown"),
    [
        ("Ada met Bab.", None, "Ada met Bab."),
        ('{"thought": "Say \\"hi\\"", "n": [1, "two"], "answer": "B\\u00e4b"}', {}, 'Say "hi"\nBäb\n'),
        ('{"answer": ""}', {}, "\n"),
    ],
)
def test_what_is_said_is_shown_and_returned(reply: str, schema: dict[str, object] | None, shown: str) -> None:
    pieces: list[str] = []
    model = StreamingModel(InPieces([reply]), pieces.append)
    assert model.complete([{"role": "user", "content": "a b"}], max_tokens=9, schema=schema) == reply
    assert "".join(pieces) == shown
    assert len(pieces) >= len(shown) // 2
    assert model.identity == "scripted"
    assert model.usage == Usage(1, 2, len(reply.split()))
    assert model.context_tokens == 100_000
    assert model.count_tokens([{"role": "user", "content": "a b"}]) == 2


@given(st.lists(st.text(), max_size=4), st.integers(1, 7), st.booleans())
def test_texts_come_out_as_json_means_them(texts: list[str], size: int, ascii_only: bool) -> None:
    reply = json.dumps({f"k{i}": text for i, text in enumerate(texts)}, ensure_ascii=ascii_only)
    reader = JSONTexts()
    shown = "".join(reader.feed(reply[i : i + size]) for i in range(0, len(reply), size))
    expected = "".join(f"{text}\n" for text in texts)
    # Two escapes make one character beyond the basic plane; control characters are escaped in several ways.
    assert shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(_CONTROLS) == expected.encode(
        "utf-16", "surrogatepass"
    ).decode("utf-16", "replace").translate(_CONTROLS)


_CONTROLS = dict.fromkeys(range(32)) | {ord(c): None for c in "bfr"}


@given(st.text())
def test_whatever_is_said_nothing_breaks(said: str) -> None:
    assert isinstance(JSONTexts().feed(said), str)
