"""The settings of a training run, read from a TOML file."""

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path

from graphrag.errors import ConfigError

DEFAULT_CONFIG = Path(__file__).with_name("default.toml")
DISTILLED_CONFIG = Path(__file__).with_name("distilled.toml")
"""Of a network that learns from a larger one."""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Settings of the model and of its training.

    Parameters
    ----------
    epochs
        Passes over the treebank.
    minutes
        If not 0, the time for all steps together, in place of ``epochs``.
    pieces_per_batch
        Word pieces of a batch, padding included.
    replicas
        Batches of a step, each in a one-thread replica of the network: faster than threads inside the kernels
        on busy cores.
    max_pieces
        Word pieces of a passage at most; neighbouring sentences are joined up to a random length below it.
    encoder_rate, head_rate
        Highest learning rates.
    layer_decay
        Factor on the rate from each encoder layer to the one below it.
    warm_up
        Share of the steps over which the rates rise.
    dropout
        On the word representations and inside the heads.
    word_dropout
        Share of words whose pieces are masked.
    case_change
        Share of passages whose case is changed.
    layers
        Which of the encoder's own six layers are kept, in order, from 0; of a teacher's, if there is one.
    inner
        Inner units of each layer; less than the encoder's own 1,536 only with a teacher.
    attention_heads
        Of each layer; less than the encoder's own 12 only with a teacher.
    teacher_weight
        Of the divergence from the teacher, if there is one, beside the loss on what people annotated.
    arc_size, relation_size
        Widths of the parser's two parts.
    min_edit_count
        Lemma edits seen less often are not learned.
    share
        Per further corpus the share of it that an epoch sees.
    seed
        Of every random choice.
    """

    epochs: int
    minutes: float
    pieces_per_batch: int
    replicas: int
    max_pieces: int
    encoder_rate: float
    head_rate: float
    layer_decay: float
    warm_up: float
    dropout: float
    word_dropout: float
    case_change: float
    layers: list[int]
    inner: int
    attention_heads: int
    teacher_weight: float
    arc_size: int
    relation_size: int
    min_edit_count: int
    share: dict[str, float]
    seed: int


def load_config(path: Path = DEFAULT_CONFIG) -> TrainingConfig:
    """Return the settings in a TOML file.

    Raises
    ------
    ConfigError
        If the file is missing or not TOML, or if a setting is unknown or missing.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"Expected a TOML file at {path} ({error})") from error
    names = {field.name for field in dataclasses.fields(TrainingConfig)}
    if set(values) != names:
        raise ConfigError(f"Expected the settings {sorted(names)} in {path} (got {sorted(values)})")
    return TrainingConfig(**values)
