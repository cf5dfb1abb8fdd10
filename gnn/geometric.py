"""What is used of torch-geometric, imported without its warnings."""

import warnings

with warnings.catch_warnings():
    # It calls what newer versions of torch are going to drop, and torch says so to everyone who trains.
    warnings.filterwarnings("ignore", message=".*torch.jit.script", category=FutureWarning)
    warnings.filterwarnings("ignore", message=".*torch.jit.script", category=DeprecationWarning)
    from torch_geometric.nn import MessagePassing
    from torch_geometric.utils import scatter, softmax

__all__ = ["MessagePassing", "scatter", "softmax"]
