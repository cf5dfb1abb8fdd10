"""From a file of weights to the reasoner that they belong to."""

from pathlib import Path

from gnn import text_reasoner, transfer_reasoner
from gnn.text_reasoner import TextReasoner
from gnn.transfer_reasoner import TransferReasoner
from gnn.weights_file import read_weights
from graphrag.errors import ConfigError, check_packages
from graphrag.protocols import GraphReasoner, TokenEncoder


def load_reasoner(path: Path, encoder: TokenEncoder) -> GraphReasoner:
    """Return the reasoner whose weights are in a file.

    Raises
    ------
    MissingDependencyError
        If the reasoner needs torch, and it is not installed.
    ConfigError
        If the file holds no weights of a reasoner, or the encoder does not fit.
    """
    weights = read_weights(path)
    if weights.kind == text_reasoner.KIND:
        return TextReasoner(weights, encoder)
    if weights.kind == transfer_reasoner.KIND:
        return TransferReasoner(weights, encoder)
    if weights.kind == "rearev":
        check_packages("torch", "torch_geometric", feature="The reasoner ReaRev", extra="gnn")
        # It takes longer to load than a question takes to answer.
        from gnn.rearev import ReaRevReasoner  # noqa: PLC0415

        return ReaRevReasoner.of_weights(weights, encoder)
    raise ConfigError(f"Expected {path} to hold a reasoner of kind text, transfer or rearev (got {weights.kind!r})")
