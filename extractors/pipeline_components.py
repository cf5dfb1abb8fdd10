"""spaCy components that mark sentences and names by rules, and the blank pipeline that they form."""

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from extractors.spans import find_spans
from extractors.titles import bare_title, short_forms
from extractors.words import Words, read_words, tokens_of
from graphrag.text import split_sentences

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
        words: list[str] = []
        spaces: list[bool] = []
        for _, token in tokens_of(text):
            if token[0] == " " and words and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
                token = token[1:]
            if token:
                words.append(token)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)


@Language.component("multihop_sentences")
def mark_sentences(doc: Doc) -> Doc:
    """Mark where the sentences of a ``Doc`` begin."""
    starts = set(_sentence_offsets(doc.text))
    for token in doc:
        token.is_sent_start = token.idx in starts
    return doc


@Language.component("multihop_names")
def mark_names(doc: Doc) -> Doc:
    """Set a ``Doc``'s entities; the title in ``doc.user_data["title"]`` is found whatever it looks like."""
    words, positions = words_of(doc)
    starts = sentence_starts(doc, positions)
    spans = find_spans(words, starts, _known_names(str(doc.user_data.get("title", "")), words))
    doc.set_ents([Span(doc, positions[s.start], positions[s.end - 1] + 1, label=s.label) for s in spans])
    return doc


def rule_pipeline() -> Language:
    """Return a blank English spaCy pipeline with our tokenizer, sentences and names.

    Examples
    --------
    >>> doc = rule_pipeline()("Ada Lovelace met Charles Babbage in 1833. She was 17.")
    >>> [(entity.text, entity.label_) for entity in doc.ents], len(list(doc.sents))
    ([('Ada Lovelace', 'NAME'), ('Charles Babbage', 'NAME'), ('1833', 'DATE'), ('17', 'NUMBER')], 2)
    """
    nlp = spacy.blank("en")
    nlp.tokenizer = WordTokenizer(nlp.vocab)
    nlp.add_pipe("multihop_sentences")
    nlp.add_pipe("multihop_names")
    return nlp


def words_of(doc: Doc) -> tuple[Words, list[int]]:
    """Return the words of a ``Doc`` without its white space, and the position of each among its tokens."""
    tokens = [(token.i, token.idx, token.text) for token in doc if not token.is_space]
    return Words(doc.text, [text for _, _, text in tokens], [idx for _, idx, _ in tokens]), [i for i, _, _ in tokens]


def sentence_starts(doc: Doc, positions: list[int]) -> list[int]:
    """Return which words (see :func:`words_of`) begin a sentence, in order; the first always does."""
    starts = [index for index, position in enumerate(positions) if doc[position].is_sent_start]
    return starts if not positions or starts[:1] == [0] else [0, *starts]


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
    return offsets


def _known_names(title: str, words: Words) -> list[list[str]]:
    topic = bare_title(title)
    forms = [title, topic, *short_forms(topic, {word.lower() for word in words.words})]
    return [read_words(form).words for form in dict.fromkeys(forms) if form.strip()]
