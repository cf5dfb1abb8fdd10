"""The knowledge graph: construction, synonymy, edge weights, paths, subgraphs."""
