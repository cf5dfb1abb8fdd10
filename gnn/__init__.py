"""Graph neural reasoners over the knowledge graph; torch is imported here and nowhere else."""
