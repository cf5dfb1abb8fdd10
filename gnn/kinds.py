"""The reasoners that can be trained on questions whose answers are entities; they need torch."""

from typing import Any

from gnn.rearev import ReaRevReasoner
from gnn.reasoner import NetworkReasoner
from gnn.relation_transfer import TransferReasoner

REASONERS: dict[str, type[NetworkReasoner[Any]]] = {"transfer": TransferReasoner, "rearev": ReaRevReasoner}
"""By kind."""
