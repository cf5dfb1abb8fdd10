"""The vocabulary: byte-pair pieces learned from training texts, one token for every form, and marks of turns."""

from collections.abc import Iterable
from pathlib import Path

from chat import CONTROL, FORMS, REPLY, TEMPLATE, TURN
from tasks import Task
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from graphrag.llm.chat_template import render_chat

MARKS = (*CONTROL, *FORMS.values())


class Vocabulary:
    """Token ids of tasks.

    Parameters
    ----------
    tokenizer
        Of the byte-pair pieces; the marks come after them.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.ids = {mark: tokenizer.get_vocab_size() + number for number, mark in enumerate(MARKS)}

    def __len__(self) -> int:
        return self.tokenizer.get_vocab_size() + len(self.ids)

    def encoded(self, task: Task) -> tuple[list[int], list[int]]:
        """Return the ids of a task's prompt and of its reply."""
        prompt = [self.ids[TURN], *self._pieces(_shown(task)), self.ids[REPLY]]
        reply = [
            token for part in task.reply for token in ([self.ids[part]] if part in self.ids else self._pieces(part))
        ]
        return prompt, [*reply, self.ids[CONTROL[-1]]]

    def _pieces(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text).ids)


def learn_pieces(tasks: Iterable[Task], size: int) -> Tokenizer:
    """Return a tokenizer whose vocabulary has a size together with the marks; words are cut as GPT-2 does."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size - len(MARKS), initial_alphabet=alphabet, show_progress=False)
    texts = (text for task in tasks for text in (_shown(task), *task.reply) if text not in MARKS)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def load_vocabulary(path: Path) -> Vocabulary:
    """Return the vocabulary of a run."""
    return Vocabulary(Tokenizer.from_file(str(path)))


def _shown(task: Task) -> str:
    return render_chat(TEMPLATE, task.messages).removeprefix(TURN).removesuffix(REPLY)
