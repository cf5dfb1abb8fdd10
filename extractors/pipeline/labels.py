"""The entity labels of the shipped pipeline and the tag each word gets for them."""

ENTITY_LABELS: tuple[str, ...] = ("PERSON", "ORG", "LOC", "NORP", "WORK", "EVENT", "PRODUCT", "MISC", "TERM")
"""What the model tells apart.

``PERSON`` people and characters; ``ORG`` companies, bands, clubs, parties, schools; ``LOC`` countries, cities,
rivers, buildings; ``NORP`` nationalities, religions, peoples; ``WORK`` films, books, songs, paintings, journals;
``EVENT`` wars, elections, tournaments; ``PRODUCT`` things made and sold, ships, programs; ``MISC`` further names
(awards, laws, languages); ``TERM`` technical terms that are no names.
"""

RULE_LABELS: tuple[str, ...] = ("DATE", "NUMBER")
"""What rules over the words find (`extractors.pipeline.numerals`)."""

OUTSIDE = "O"

TAGS: tuple[str, ...] = (OUTSIDE, *(f"{prefix}-{label}" for label in ENTITY_LABELS for prefix in ("B", "I")))
"""Tags of words: outside, and begin and inside of every label, in the order of the model's outputs."""

TAG_INDEX: dict[str, int] = {tag: index for index, tag in enumerate(TAGS)}
"""Position of every tag."""
