"""From a file of weights to the reasoner that they belong to."""

from pathlib import Path

from gnn.weights_file import read_weights
from graphrag.errors import ConfigError
from graphrag.protocols import GraphReasoner, TokenEncoder


def load_reasoner(path: Path, encoder: TokenEncoder) -> GraphReasoner:
    """Return the reasoner whose weights are in a file.

    Raises
    ------
    ConfigError
        If the file holds no weights of a reasoner, or the encoder does not fit.
    """
    weights = read_weights(path)
    if weights.kind == "transfer":
        # Without torch-geometric, which takes a second to load.
        from gnn.relation_transfer import TransferReasoner  # noqa: PLC0415

        return TransferReasoner.of_weights(weights, encoder)
    if weights.kind == "rearev":
        from gnn.rearev import ReaRevReasoner  # noqa: PLC0415

        return ReaRevReasoner.of_weights(weights, encoder)
    raise ConfigError(f"Expected {path} to hold a reasoner of kind transfer or rearev (got {weights.kind!r})")
