"""What every extractor must do: subclass :class:`ExtractorSuite`, give it an extractor, and pytest runs its tests."""

from graphrag.errors import ExtractionError
from graphrag.protocols import TripleExtractor
from graphrag.types import Extraction, Passage

MAX_PHRASE_CHARACTERS = 1_000
"""No extractor may make an entity or an end of a triple longer than that."""

PASSAGES = (
    Passage(
        "p1", "Ada Lovelace (born 10 December 1815) met Charles Babbage in London. She wrote notes.", "Ada Lovelace"
    ),
    Passage("p2", "The Analytical Engine was designed by Charles Babbage.", "Analytical Engine"),
    Passage("p3", "London is the capital of England.", "London"),
)
"""Passages that a subclass's extractor must be able to answer for."""

HOSTILE_TEXTS = (
    "",
    " \n\t ",
    "A" * 10_000,
    "Ada " * 3_000,
    "\x00\x01\x02\x1b[31m Ada\x7f met\x85 Charles\u2028.",
    "\ud800 Ada met \udfff Charles",
    "🦆",
    "أحمد زويل ولد في دمنهور وعمل في جامعة كاليفورنيا.",
    "\u202eadA dna selrahC\u202c",
    "北京是中国的首都。",
    "((((" * 2_000,
    '"' * 2_001,
    "A. " * 3_000,
    "a\u0300" * 5_000,
)
"""Texts on which no extractor may raise."""


class ExtractorSuite:
    """The contract of :class:`graphrag.protocols.TripleExtractor`.

    A subclass overrides :meth:`make_extractor`; its extractor must answer for ``PASSAGES`` and for passages with the
    ids ``hostile-0``, ``hostile-1``, … (with an extraction or an ``ExtractionError``).
    """

    def make_extractor(self) -> TripleExtractor:
        """Return the extractor under test.

        Raises
        ------
        NotImplementedError
            If the subclass does not say.
        """
        raise NotImplementedError

    def test_one_result_a_passage_in_order(self) -> None:
        """Results stand in the order of the passages, one each."""
        extractor = self.make_extractor()
        results = list(extractor.extract(PASSAGES))
        assert results == [next(extractor.extract([passage])) for passage in PASSAGES]
        assert all(isinstance(result, Extraction) for result in results)
        assert len(set(results)) == len(PASSAGES)

    def test_something_is_found(self) -> None:
        """The plainest sentence gives a triple, and its ends are the text's own words."""
        for passage, result in zip(PASSAGES, self.make_extractor().extract(PASSAGES), strict=True):
            assert isinstance(result, Extraction)
            assert result.triples
            for triple in result.triples:
                assert triple.head in passage.full_text
                assert triple.tail in passage.full_text

    def test_result_does_not_depend_on_neighbours(self) -> None:
        """Another order, another company: the same result for the same passage."""
        extractor = self.make_extractor()
        forward = list(extractor.extract(PASSAGES))
        backward = list(extractor.extract(PASSAGES[::-1]))
        assert forward == backward[::-1]
        assert list(extractor.extract(PASSAGES * 2)) == forward * 2

    def test_no_passages_no_results(self) -> None:
        """Nothing in, nothing out."""
        assert list(self.make_extractor().extract([])) == []

    def test_hostile_text_never_raises(self) -> None:
        """Whatever the text, there is a result, and it is well formed."""
        passages = [Passage(f"hostile-{i}", text, text[:300]) for i, text in enumerate(HOSTILE_TEXTS)]
        results = list(self.make_extractor().extract(passages))
        assert len(results) == len(passages)
        for passage, result in zip(passages, results, strict=True):
            check_result(passage, result)

    def test_errors_name_the_passage(self) -> None:
        """An ``ExtractionError`` says which passage it is about; results are nothing else."""
        passages = [Passage(f"hostile-{i}", text) for i, text in enumerate(HOSTILE_TEXTS)]
        for passage, result in zip(passages, self.make_extractor().extract(passages), strict=True):
            check_result(passage, result)

    def test_identity_is_stable(self) -> None:
        """Two extractors made alike have one identity, and work does not change it."""
        first, second = self.make_extractor(), self.make_extractor()
        list(first.extract(PASSAGES))
        assert first.identity == second.identity
        assert first.identity

    def test_extractions_survive_json(self) -> None:
        """What stores keep is what was found."""
        for result in self.make_extractor().extract(PASSAGES):
            assert isinstance(result, Extraction)
            assert Extraction.from_json(result.to_json()) == result

    def test_questions(self) -> None:
        """A question's names are found; no question raises."""
        extractor = self.make_extractor()
        texts = [entity.text for entity in extractor.extract_question("Who did Ada Lovelace meet in London?")]
        assert "Ada Lovelace" in texts
        assert "London" in texts
        for text in HOSTILE_TEXTS:
            assert all(is_phrase(entity.text) for entity in extractor.extract_question(text))


def is_phrase(text: str) -> bool:
    """Return whether a text can be an entity: not blank, and bounded."""
    return bool(text.strip()) and len(text) <= MAX_PHRASE_CHARACTERS


def check_result(passage: Passage, result: Extraction | Exception) -> None:
    """Raise ``AssertionError`` unless a result is well formed.

    Parameters
    ----------
    passage
        What was extracted from.
    result
        What the extractor yielded for it.
    """
    if isinstance(result, Exception):
        assert isinstance(result, ExtractionError)
        assert result.passage_id == passage.passage_id
        return
    assert all(is_phrase(entity.text) for entity in result.entities)
    assert len(set(result.entities)) == len(result.entities)
    for triple in result.triples:
        assert is_phrase(triple.head)
        assert is_phrase(triple.relation)
        assert is_phrase(triple.tail)
        assert 0 <= triple.confidence <= 1
