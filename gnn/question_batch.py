"""Questions side by side as tensors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gnn.questions import NOWHERE, read_question, token_places
from graphrag.protocols import TokenEncoder

MAX_CACHED = 20_000


@dataclass(frozen=True)
class QuestionBatch:
    """Questions side by side.

    Parameters
    ----------
    states
        Of each token, zeros after the end, shape ``[num_questions, num_tokens, dimension]``.
    mask
        Where there is a token, shape ``[num_questions, num_tokens]``; at least one a question.
    places
        Where each token stands, as :func:`gnn.questions.token_places` says, and nowhere after the end, shape
        ``[num_questions, num_tokens]``.
    """

    states: Tensor
    mask: Tensor
    places: Tensor

    @property
    def mean(self) -> Tensor:
        """The mean state of each question, shape ``[num_questions, dimension]``."""
        return self.states.sum(1) / self.mask.sum(1, keepdim=True)


class QuestionReader:
    """Encodes questions, each distinct text once.

    Parameters
    ----------
    encoder
        Gives the states of tokens.
    """

    def __init__(self, encoder: TokenEncoder) -> None:
        self.encoder = encoder
        self._states: dict[str, tuple[tuple[str, ...], Tensor]] = {}

    def read(self, text: str) -> tuple[tuple[str, ...], Tensor]:
        """Return the tokens of a text and their states, shape ``[num_tokens, dimension]``."""
        if text not in self._states:
            if len(self._states) >= MAX_CACHED:
                self._states.clear()
            tokens, states = read_question(self.encoder, text)
            self._states[text] = tokens, torch.from_numpy(np.ascontiguousarray(states))
        return self._states[text]

    def batch(self, texts: Sequence[str]) -> QuestionBatch:
        """Return the states of some texts."""
        tokens, states = zip(*(self.read(text) for text in texts), strict=True)
        pad = torch.nn.utils.rnn.pad_sequence
        padded = pad(states, batch_first=True)
        places = pad([torch.tensor(token_places(some)) for some in tokens], batch_first=True, padding_value=NOWHERE)
        lengths = torch.tensor([len(state) for state in states])
        return QuestionBatch(padded, torch.arange(padded.shape[1])[None, :] < lengths[:, None], places)
