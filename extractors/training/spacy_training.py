"""Fine-tune the sentence encoder into tagger, lemmatizer, parser, sentence splitter and entity recognizer at once."""

import copy
import csv
import dataclasses
import json
import logging
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from extractors.pipeline.wordpieces import WordPieces
from extractors.training.batches import (
    IGNORED,
    Batch,
    Encoding,
    Example,
    Inventory,
    batches,
    change_case,
    collate,
    inventory,
    passages,
)
from extractors.training.config import DEFAULT_CONFIG, DISTILLED_CONFIG, TrainingConfig, load_config
from extractors.training.corpora import Corpora, load_corpora
from extractors.training.export import load_classes, write_weights
from extractors.training.model import ATTENTION_HEADS, INNER, Network, Scores, load_encoder
from extractors.training.network_sizes import sizes
from extractors.training.parsing import parse
from extractors.training.pruning import pruned
from extractors.training.readers import Sentence
from extractors.training.restore import restore_pipeline
from extractors.training.scores import entity_scores, syntax_scores
from graphrag.errors import ConfigError

logger = logging.getLogger(__name__)

LOG_STEPS = 20
SAVE_STEPS = 100
NUM_SAMPLES = 200
"""Passages on which a teacher's inner units are compared."""

_WEIGHTS = {"upos": 1.0, "xpos": 0.5, "edits": 0.5, "boundaries": 0.5, "arcs": 1.0, "relations": 1.0, "tags": 1.0}


def losses(network: Network, scores: Scores, batch: Batch) -> dict[str, Tensor]:
    """Return the loss of every head, summed over its words and divided by all words of the batch."""
    columns = batch.columns
    gold_heads = columns["heads"]
    known = gold_heads != IGNORED
    relations = _relations_to(network, scores, gold_heads.clamp(min=0))
    same = columns["sentence"][:, :, None] == columns["sentence"][:, None, :]
    candidates = functional.pad(same, (1, 0), value=True)
    arcs = scores.arcs.masked_fill(~candidates, -1e4)
    parts = {
        "upos": (scores.upos, columns["upos"]),
        "xpos": (scores.xpos, columns["xpos"]),
        "edits": (scores.edits, columns["edits"]),
        "relations": (relations, columns["relations"]),
        "arcs": (arcs, gold_heads),
    }
    found = {
        name: functional.cross_entropy(logits.flatten(0, 1), gold.flatten(), ignore_index=IGNORED, reduction="sum")
        for name, (logits, gold) in parts.items()
    }
    # The first word of a text begins a sentence anyway.
    inner = known.clone()
    inner[:, 0] = False
    found["boundaries"] = functional.binary_cross_entropy_with_logits(
        scores.boundaries[inner], columns["boundaries"][inner].float(), reduction="sum"
    )
    found["tags"] = tag_loss(scores.tags, batch.allowed)
    return {name: value / batch.num_words for name, value in found.items()}


def _relations_to(network: Network, scores: Scores, heads: Tensor) -> Tensor:
    """Return the relation scores of all words to given heads, of shape (batch, words)."""
    index = heads[:, :, None].expand(-1, -1, scores.heads.shape[-1])
    return network.relations(scores.dependents, scores.heads.gather(1, index))


def tag_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Return the negative logarithm of the probability of the allowed tags, summed over the words that have a say."""
    told = allowed.any(-1) & ~allowed.all(-1)
    logits, allowed = logits[told], allowed[told]
    possible = logits.masked_fill(~allowed, -1e4).logsumexp(-1)
    return (logits.logsumexp(-1) - possible).sum()


def divergences(network: Network, scores: Scores, teacher: Network, theirs: Scores, batch: Batch) -> dict[str, Tensor]:
    """Return how far each head is from the teacher's, summed over the words and divided by their number.

    Corpora without syntax teach syntax here. Words that are padding have no say.

    References
    ----------
    Hinton et al. 2015, "Distilling the Knowledge in a Neural Network", section 2, at temperature 1.
    """
    told = batch.there
    candidates = functional.pad(told, (1, 0), value=True)[:, None, :]
    arcs, their_arcs = (found.arcs.masked_fill(~candidates, -1e4) for found in (scores, theirs))
    heads = their_arcs.argmax(-1)
    pairs = {
        "upos": (scores.upos, theirs.upos),
        "xpos": (scores.xpos, theirs.xpos),
        "edits": (scores.edits, theirs.edits),
        "tags": (scores.tags, theirs.tags),
        "arcs": (arcs, their_arcs),
        "relations": (_relations_to(network, scores, heads), _relations_to(teacher, theirs, heads)),
    }
    found = {
        name: functional.kl_div(
            ours[told].log_softmax(-1), wanted[told].log_softmax(-1), reduction="sum", log_target=True
        )
        for name, (ours, wanted) in pairs.items()
    }
    found["boundaries"] = functional.binary_cross_entropy_with_logits(
        scores.boundaries[told], theirs.boundaries[told].sigmoid(), reduction="sum"
    )
    return {name: value / batch.num_words for name, value in found.items()}


def parameter_groups(network: Network, config: TrainingConfig) -> list[dict[str, object]]:
    """Return the parameters with their rates: heads fastest, encoder layers slower the deeper; pieces stay frozen."""
    network.encoder.pieces.weight.requires_grad_(False)
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        rate = config.head_rate
        if name.startswith("encoder."):
            layer = int(name.split(".")[2]) if name.startswith("encoder.layers.") else 0
            rate = config.encoder_rate * config.layer_decay ** (len(network.encoder.layers) - 1 - layer)
        if name.startswith("encoder.shapes"):
            rate = config.head_rate
        decay = 0.01 if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": value, "lr": rate, "weight_decay": decay} for (rate, decay), value in groups.items()]


class Trainer:
    """A training run that can be continued.

    Parameters
    ----------
    corpora
        What to learn from.
    config
        Settings.
    encoder_folder
        With ``model.safetensors`` and ``tokenizer.json``.
    out
        Folder for the checkpoint and the log.
    teacher
        Folder of an exported pipeline to start from, its layers, heads and inner units pruned, and to learn from.

    Raises
    ------
    ConfigError
        If the settings fit neither the encoder nor the teacher.
    """

    def __init__(
        self, corpora: Corpora, config: TrainingConfig, encoder_folder: Path, out: Path, *, teacher: Path | None = None
    ) -> None:
        self.config = config
        self.corpora = corpora
        self.out = out
        torch.manual_seed(config.seed)
        classes = inventory(corpora.treebank, min_edit_count=config.min_edit_count)
        self.encoding = Encoding(WordPieces(encoder_folder / "tokenizer.json"), classes)
        self.classes = classes
        encoder = encoder_folder / "model.safetensors"
        self.teacher = _load_teacher(teacher, encoder, classes, config) if teacher is not None else None
        if self.teacher is not None:
            self.network = pruned(self.teacher, config.layers, config.inner, config.attention_heads, self._samples())
        elif (config.inner, config.attention_heads) == (INNER, ATTENTION_HEADS):
            self.network = Network(load_encoder(encoder, config.layers), sizes(classes, config), config.dropout)
        else:
            narrow = f"{config.inner} inner units and {config.attention_heads} heads"
            raise ConfigError(
                f"Expected a teacher for layers of {narrow} (MiniLM's have {INNER} and {ATTENTION_HEADS})"
            )
        groups = parameter_groups(self.network, config)
        self._rates = [float(str(group["lr"])) for group in groups]
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)
        self._replicas = [self.network, *(_replica(self.network) for _ in range(config.replicas - 1))]
        self._pool = ThreadPoolExecutor(config.replicas)
        self.epoch = 0
        self.step = 0
        self.seconds = 0.0
        out.mkdir(parents=True, exist_ok=True)
        (out / "classes.json").write_text(json.dumps(dataclasses.asdict(classes)), encoding="utf-8")

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "step": self.step,
            "seconds": self.seconds,
        }
        torch.save(state, self.out / "checkpoint.tmp")
        (self.out / "checkpoint.tmp").replace(self.out / "checkpoint.pt")

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one."""
        path = self.out / "checkpoint.pt"
        if path.is_file():
            state = torch.load(path, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.epoch = state["epoch"]
            self.step = state.get("step", 0)
            self.seconds = state["seconds"]

    def start_from(self, checkpoint: Path) -> None:
        """Take the weights of another run with at least as many layers; what it has more is left out."""
        state = torch.load(checkpoint, weights_only=True)["network"]
        self.network.load_state_dict({name: state[name] for name in self.network.state_dict()})

    def _samples(self) -> list[Batch]:
        """Return some of the treebank, read as it stands."""
        runs = (
            run
            for document in self.corpora.treebank
            for run in passages(document, self.encoding.wordpieces, self.config.max_pieces)
        )
        examples = [self.encoding.example(run) for run in islice(runs, NUM_SAMPLES)]
        return [collate([example], self.encoding.wordpieces) for example in examples]

    def _examples(self, rng: random.Random) -> Iterator[Example]:
        """Yield the examples of one epoch: the whole treebank and shares of the other corpora."""
        for document in self.corpora.treebank:
            yield from self._runs(document, rng)
        for name, share in self.config.share.items():
            documents = self.corpora.entities[name]
            whole, part = divmod(share, 1)
            for document in [*documents * int(whole), *rng.sample(documents, round(part * len(documents)))]:
                yield from self._runs(document, rng)

    def _runs(self, document: Sequence[Sentence], rng: random.Random) -> Iterator[Example]:
        limit = 0 if rng.random() < 0.3 else rng.randint(16, self.config.max_pieces)
        for run in passages(list(document), self.encoding.wordpieces, limit):
            example = self.encoding.example(run)
            if example.size <= 2 * self.config.max_pieces:
                if rng.random() < self.config.case_change:
                    change_case(example, rng)
                yield example

    def _rate(self, progress: float) -> float:
        """Return the factor on the learning rates at a share of the whole run: up, then linearly down."""
        return min(progress / self.config.warm_up, (1 - progress) / (1 - self.config.warm_up))

    def run(self) -> None:
        """Train to the last epoch, or until the time is used up; score and save after each epoch."""
        while self._progress(0.0) < 1:
            rng = random.Random(f"{self.config.seed}-{self.epoch}")  # noqa: S311
            singles = batches(list(self._examples(rng)), self.config.pieces_per_batch, rng)
            groups = list(zip(*[iter(singles)] * self.config.replicas, strict=False))
            means = self._epoch(groups)
            self.epoch += 1
            self.step = 0
            self.save()
            self._log(means)

    def _epoch(self, groups: Sequence[Sequence[Sequence[Example]]]) -> dict[str, float]:
        """Make the steps of an epoch that are left, one per group, as long as there is time; return the mean losses."""
        sums: dict[str, float] = {}
        done = 0
        for replica in self._replicas:
            replica.train()
        while self.step < len(groups) and self._progress(self.step / len(groups)) < 1:
            started = time.monotonic()
            progress = self._progress(self.step / len(groups))
            for settings, rate in zip(self.optimizer.param_groups, self._rates, strict=True):
                settings["lr"] = rate * self._rate(progress)
            for name, value in self._step(groups[self.step]).items():
                sums[name] = sums.get(name, 0.0) + value
            done += 1
            self.step += 1
            self.seconds += time.monotonic() - started
            if self.step % LOG_STEPS == 0:
                logger.info(
                    "epoch %d step %d (%.0f %%) %s", self.epoch, self.step, 100 * progress, _rounded(sums, done)
                )
            if self.step % SAVE_STEPS == 0:
                self.save()
        return _rounded(sums, max(1, done))

    def _progress(self, part: float) -> float:
        """Return the share of the run that is done, with ``part`` of this epoch: of the time if that is limited."""
        if self.config.minutes:
            return self.seconds / (60 * self.config.minutes)
        return (self.epoch + part) / self.config.epochs

    def _gradients(self, network: Network, examples: Sequence[Example], rng: random.Random) -> dict[str, float]:
        """Add the gradients of one batch to a replica; return the losses."""
        batch = collate(examples, self.encoding.wordpieces, drop=self.config.word_dropout, rng=rng)
        inputs = batch.pieces, batch.shapes, batch.mask, batch.firsts
        scores = network(*inputs)
        parts = losses(network, scores, batch)
        total = torch.stack([_WEIGHTS[name] * value for name, value in parts.items()]).sum()
        if self.teacher is not None:
            with torch.no_grad():
                theirs = self.teacher(*inputs)
            apart = divergences(network, scores, self.teacher, theirs, batch)
            total = (
                total
                + self.config.teacher_weight
                * torch.stack([_WEIGHTS[name] * value for name, value in apart.items()]).sum()
            )
            parts["teacher"] = torch.stack(list(apart.values())).sum()
        total.div(len(self._replicas)).backward()
        return {name: value.item() for name, value in parts.items()}

    def _step(self, groups: Sequence[Sequence[Example]]) -> dict[str, float]:
        """Make one step from one batch per replica; return the mean losses."""
        seed = f"{self.config.seed}-{self.epoch}-{self.step}"
        choices = [random.Random(f"{seed}-{number}") for number in range(len(groups))]  # noqa: S311
        found = list(self._pool.map(self._gradients, self._replicas, groups, choices))
        for first, *others in zip(*(replica.parameters() for replica in self._replicas), strict=True):
            for other in others:
                if first.grad is not None and other.grad is not None:
                    first.grad.add_(other.grad)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        for replica in self._replicas:
            replica.zero_grad(set_to_none=True)
        return {name: sum(parts[name] for parts in found) / len(found) for name in found[0]}

    def _log(self, means: dict[str, float]) -> None:
        """Append the epoch's losses and development scores to ``log.csv``."""
        row: dict[str, float] = {"epoch": self.epoch, "seconds": round(self.seconds)}
        row |= {f"loss_{name}": value for name, value in means.items()}
        row |= syntax_scores(parse(self.network, self.encoding, self.corpora.treebank_dev))
        for name, documents in self.corpora.entities_dev.items():
            scores = entity_scores(parse(self.network, self.encoding, documents))
            row |= {f"{name}_f1": scores["f1"], f"{name}_bounds_f1": scores["bounds_f1"]}
        path = self.out / "log.csv"
        new = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(row))
            if new:
                writer.writeheader()
            writer.writerow({name: round(value, 4) for name, value in row.items()})
        logger.info("%s", {name: round(value, 4) for name, value in row.items()})


def _load_teacher(folder: Path, encoder: Path, classes: Inventory, config: TrainingConfig) -> Network:
    if load_classes(folder / "classes.json") != classes:
        raise ConfigError(f"Expected a teacher of the same classes as the corpora in {folder}")
    teacher = restore_pipeline(folder / "model.onnx", encoder, classes, config)
    teacher.eval()
    return teacher


def _replica(network: Network) -> Network:
    """Return a network with the same weights in the same memory and gradients of its own."""
    replica = copy.deepcopy(network)
    for ours, theirs in zip(replica.parameters(), network.parameters(), strict=True):
        ours.data = theirs.data
    return replica


def _rounded(sums: dict[str, float], count: int) -> dict[str, float]:
    return {name: round(value / count, 3) for name, value in sums.items()}


def train(
    data: Path,
    encoder: Path,
    out: Path,
    *,
    config: Path | None = None,
    start: Path | None = None,
    teacher: Path | None = None,
    resume: bool = False,
) -> Path:
    """Train, write the weights for the product into ``out/weights`` and return that folder.

    Parameters
    ----------
    data
        Folder with ``ud_ewt``, ``ner`` and the passages of the data sets (`extractors.training.corpora`).
    encoder
        Folder with the sentence encoder's ``model.safetensors`` and ``tokenizer.json``.
    out
        Folder for checkpoint, log and weights.
    config
        Settings (`TrainingConfig`); default: ``default.toml``, or ``distilled.toml`` if there is a teacher.
    start
        Checkpoint of another run to take the weights from.
    teacher
        Folder of exported weights of which a smaller network is made, and from which it learns.
    resume
        Whether to go on from the checkpoint in ``out``.

    Raises
    ------
    InputError
        If a corpus is missing.
    ConfigError
        If the settings cannot be read.
    """
    settings = load_config(config or (DEFAULT_CONFIG if teacher is None else DISTILLED_CONFIG))
    for name in ("model.safetensors", "tokenizer.json"):
        if not (encoder / name).is_file():
            raise ConfigError(f"Expected the encoder's {name} in {encoder}")
    trainer = Trainer(load_corpora(data), settings, encoder, out, teacher=teacher)
    if start is not None:
        trainer.start_from(start)
    if resume:
        trainer.resume()
    trainer.run()
    trainer.network.eval()
    write_weights(
        trainer.network, trainer.classes, trainer.corpora.treebank, encoder / "tokenizer.json", out / "weights"
    )
    return out / "weights"
