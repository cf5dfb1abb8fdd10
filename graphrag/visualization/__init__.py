"""Pictures of the graph that people look at in a browser."""
