"""Graph neural reasoners over the knowledge graph; what answers with shipped weights runs without torch."""
