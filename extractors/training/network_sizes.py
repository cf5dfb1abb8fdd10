"""The widths of the network's heads."""

from extractors.pipeline.labels import TAGS
from extractors.training.batches import Inventory
from extractors.training.config import TrainingConfig
from extractors.training.model import Sizes


def sizes(classes: Inventory, config: TrainingConfig) -> Sizes:
    """Return the widths of the network's heads."""
    return Sizes(
        upos=len(classes.upos),
        xpos=len(classes.xpos),
        edits=len(classes.edits),
        tags=len(TAGS),
        relations=len(classes.relations),
        arc_size=config.arc_size,
        relation_size=config.relation_size,
    )
