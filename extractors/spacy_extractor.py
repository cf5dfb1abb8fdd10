"""The offline extractor: triples read off the dependency trees that a spaCy pipeline finds."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from spacy.language import Language
from spacy.tokens import Doc

from extractors.openie.confidence import Confidence
from extractors.openie.mentions import Mentions, find_mentions
from extractors.openie.reading import Detail, read_statements
from extractors.openie.statements import Statement
from extractors.openie.tree import Tree, read_tree
from extractors.questions import MAX_QUESTION_CHARACTERS, question_entities
from extractors.words import tokens_of
from graphrag.errors import ExtractionError
from graphrag.text import bare_title, clean_text
from graphrag.types import Entity, Extraction, Passage, Triple

RULES_VERSION = "5"
"""Changes whenever the same parse may give another result."""

MAX_CHARACTERS = 200_000
"""Of a longer passage the rest is not read: at thousands of words a second it would take minutes."""

MAX_WORDS = 30_000
"""Words and marks of one passage; further ones are not read."""

MAX_RUN = 1_000
"""Characters without white space beyond which a text is no prose, and is cut into words more simply."""

MAX_ENTITIES = 5_000
"""Entities of one passage; further ones are left out."""

MAX_TRIPLES = 10_000
"""Triples of one passage; further ones are left out."""

MAX_PHRASE_CHARACTERS = 200
"""A longer title or name is no entity."""

MAX_CLAUSE_CHARACTERS = 1_000
"""A statement with a longer part is left out; a triple keeps that much of its sentence."""

_GROUP_CHARACTERS = 200_000  # after so much text spaCy forgets the words it has seen, so that a long build stays small


class SpacyExtractor:
    """Finds entities and triples without a language model.

    Labels: ``TITLE`` (the passage's title), those of the pipeline, ``NAME`` (what only capital letters show),
    ``PHRASE`` (other ends of triples). Heads, relations and tails are the text's own words, but for "is" and "has" that
    an apposition or a possessive implies, and "born" and "died" of dates in parentheses; words that stand apart are
    joined; pronouns and descriptions ("he", "the film") are replaced by what they stand for.

    Parameters
    ----------
    nlp
        A pipeline that sets heads, relations and tags of Universal Dependencies, sentences and entities.
    name
        What tells this pipeline from others, for `identity`; made from its language, name and version by default.
    detail
        What to return. ``names``: facts between names, dates and numbers, which is best for a graph (facts with phrases
        lead questions astray: MuSiQue recall@5 of ``hipporag2`` .678 without them, .646 with them). ``phrases``: also
        facts one of whose ends is a short phrase. ``clauses``: also each clause as one triple with all its words, for
        people and for benchmarks of open information extraction.

    Attributes
    ----------
    num_cut_passages : int
        Passages of which a part was left out because of ``MAX_CHARACTERS``, ``MAX_WORDS``, ``MAX_ENTITIES`` or
        ``MAX_TRIPLES``.
    """

    def __init__(self, nlp: Language, *, name: str = "", detail: Detail = "names") -> None:
        self._nlp = nlp
        self._name = name or f"{nlp.lang}_{nlp.meta['name']}-{nlp.meta['version']}"
        self._detail: Detail = detail
        self._confidence = Confidence.load(with_clauses=detail == "clauses")
        # Where a group ends, what spaCy made meanwhile is gone: nothing else is made while one is read.
        self._lock = threading.RLock()
        self.num_cut_passages = 0

    @property
    def nlp(self) -> Language:
        """The pipeline."""
        return self._nlp

    @property
    def identity(self) -> str:
        """``spacy:``, the pipeline and the version of the rules."""
        return f"spacy:{self._name}:{RULES_VERSION}:{self._detail}"

    def extract(self, passages: Sequence[Passage]) -> Iterator[Extraction | ExtractionError]:
        """Yield the entities and triples of each passage, or the ``ExtractionError`` that befell it.

        While the caller works on the results of some passages, the next ones are read.
        """
        groups = _groups(passages)
        stop = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            try:
                reading = pool.submit(self._group, next(groups), stop)
                for group in groups:
                    following = pool.submit(self._group, group, stop)
                    yield from reading.result()
                    reading = following
                yield from reading.result()
            finally:
                stop.set()

    def extract_question(self, question: str) -> tuple[Entity, ...]:
        """Return the names in a question, or its noun phrases if it has none."""
        with self._lock, self._nlp.memory_zone():
            return question_entities(self.analyze(question[:MAX_QUESTION_CHARACTERS]))

    def analyze(self, text: str) -> Doc:
        """Return a text as a ``Doc`` with sentences, trees and entities, for spaCy's matchers and displays."""
        with self._lock:
            return self._nlp(clean_text(text))

    def statements(self, text: str, *, title: str = "") -> tuple[Tree, list[Statement]]:
        """Return a text's trees and the statements that its triples are made of."""
        doc = self.analyze(text)
        tree = read_tree(doc)
        return tree, self._statements(tree, find_mentions(tree, doc, title), title)

    def _statements(self, tree: Tree, mentions: Mentions, title: str) -> list[Statement]:
        found = read_statements(tree, mentions, bare_title(title), self._detail)
        return [statement for statement in found if _is_bounded(statement)]

    def _group(self, passages: Sequence[Passage], stop: threading.Event) -> list[Extraction | ExtractionError]:
        """Return what is found in each passage; when told to stop, nothing that anyone waits for."""
        with self._lock, self._nlp.memory_zone():
            results: list[Extraction | ExtractionError] = []
            try:
                # While one passage's triples are read here, the pipeline's threads parse the following ones.
                docs = self._nlp.pipe(self._words(passage.text) for passage in passages)
                for passage, doc in zip(passages, docs, strict=True):
                    results.append(self._extraction(passage, doc))
                    if stop.is_set():
                        return results
            except ValueError:  # one bad text must not take its neighbours with it
                results += [self._alone(passage) for passage in passages[len(results) :]]
            return results

    def _words(self, text: str) -> Doc:
        text = clean_text(text[:MAX_CHARACTERS])
        if max(map(len, text.split()), default=0) > MAX_RUN:
            # spaCy's tokenizer takes a time that grows with the square of such a run.
            words = [word for _, word in tokens_of(text)][:MAX_WORDS]
            return Doc(self._nlp.vocab, words=words, spaces=[False] * len(words))
        doc = self._nlp.make_doc(text)
        return self._nlp.make_doc(text[: doc[MAX_WORDS].idx]) if len(doc) > MAX_WORDS else doc

    def _alone(self, passage: Passage) -> Extraction | ExtractionError:
        try:
            return self._extraction(passage, self._nlp(self._words(passage.text)))
        except ValueError as error:
            message = f"Expected text that {self.identity} can read (got {error})"
            return ExtractionError(message, passage_id=passage.passage_id)

    def _extraction(self, passage: Passage, doc: Doc) -> Extraction:
        title = clean_text(passage.title).strip()
        title = title if len(title) <= MAX_PHRASE_CHARACTERS else ""
        tree = read_tree(doc)
        mentions = find_mentions(tree, doc, title)
        kept = self._statements(tree, mentions, title)
        entities = _entities(title, tree, mentions, kept)
        is_cut = len(tree.text) < len(passage.text)
        if is_cut or len(entities) > MAX_ENTITIES or len(kept) > MAX_TRIPLES:
            self.num_cut_passages += 1
        triples = self._triples(tree, kept[:MAX_TRIPLES])
        return Extraction(tuple(entities[:MAX_ENTITIES]), tuple(triples))

    def _triples(self, tree: Tree, statements: Sequence[Statement]) -> Iterator[Triple]:
        sentences = [tree.between(*span)[:MAX_CLAUSE_CHARACTERS] for span in tree.sentences]
        number = [index for index, (first, last) in enumerate(tree.sentences) for _ in range(first, last)]
        for s in statements:
            yield Triple(s.head, s.relation, s.tail, self._confidence(tree, s), sentences[number[s.clause.head]])


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


def _is_bounded(statement: Statement) -> bool:
    """Tell whether a statement's parts are phrases: not blank, and not too long."""
    limit = MAX_CLAUSE_CHARACTERS if statement.form == "clause" else MAX_PHRASE_CHARACTERS
    parts = (statement.head, statement.relation, statement.tail)
    return all(part.strip() and len(part) <= limit for part in parts)


def _entities(title: str, tree: Tree, mentions: Mentions, statements: Sequence[Statement]) -> list[Entity]:
    labels = {text: "TITLE" for text in (title, bare_title(title)) if text}
    for item in mentions.items:
        labels.setdefault(item.text, item.label)
        # A further form of a name ("Onika Tanya Maraj") is an entity too; a lone surname would be many people's.
        if item.end - item.start > 1 and tree.tags[item.start] != "DET":
            labels.setdefault(tree.between(item.start, item.end), item.label)
    for statement in statements:
        if statement.form != "clause":
            labels.setdefault(statement.head, "PHRASE")
            labels.setdefault(statement.tail, "PHRASE")
    return [Entity(text, label) for text, label in labels.items() if text.strip()]
