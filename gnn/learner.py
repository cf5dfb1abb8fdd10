"""What networks in torch that learn to reason share: an encoder, their weights, a loss."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import ClassVar, Generic, Self, TypeVar

import torch
from torch import Tensor, nn

from gnn.question_batch import QuestionBatch, QuestionReader
from gnn.questions import LabelledQuestion, question_text
from gnn.tensors import RelationalGraph
from gnn.weights_file import Weights
from graphrag.errors import ConfigError
from graphrag.protocols import GraphReasoner, TokenEncoder
from graphrag.reasoning import ReasoningGraph

N = TypeVar("N", bound=nn.Module)


class Learner(ABC, Generic[N]):
    """A network, the encoder that reads for it, and what was made of the last graph.

    Parameters
    ----------
    network
        The network; its ``options`` are a dataclass with a field ``dimension``.
    encoder
        Encodes questions and relations.

    Raises
    ------
    ConfigError
        If the network was made for vectors of another length.
    """

    kind: ClassVar[str]
    settings: ClassVar[Mapping[str, int | float]] = {}
    """What :class:`gnn.training.TrainingSettings` are for this network, where they differ."""

    def __init__(self, network: N, encoder: TokenEncoder) -> None:
        dimension = network.options.dimension
        if dimension != encoder.dimension:
            raise ConfigError(f"Expected an encoder of vectors of length {dimension} (got {encoder.dimension})")
        self.network = network
        self.encoder = encoder
        self._reader = QuestionReader(encoder)
        self._tensors: tuple[ReasoningGraph, RelationalGraph] | None = None
        self._relations: dict[str, Tensor] = {}

    @classmethod
    def fresh(cls, encoder: TokenEncoder, *, options: Mapping[str, object] | None = None, seed: int = 0) -> Self:
        """Return one with weights drawn at random; nothing is dropped until it is trained."""
        torch.manual_seed(seed)
        network = cls.network_of({"dimension": encoder.dimension} | dict(options or {}))
        network.eval()
        return cls(network, encoder)

    @classmethod
    def of_weights(cls, weights: Weights, encoder: TokenEncoder) -> Self:
        """Return one with the weights of a file.

        Raises
        ------
        ConfigError
            If they are not those of such a network, or the encoder does not fit.
        """
        try:
            network = cls.network_of(weights.options)
            network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.tensors.items()})
        except (RuntimeError, TypeError, ValueError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ConfigError(f"Expected the weights of a reasoner of kind {cls.kind!r}: {reason}") from error
        network.eval()
        return cls(network, encoder)

    @classmethod
    @abstractmethod
    def network_of(cls, options: Mapping[str, object]) -> N:
        """Return a network with fresh weights."""

    @abstractmethod
    def loss(self, questions: Sequence[LabelledQuestion]) -> Tensor:
        """Return the mean loss of questions with seeds and answers."""

    @abstractmethod
    def best(self, questions: Sequence[LabelledQuestion]) -> list[int | None]:
        """Return the most probable node of each question; None where no node can be reached."""

    @abstractmethod
    def reasoner(self) -> GraphReasoner:
        """Return the reasoner that has learned what the network has by now."""

    @property
    @abstractmethod
    def max_nodes(self) -> int | None:
        """How many nodes of a subgraph the network wants to see; None: the whole graph, the same object every time."""

    def weights(self) -> Weights:
        """Return what :meth:`of_weights` takes."""
        tensors = {name: value.detach().cpu().numpy() for name, value in self.network.state_dict().items()}
        return Weights(self.kind, asdict(self.network.options), tensors)

    def tensors(self, graph: ReasoningGraph) -> RelationalGraph:
        """Return a graph as tensors; those of the last graph are kept."""
        if self._tensors is None or self._tensors[0] is not graph:
            self._tensors = graph, RelationalGraph.of(graph)
        return self._tensors[1]

    def relation_vectors(self, graph: ReasoningGraph) -> Tensor:
        """Return the encoder's vectors of a graph's relations, shape ``[num_relations, dimension]``."""
        return self.text_vectors(list(graph.relation_texts))

    def text_vectors(self, texts: Sequence[str]) -> Tensor:
        """Return the encoder's vectors of relations, shape ``[len(texts), dimension]``, each text encoded once."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._relations]
        for text, vector in zip(unknown, self.encoder.encode(unknown), strict=True):
            self._relations[text] = torch.from_numpy(vector.copy())
        return (
            torch.stack([self._relations[text] for text in texts]) if texts else torch.zeros(0, self.encoder.dimension)
        )

    def tokens(self, question: LabelledQuestion) -> tuple[str, ...]:
        """Return a question as the network reads it."""
        return self._reader.read(question_text(question.question, question.seeds, question.graph))[0]

    def batch(self, questions: Sequence[LabelledQuestion]) -> QuestionBatch:
        """Return questions as tensors."""
        return self._reader.batch([question_text(q.question, q.seeds, q.graph) for q in questions])
