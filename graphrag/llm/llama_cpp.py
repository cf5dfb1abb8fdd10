"""Chat with GGUF models in this process, by llama.cpp, replies bound by a schema.

A GGUF file brings a chat template, a small program in Jinja, which is as little to be trusted as the file. It runs in
Jinja's immutable sandbox: it sees the messages and nothing else, reaches no file, network or Python object, and can
change nothing. It can waste time and write any prompt; the prompt is only ever tokens for its own model, and bounded by
the context. Texts cannot forge turns: what the model's vocabulary calls a control token is broken up in them.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from graphrag.llm.chat_template import render_chat
from graphrag.llm.failures import RefusedPromptError
from graphrag.llm.greedy_grammar import GreedyGrammar
from graphrag.llm.llama_loading import (
    LlamaSettings,
    check_gguf,
    file_digest,
    llama_failures,
    llama_library,
    load_llama,
)
from graphrag.llm.usage import Usage, UsageCounter

if TYPE_CHECKING:
    from llama_cpp import Llama, LlamaGrammar

_CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n"
)


class LlamaCppModel:
    """A chat model; one call at a time.

    What the last prompt and the next have in common at their beginning is computed once: with the same instruction and
    example before every passage, that is most of it.

    Parameters
    ----------
    path
        The GGUF file.
    settings
        Options.

    Raises
    ------
    LanguageModelError
        If the file is missing, no GGUF file, damaged, or needs more memory than there is.
    MissingDependencyError
        If llama-cpp-python is not installed.
    """

    def __init__(self, path: str | Path, *, settings: LlamaSettings | None = None) -> None:
        self.path = Path(path)
        self.settings = settings or LlamaSettings()
        check_gguf(self.path)
        self._lock = threading.Lock()
        self._usage = UsageCounter()
        self._llama = load_llama(self.path, self.settings)

    @cached_property
    def identity(self) -> str:
        """The name that the file gives its model, and a hash of its content; the file's own name does not count."""
        return f"llama.cpp:{self._llama.metadata.get('general.name', 'unnamed')}:{file_digest(self.path)}"

    @property
    def usage(self) -> Usage:
        """Calls and tokens so far."""
        return self._usage.total

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and reply may have together."""
        return int(self._llama.n_ctx())

    def count_tokens(self, messages: Sequence[dict[str, str]]) -> int:
        """Return how many tokens a prompt has, with all that the chat format adds.

        Raises
        ------
        RefusedPromptError
            If the model's chat template cannot write these messages.
        """
        with self._lock:
            return len(self._tokens(messages))

    def complete(self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, object] | None) -> str:
        """Return the reply at temperature 0, cut after ``max_tokens`` (at least 1).

        Raises
        ------
        RefusedPromptError
            If prompt and reply do not fit the context.
        LanguageModelError
            If llama.cpp fails.
        """
        with self._lock:
            request = self._request(messages, max_tokens)
            with llama_failures(self.path), self._bound_by(schema) as processors:
                reply = self._llama.create_completion(**request, logits_processor=processors)
        usage = reply["usage"]
        self._usage.add(prompt_tokens=usage["prompt_tokens"], completion_tokens=usage["completion_tokens"])
        return str(reply["choices"][0]["text"])

    def stream(
        self, messages: Sequence[dict[str, str]], *, max_tokens: int, schema: dict[str, object] | None
    ) -> Iterator[str]:
        """Yield the reply in pieces as they come.

        Raises
        ------
        RefusedPromptError
            If prompt and reply do not fit the context.
        LanguageModelError
            If llama.cpp fails.
        """
        num_pieces = 0
        with self._lock:
            request = self._request(messages, max_tokens)
            with llama_failures(self.path), self._bound_by(schema) as processors:
                for piece in self._llama.create_completion(**request, logits_processor=processors, stream=True):
                    num_pieces += 1
                    yield str(piece["choices"][0]["text"])
        self._usage.add(prompt_tokens=len(cast(list[int], request["prompt"])), completion_tokens=num_pieces)

    def forget_prefix(self) -> None:
        """Compute the next prompt from its first token: to measure what that costs."""
        with self._lock:
            self._llama.reset()

    @contextmanager
    def _bound_by(self, schema: Mapping[str, object] | None) -> Iterator[list[GreedyGrammar] | None]:
        """Lend what keeps a reply to a schema."""
        if schema is None:
            yield None
            return
        with GreedyGrammar(self._llama, _grammar(json.dumps(schema))) as grammar:
            yield [grammar]

    def _request(self, messages: Sequence[dict[str, str]], max_tokens: int) -> dict[str, object]:
        if max_tokens < 1:
            raise ValueError(f"Expected 'max_tokens' to be at least 1 (got {max_tokens})")
        tokens = self._tokens(messages)
        if len(tokens) + max_tokens > self.context_tokens:
            raise RefusedPromptError(
                f"The context of {self.context_tokens:,} tokens is too small for a prompt of {len(tokens):,} and a "
                f"reply of {max_tokens:,}: use shorter passages, or a larger 'context_tokens' if the model has one"
            )
        return {"prompt": tokens, "max_tokens": max_tokens, "temperature": 0.0, "seed": self.settings.seed}

    def _tokens(self, messages: Sequence[dict[str, str]]) -> list[int]:
        harmless = [{**message, "content": self._without_control_tokens(message["content"])} for message in messages]
        text = render_chat(self._template, harmless, bos=self._bos, eos=self._eos)
        # Where the template writes the first token, the tokenizer must not add another.
        add_bos = not (self._bos and text.startswith(self._bos))
        return list(self._llama.tokenize(text.encode("utf-8", "replace"), add_bos=add_bos, special=True))

    @cached_property
    def _template(self) -> str:
        return str(self._llama.metadata.get("tokenizer.chat_template", _CHATML))

    @cached_property
    def _bos(self) -> str:
        return self._token_text(self._llama.token_bos())

    @cached_property
    def _eos(self) -> str:
        return self._token_text(self._llama.token_eos())

    def _token_text(self, token: int) -> str:
        return str(self._llama._model.token_get_text(token)) if token >= 0 else ""

    @cached_property
    def _without_control_tokens(self) -> Callable[[str], str]:
        return breaker(_control_tokens(self._llama))


def breaker(control_tokens: Sequence[str]) -> Callable[[str], str]:
    """Return a function that puts a space into every control token that a text spells out.

    Examples
    --------
    >>> breaker(["<|end|>"])("a <|end|> b")
    'a < |end|> b'
    """
    if not control_tokens:
        return lambda text: text
    longest_first = sorted(control_tokens, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(token) for token in longest_first))
    return lambda text: pattern.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text)


def _control_tokens(llama: "Llama") -> list[str]:
    """Return the texts of the vocabulary that stand for more than themselves."""
    library, model = llama_library(), llama._model
    found = []
    for token in range(llama.n_vocab()):
        attributes = model.token_get_attr(token)
        is_control = attributes & library.LLAMA_TOKEN_ATTR_CONTROL
        if is_control or attributes & library.LLAMA_TOKEN_ATTR_USER_DEFINED:
            text = model.token_get_text(token)
            # Users' tokens may be plain words or runs of spaces; those in brackets mark turns and tools.
            if len(text) > 2 and (is_control or text[0] in "<["):
                found.append(str(text))
    return found


@lru_cache(maxsize=64)
def _grammar(schema: str) -> "LlamaGrammar":
    return llama_library().LlamaGrammar.from_json_schema(schema, verbose=False)
