"""Triple extractors: from text to entities and (head, relation, tail)."""
