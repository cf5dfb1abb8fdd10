"""What can be trained on questions whose answers are entities; it needs torch."""

from typing import Any

from gnn.learner import Learner
from gnn.rearev import ReaRevReasoner
from gnn.transfer_network import TransferLearner

LEARNERS: dict[str, type[Learner[Any]]] = {"transfer": TransferLearner, "rearev": ReaRevReasoner}
"""By kind of reasoner."""
