"""Training of the network over entities and passages, on questions whose passages or answers are known."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gnn.geometric import scatter
from gnn.text_network import TextBatch, TextExample, TextNetwork
from gnn.weights_file import Weights, write_weights
from graphrag.errors import ConfigError

LOG = logging.getLogger(__name__)

RECALL_CUT = 5


@dataclass(frozen=True, slots=True)
class TextTrainingSettings:
    """Options of :func:`train_text`.

    Parameters
    ----------
    dim, num_layers, dropout
        Of the network.
    num_epochs, batch_size, learning_rate, weight_decay
        Of AdamW with one cycle of learning rates.
    entity_weight
        Of the loss on entities; that on passages weighs 1.
    step_weight
        Of the loss on what is known after each layer, all layers together.
    seed
        Of weights and order.
    max_nodes
        Of the examples' graphs.
    feature_names
        The columns of their features.
    hidden_columns, hidden_share
        Columns that are set to 0 in a share of the training questions, so that the network can do without them.
    """

    dim: int = 32
    num_layers: int = 3
    dropout: float = 0.1
    num_epochs: int = 12
    batch_size: int = 8
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    entity_weight: float = 0.2
    step_weight: float = 0.2
    seed: int = 0
    max_nodes: int = 600
    feature_names: tuple[str, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    hidden_share: float = 0.5


def train_text(
    train: Sequence[TextExample],
    dev: Sequence[TextExample],
    out: Path,
    *,
    settings: TextTrainingSettings = TextTrainingSettings(),
    start: Weights | None = None,
) -> float:
    """Train a network, write the weights of the epoch that is best on the dev questions, and return its recall there.

    Parameters
    ----------
    train, dev
        Questions; those without gold nodes in their surroundings teach nothing.
    out
        The file of weights.
    settings
        Options.
    start
        Weights to begin with; None: drawn at random.

    Raises
    ------
    ValueError
        If no training question has a gold node.
    ConfigError
        If the weights to begin with are those of another network.
    """
    torch.manual_seed(settings.seed)
    order = np.random.default_rng(settings.seed)
    useful = [example for example in train if example.gold]
    if not useful:
        raise ValueError("Expected 'train' to hold a question with gold nodes (got none)")
    network = _network(useful[0], settings)
    if start is not None:
        _load(network, start)
    batches = -(-len(useful) // settings.batch_size)
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=batches * settings.num_epochs, pct_start=0.15
    )
    best = -1.0
    without = [_without(example, settings.hidden_columns) for example in dev]
    for epoch in range(1, settings.num_epochs + 1):
        network.train()
        shuffled = [useful[i] for i in order.permutation(len(useful))]
        is_hidden = order.random(len(useful)) < settings.hidden_share
        shown = [_without(x, settings.hidden_columns) if h else x for x, h in zip(shuffled, is_hidden, strict=True)]
        total = 0.0
        for first in range(0, len(shuffled), settings.batch_size):
            loss = batch_loss(network, TextBatch.of(shown[first : first + settings.batch_size]), settings)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        recalls = [mean_recall(network, dev), mean_recall(network, without)]
        LOG.info("epoch %d: loss %.3f, recall@5 on dev %.4f, without hidden %.4f", epoch, total / batches, *recalls)
        recall = sum(recalls) / 2
        if recall >= best:
            best = recall
            weights = network.to_weights(max_nodes=settings.max_nodes, feature_names=settings.feature_names)
            write_weights(out, weights)
    return best


def _network(example: TextExample, settings: TextTrainingSettings) -> TextNetwork:
    features = example.graph.node_features
    return TextNetwork(
        example.query.shape[-1],
        0 if features is None else features.shape[1],
        dim=settings.dim,
        num_layers=settings.num_layers,
        dropout=settings.dropout,
    )


def _load(network: TextNetwork, weights: Weights) -> None:
    try:
        network.load_state_dict({name: torch.from_numpy(value).float() for name, value in weights.tensors.items()})
    except RuntimeError as error:
        raise ConfigError(f"Cannot begin with other weights: {' '.join(str(error).split())[:200]}") from error


def _without(example: TextExample, columns: Sequence[int]) -> TextExample:
    """Return a question whose nodes have 0 in some columns."""
    if example.graph.node_features is None:
        return example
    features = example.graph.node_features.copy()
    features[:, list(columns)] = 0
    return replace(example, graph=replace(example.graph, node_features=features))


def batch_loss(network: TextNetwork, batch: TextBatch, settings: TextTrainingSettings) -> Tensor:
    """Return the cross-entropy between the gold nodes of each kind and the probabilities of that kind, mean a question.

    References
    ----------
    Luo et al., "GFM-RAG", arXiv 2502.01113, equation 9 (the ranking loss), with a softmax in place of sigmoids.
    """
    logits, steps = network(batch)
    loss = _cross_entropy(logits, batch, settings.entity_weight)
    for step in steps:
        loss = loss + settings.step_weight / len(steps) * _cross_entropy(step, batch, settings.entity_weight)
    return loss


def _cross_entropy(logits: Tensor, batch: TextBatch, entity_weight: float) -> Tensor:
    num_questions = len(batch.queries)
    size = 2 * num_questions
    largest = scatter(logits.detach(), batch.group, dim_size=size, reduce="max")
    total = scatter((logits - largest[batch.group]).exp(), batch.group, dim_size=size)
    log_probability = logits - largest[batch.group] - total[batch.group].log()
    num_gold = scatter(batch.gold, batch.group, dim_size=size)
    a_group = -scatter(log_probability * batch.gold, batch.group, dim_size=size) / num_gold.clamp_min(1)
    weight = torch.tensor([entity_weight, 1.0]).repeat(num_questions)
    return (a_group * weight).sum() / num_questions


def mean_recall(network: TextNetwork, examples: Sequence[TextExample]) -> float:
    """Return the mean share of gold nodes among the first five of their kind: passages where there are any."""
    network.eval()
    found = []
    with torch.no_grad():
        for example in examples:
            logits, _ = network(TextBatch.of([example]))
            first = example.graph.num_entities if example.graph.num_nodes > example.graph.num_entities else 0
            gold = {node for node in example.gold if node >= first}
            best = torch.argsort(logits[first:], descending=True)[:RECALL_CUT].add(first).tolist()
            found.append(len(gold & set(best)) / max(1, min(example.num_gold, RECALL_CUT)))
    return float(np.mean(found)) if found else 0.0
