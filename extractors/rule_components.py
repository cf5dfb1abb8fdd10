"""spaCy components that mark sentences and names by rules, and the blank pipeline that they form."""

import re
from typing import cast

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab
from thinc.types import Ints2d

from extractors.spans import LABELS, find_spans
from extractors.titles import bare_title, short_forms
from extractors.words import Words, read_words, tokens_of
from graphrag.text import split_sentences

# "World War I. It": here a lone letter before the stop is no initial.
_AFTER_LETTER = re.compile(
    r"\b[A-Z]\.\s+(?=(?:The|It|He|She|They|His|Her|Its|This|In|On|At|As|After|During|When|While)\s)"
)
_WORDS_KEY = "multihop_words"
_BLOCK = 10_000  # characters that are cut into sentences at once: bounds the work on text that has none


class WordTokenizer:
    """Makes a ``Doc`` of any text in linear time; ``doc.text`` is the text.

    Parameters
    ----------
    vocab
        The pipeline's vocabulary.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return the text's words, punctuation marks and white space as tokens."""
        tokens: list[str] = []
        spaces: list[bool] = []
        words = Words(text, [], [])
        positions: list[int] = []
        for start, token in tokens_of(text):
            if not token.isspace():
                words.words.append(token)
                words.starts.append(start)
                positions.append(len(tokens))
            elif token[0] == " " and tokens and not spaces[-1] and not tokens[-1].isspace():
                spaces[-1] = True
                token = token[1:]  # noqa: PLW2901
            if token:
                tokens.append(token)
                spaces.append(False)
        return Doc(self.vocab, words=tokens, spaces=spaces, user_data={_WORDS_KEY: (words, positions)})


@Language.component("multihop_sentences")
def mark_sentences(doc: Doc) -> Doc:
    """Mark where the sentences of a ``Doc`` begin."""
    words, positions = words_of(doc)
    starts = set(_sentence_offsets(doc.text))
    # 1 begins a sentence, -1 does not (spaCy's code for SENT_START); one array is far quicker than token by token.
    marks = np.full((len(doc), 1), -1, dtype=np.int64)
    marks[[position for position, start in zip(positions, words.starts, strict=True) if start in starts], 0] = 1
    marks[:1] = 1
    return doc.from_array(["SENT_START"], cast(Ints2d, marks.astype(np.uint64)))


@Language.component("multihop_names")
def mark_names(doc: Doc) -> Doc:
    """Set a ``Doc``'s entities; the title in ``doc.user_data["title"]`` is found whatever it looks like."""
    words, positions = words_of(doc)
    starts = sentence_starts(doc)
    spans = find_spans(words, starts, *_known_names(str(doc.user_data.get("title", "")), words))
    labels = {label: doc.vocab.strings.add(label) for label in LABELS}
    # Inside 1, outside 2, begins 3 (spaCy's code for ENT_IOB).
    marks = np.full((len(doc), 2), (2, 0), dtype=np.uint64)
    for span in spans:
        first, last = positions[span.start], positions[span.end - 1] + 1
        marks[first:last] = 1, labels[span.label]
        marks[first, 0] = 3
    return doc.from_array(["ENT_IOB", "ENT_TYPE"], cast(Ints2d, marks))


def rule_pipeline() -> Language:
    """Return a blank English spaCy pipeline with our tokenizer, sentences and names.

    Examples
    --------
    >>> doc = rule_pipeline()("Ada Lovelace met Charles Babbage in 1833. She was 117.")
    >>> [(entity.text, entity.label_) for entity in doc.ents], len(list(doc.sents))
    ([('Ada Lovelace', 'NAME'), ('Charles Babbage', 'NAME'), ('1833', 'DATE'), ('117', 'NUMBER')], 2)
    """
    nlp = spacy.blank("en")
    nlp.tokenizer = WordTokenizer(nlp.vocab)
    nlp.add_pipe("multihop_sentences")
    nlp.add_pipe("multihop_names")
    return nlp


def words_of(doc: Doc) -> tuple[Words, list[int]]:
    """Return the words of a ``Doc`` without its white space, and the position of each among its tokens."""
    known = doc.user_data.get(_WORDS_KEY)
    if known is None:
        tokens = [(token.i, token.idx, token.text) for token in doc if not token.is_space]
        words = Words(doc.text, [text for _, _, text in tokens], [idx for _, idx, _ in tokens])
        known = doc.user_data[_WORDS_KEY] = words, [i for i, _, _ in tokens]
    return known


def sentence_starts(doc: Doc) -> list[int]:
    """Return which words (see :func:`words_of`) begin a sentence, in order; the first always does."""
    _, positions = words_of(doc)
    marks = doc.to_array(["SENT_START"]).astype(np.int64).reshape(-1)[positions] if positions else np.zeros(0)
    marks[:1] = 1
    return np.flatnonzero(marks == 1).tolist()


def _sentence_offsets(text: str) -> list[int]:
    offsets = []
    begin = 0
    while begin < len(text):
        end = min(len(text), begin + _BLOCK)
        if end < len(text):
            newline = text.rfind("\n", begin, end)
            space = newline if newline > begin else text.rfind(" ", begin, end)
            end = space if space > begin else end
        offsets += [begin + start for start, _ in split_sentences(text[begin:end])]
        begin = end
    return offsets + [match.end() for match in _AFTER_LETTER.finditer(text)]


def _known_names(title: str, words: Words) -> tuple[list[list[str]], list[list[str]]]:
    """Return the words of the title's full forms and of its short forms."""
    topic = bare_title(title)
    short = short_forms(topic, {word.lower() for word in words.words}) if topic else []
    return [read_words(form).words for form in dict.fromkeys((title, topic))], [
        read_words(form).words for form in short
    ]
