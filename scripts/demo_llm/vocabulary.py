"""The vocabulary: byte-pair pieces learned from training texts, one token for every form, and marks of turns."""

import re
from collections.abc import Iterable
from pathlib import Path

from chat import CONTROL, FORMS, PLACE, PLACES, REPLY, TURN
from tasks import Task, shown
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

MARKS = (*CONTROL, *FORMS.values(), *PLACES)
_PLACE = re.compile(f"({PLACE})")


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
        prompt = [self.ids[TURN], *self._pieces(shown(task.messages)), self.ids[REPLY]]
        reply = [
            token for part in task.reply for token in ([self.ids[part]] if part in self.ids else self._pieces(part))
        ]
        return prompt, [*reply, self.ids[CONTROL[-1]]]

    def shapes(self) -> list[list[bool]]:
        """Return for every token what can be seen of it: whether a word begins, capitals, digits, a mark."""
        pieces = self.tokenizer.get_vocab()
        rows = [_shape(self.tokenizer.decode([number])) for number in range(len(pieces))]
        return rows + [[False] * (len(rows[0]) - 1) + [True]] * len(self.ids)

    def _pieces(self, text: str) -> list[int]:
        ids: list[int] = []
        for part in filter(None, _PLACE.split(text)):
            ids += [self.ids[part]] if part in self.ids else self.tokenizer.encode(part).ids
        return ids


def learn_pieces(tasks: Iterable[Task], size: int) -> Tokenizer:
    """Return a tokenizer whose vocabulary has a size together with the marks; words are cut as GPT-2 does."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size - len(MARKS), initial_alphabet=alphabet, show_progress=False)
    texts = (
        part
        for task in tasks
        for text in (shown(task.messages), *task.reply)
        for part in _PLACE.split(text)
        if part not in MARKS
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def load_vocabulary(path: Path) -> Vocabulary:
    """Return the vocabulary of a run."""
    return Vocabulary(Tokenizer.from_file(str(path)))


def _shape(piece: str) -> list[bool]:
    word, begins = piece.strip(), piece.startswith(" ")
    return [
        begins and bool(word),
        begins and word[:1].isupper(),
        word.isupper() and len(word) > 1,
        word.isdigit(),
        word.isdigit() and len(word) == 4,
        begins and word.islower(),
        word.islower() and not begins,
        not word[:1].isalnum(),
        False,
    ]
