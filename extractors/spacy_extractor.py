"""The offline extractor: names that a spaCy pipeline marks, and triples read off the words between them."""

from collections.abc import Iterator, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extractors.coreference import passage_items
from extractors.questions import question_entities
from extractors.relations import Item, SentenceReader
from extractors.rule_components import rule_pipeline, sentence_starts, words_of
from extractors.spans import Span
from extractors.titles import bare_title
from extractors.words import Words, read_words
from graphrag.errors import ExtractionError
from graphrag.text import clean_text
from graphrag.types import Entity, Extraction, Passage, Triple

RULES_VERSION = "2"
"""Changes whenever the same text may give another result."""

MAX_CHARACTERS = 1_000_000
"""Of a longer passage the rest is not read."""

MAX_WORDS = 200_000
"""Words and marks of one passage; further ones are not read."""

MAX_ENTITIES = 5_000
"""Entities of one passage; further ones are left out."""

MAX_TRIPLES = 10_000
"""Triples of one passage; further ones are left out."""

MAX_PHRASE_CHARACTERS = 200
"""A longer title or name is no entity."""

_GROUP_CHARACTERS = 500_000  # after so much text spaCy forgets the words it has seen, so that a long build stays small


class SpacyExtractor:
    """Finds entities and triples without a language model.

    Labels: ``TITLE`` (the passage's title and quoted titles), ``NAME``, ``DATE``, ``NUMBER``, ``PHRASE`` (what "X is a
    …" says of X). Heads and tails are the text's own words. So are relations, but for "born", "died" and "in" of dates
    that stand in parentheses after a name without a word, and for a verb that is repeated before a later preposition
    ("was released on May 5 by Fox": "was released by").

    Parameters
    ----------
    nlp
        A pipeline that sets ``doc.sents`` and ``doc.ents``; :func:`rule_pipeline` by default.

    Attributes
    ----------
    num_cut_passages : int
        Passages of which a part was left out because of ``MAX_CHARACTERS``, ``MAX_WORDS``, ``MAX_ENTITIES``
        or ``MAX_TRIPLES``.
    """

    def __init__(self, nlp: Language | None = None) -> None:
        self._nlp = nlp or rule_pipeline()
        self._name = f"{nlp.lang}_{nlp.meta['name']}-{nlp.meta['version']}" if nlp else "rules"
        self.num_cut_passages = 0

    @property
    def identity(self) -> str:
        """``spacy:``, the pipeline and the version of the rules."""
        return f"spacy:{self._name}:{RULES_VERSION}"

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        """Yield the entities and triples of each passage, or the ``ExtractionError`` that befell it."""
        for group in _groups(passages):
            with self._nlp.memory_zone():
                results = [self._result(passage) for passage in group]
            yield from results

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        """Return the entities that a question names."""
        return question_entities(question)

    def analyze(self, text: str, *, title: str = "") -> Doc:
        """Return a text as a ``Doc`` with sentences and entities, for spaCy's matchers and displays."""
        doc = self._nlp.tokenizer(clean_text(text))
        doc.user_data["title"] = clean_text(title).strip()
        return self._nlp(doc)

    def _result(self, passage: Passage) -> Extraction | ExtractionError:
        try:
            return self._extraction(passage)
        except ValueError as error:
            message = f"Expected text that {self.identity} can read (got {error})"
            return ExtractionError(message, passage_id=passage.passage_id)

    def _extraction(self, passage: Passage) -> Extraction:
        title = clean_text(passage.title).strip()
        title = title if len(title) <= MAX_PHRASE_CHARACTERS else ""
        text = _readable(passage.text)
        doc = self.analyze(text, title=title)
        words, positions = words_of(doc)
        starts = sentence_starts(doc)
        spans = _spans(doc, positions)
        items = passage_items(words, spans, starts, title)
        triples = _triples(words, starts, items, bare_title(title))
        # A further form of a name ("Onika Tanya Maraj") is an entity too; a lone surname would be many people's.
        further = [(words.between(s.start, s.end), s.label) for s in spans if s.end - s.start > 1]
        entities = _entities(title, [*((item.text, item.label) for item in items), *further], triples)
        if len(passage.text) > len(text) or len(entities) > MAX_ENTITIES or len(triples) > MAX_TRIPLES:
            self.num_cut_passages += 1
        return Extraction(tuple(entities[:MAX_ENTITIES]), tuple(triples[:MAX_TRIPLES]))


def _readable(text: str) -> str:
    text = text[:MAX_CHARACTERS]
    if len(text) <= MAX_WORDS:
        return text
    words = read_words(text)
    return text if len(words) <= MAX_WORDS else text[: words.starts[MAX_WORDS]]


def _groups(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    group: list[Passage] = []
    num_characters = 0
    for passage in passages:
        group.append(passage)
        num_characters += len(passage.text)
        if num_characters >= _GROUP_CHARACTERS:
            yield group
            group, num_characters = [], 0
    yield group


def _spans(doc: Doc, positions: list[int]) -> list[Span]:
    word_at = {position: index for index, position in enumerate(positions)}
    return [Span(word_at[e.start], word_at[e.end - 1] + 1, e.label_) for e in doc.ents]


def _triples(words: Words, starts: list[int], items: list[Item], topic: str) -> list[Triple]:
    found: list[Triple] = []
    begin = 0
    if not starts:
        return found
    for first, last in zip(starts, [*starts[1:], len(words)], strict=True):
        end = begin
        while end < len(items) and items[end].start < last:
            end += 1
        found += SentenceReader(words, first, last, items[begin:end], topic=topic).triples()
        begin = end
    return list(dict.fromkeys(found))


def _entities(title: str, names: list[tuple[str, str]], triples: list[Triple]) -> list[Entity]:
    labels = {text: "TITLE" for text in (title, bare_title(title)) if text}
    for text, label in names:
        labels.setdefault(text, label)
    for triple in triples:
        labels.setdefault(triple.head, "PHRASE")
        labels.setdefault(triple.tail, "PHRASE")
    return [Entity(text, label) for text, label in labels.items()]
