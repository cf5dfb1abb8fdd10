"""The names that a text's first sentence gives what it is about."""

import re
from collections.abc import Iterator

from graphrag.text import is_quantity, normalize_phrase, split_sentences

MAX_BEGINNING = 600
"""Characters of a text that are read."""

MAX_NAME_WORDS = 15
"""A subject with more words is no name."""

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_VERB = re.compile(r"\b(?:is|was|are|were|refers|became|has|had|features|contains|includes|denotes)\b")
_FEW_WORDS = 40  # characters: a "sentence" without a verb and not longer ends with an abbreviation ("Alleyne v.")
_PLACED = re.compile(
    r"(?:In|On|At|During|Within|Among|For|As|After|Before|Since|From|By) (?:[^,]*,|(?:[\w ]{0,12} )?\d{4})\s+"
)
_QUOTED = re.compile(r"[\"“](.+?)[\"”](?=[\s,;(]|$)(?! [A-Z])")
_NICKNAME = re.compile(r"\s*[\"“]\s*([^\"“”]+?)\s*[\"”]\s*(?=[^\W\d_a-z])")
_GOES_ON = re.compile(r"\s*\((?: ?([A-Z]\w+)|[^()]*)\)( (?:(?:of|the|de|v\.) [^,(]+|[A-Z][\w-]+(?=\s*[(,])))")
_ARTICLE = re.compile(r"(the|an?) ", re.IGNORECASE)
_NO_SUBJECTS = frozenset(
    "it he she they this that these those there we i you his her their its what who following".split()
)
_END_OF_NAME = re.compile(r"[,;:]\s+|\s+(?:or|née|born)\s+|\s*\{")
_CLAUSE = re.compile(r"\b(?:which|who|that|known|called|born|née|or)\b")
_LIFE = re.compile(r"\s*\([^()]*(?:\b\d{3,4}\b|\bborn\b|\bdied\b|\bn[ée]e\b)")
_HE = re.compile(r"(?<=[.!?] )(?:He|She|His|Her)\b")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IVX]+")
_ACRONYM = re.compile(r"\s*\(([A-Z][A-Z.&-]+)\s*[;,)]")
_FOREIGN = re.compile(r"[(;]\s*[A-Z]\w+(?: \w+)?:\s*[\"“']*([^\W\d_][^\"“”();:]*)")
_WORD = r"[^\W\d_a-z][\w.&'’-]*"
_NAME = rf"(?:\d+ )?{_WORD}(?: (?:(?:of|the|de|da|di|du|van|von|bin|al|and|la|le|&) )*{_WORD})*"
_ALIAS = re.compile(
    r"\b(?:known (?:\w+ ){0,3}as|aka|AKA|called|nicknamed|alias(?: as)?|credited as|named|stage name|pen name|or simply"
    r"|(?P<birth>born|n[ée]e)|(?P<either>or))(?: (?:the|by) [a-z ]{0,30})?[:,]?[\s\"“']+"
    rf"(?P<name>(?<=[\"“])[^\"“”]+(?=[\"”])|{_NAME})"
)


def subject_names(text: str) -> list[str]:
    """Return the names of what a text is about; none if it does not begin with the subject of a definition.

    They are what stands before the first sentence's verb, with and without article, appositions and nickname; for
    people also without middle names, ranks and letters behind the name; then the other names that the sentence gives.

    Examples
    --------
    >>> subject_names('"Wings" is a film.'), subject_names("A tribometer is an instrument."), subject_names("It was.")
    (['Wings'], ['tribometer'], [])
    >>> names = subject_names("Sir Ada Mary King, KG (born 1815), known as Ada Lovelace, was a mathematician.")
    >>> [name in names for name in ("Sir Ada Mary King", "Ada King", "Ada Lovelace", "1815")]
    [True, True, True, False]
    """
    text = text[:MAX_BEGINNING]
    begin, verb, end = _first_sentence(text)
    if verb is None:
        return []
    quoted = _QUOTED.match(text, begin, verb)
    if quoted:
        stop, names = quoted.end(), [quoted[1]]
    else:
        bracket = re.search(r"[(\[]", text[begin:verb])
        stop = begin + bracket.start() if bracket else verb
        head = text[begin:stop].rstrip()
        is_person = bool(_LIFE.match(text, stop) or _HE.search(text))
        names = list(_names_before_verb(head, is_person=is_person, is_whole=stop == verb))
        goes_on = _GOES_ON.match(text, stop, verb)
        if names and goes_on:
            names += [first + goes_on[2] for first in (head, goes_on[1]) if first]
    if names:
        names += _other_names(text[:end], stop if quoted else begin, stop, verb)
    keys = {normalize_phrase(name): name.strip() for name in reversed(names)}
    return [name for key, name in reversed(keys.items()) if len(key) > 1 and not is_quantity(key)]


def _first_sentence(text: str) -> tuple[int, int | None, int]:
    """Return where the first sentence begins, behind "In 1815,", where its verb stands and where it ends."""
    blank = _BRACKETS.sub(lambda match: "_" * len(match[0]), text)
    sentences = split_sentences(blank)[:2]
    if not sentences:
        return 0, None, 0
    placed = _PLACED.match(text, *sentences[0])
    begin = placed.end() if placed else sentences[0][0]
    for _, end in sentences:
        verb = _VERB.search(blank, begin + 1, end)
        if verb or end - begin > _FEW_WORDS:
            return begin, verb.start() if verb else None, end
    return begin, None, sentences[-1][1]


def _names_before_verb(head: str, *, is_person: bool, is_whole: bool) -> Iterator[str]:
    """Yield the names in what stands before the verb (then ``is_whole``) or the first bracket."""
    nickname = _NICKNAME.search(head, 1)
    whole = (_NICKNAME.sub(" ", head) if nickname else re.sub('["“”]', "", head)).strip(" ,;:")
    article = _ARTICLE.match(whole)
    bare = whole[article.end() :] if article else whole
    name, *more = _END_OF_NAME.split(bare)
    words = name.split()
    if not words or len(words) > MAX_NAME_WORDS or words[0].lower() in _NO_SUBJECTS:
        return
    if words[0][0].islower() and not (article and is_whole and not more and len(words) < 4):
        return
    yield from (article[0] + name, name) if article and words[0][0].isupper() else (name,)
    if more and not _CLAUSE.search(bare) and (more[-1][:1].isupper() or not is_person):
        yield whole
    if is_person:
        yield from _names_of_person(words, nickname[1] if nickname else "")


def _names_of_person(words: list[str], nickname: str) -> Iterator[str]:
    """Yield the forms of a person's name: without ranks, middle names and letters behind it."""
    while len(words) > 2 and (_SUFFIX.fullmatch(words[-1]) or (len(words[-1]) > 1 and words[-1].isupper())):
        words = words[:-1]
        yield " ".join(words)
    if nickname and len(words) > 1:
        yield f"{nickname} {words[-1]}"
    if len(words) > 2 and words[1][0].isupper() and not _SUFFIX.fullmatch(words[1]):
        yield " ".join(words[1:])
    if len(words) > 2 and not any(word[0].islower() for word in words):
        initials = " ".join(word[0] for word in words[1:-1])
        forms = [(words[0], words[-1]), (words[0], initials, words[-1])]
        forms += [(words[0], words[1]), (words[1], words[-1]), (words[-2], words[-1])]
        yield from (" ".join(form) for form in forms if all(len(word.strip(".")) > 1 for word in (form[0], form[-1])))


def _other_names(sentence: str, begin: int, bracket: int, verb: int) -> Iterator[str]:
    """Yield what else a sentence calls its subject: an abbreviation, names in other languages, aliases."""
    acronym = _ACRONYM.match(sentence, bracket)
    if acronym:
        yield acronym[1]
    yield from (match[1].strip(" ,'") for match in _FOREIGN.finditer(sentence, begin, verb))
    for match in _ALIAS.finditer(sentence, begin):
        name = match["name"].strip(" ,.")
        if (not match["birth"] or " " in name) and (not match["either"] or match.start() < verb):
            yield name
