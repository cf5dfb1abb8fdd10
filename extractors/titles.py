"""The forms in which a text names what it is about."""

from extractors import lexicon
from extractors.words import read_words

_PERSON_CUES = frozenset({"he", "she", "his", "her", "him", "born", "died"})


def short_forms(title: str, lower_words: frozenset[str] | set[str]) -> list[str]:
    """Return further forms in which a text may name its subject: the surname of a person, the name without "of …".

    Parameters
    ----------
    title
        Without parentheses.
    lower_words
        Words of the text in lower case; they tell whether it is about a person.

    Examples
    --------
    >>> short_forms("Etan Boritzer", {"he"}), short_forms("Lambert, Margrave of Tuscany", {"he"})
    (['Boritzer', 'Etan'], ['Lambert'])
    >>> short_forms("New York", {"city"})
    []
    """
    if not lower_words & _PERSON_CUES:
        return []
    head = title.partition(",")[0]
    head = head.partition(" of ")[0]
    words = read_words(head).words
    if not all(word[0].isupper() or word in {"."} or word in lexicon.LEADING for word in words):
        return []
    forms = [head] if head != title else []
    if len(words) > 1:
        first = [] if words[0].lower() in lexicon.RANKS_AND_HONORIFICS else [words[0]]
        last = [] if words[-1] in lexicon.ROMAN or words[1] == "the" else [words[-1]]
        forms += last + first
    return [form for form in dict.fromkeys(forms) if len(form) > 2 and form != title]
