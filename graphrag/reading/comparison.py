"""Questions that compare two things: decided by values that their passages state."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphrag.reading.links import Text, linked_text, named_texts
from graphrag.reading.nations import find_nations
from graphrag.reading.values import Date, event_date, life, nations
from graphrag.text import normalize_phrase

_YES_NO = re.compile(r"^(?:are|is|was|were|do|does|did|have|has|had|can|could)\b", re.IGNORECASE)
_LATE = re.compile(
    r"\b(?:later|latest|last|younger|youngest|recent|recently|newer|newest|more recent\w*|second)\b", re.IGNORECASE
)
_EARLY = re.compile(r"\b(?:first|earlier|earliest|before|older|oldest|elder|prior|sooner|longer ago)\b", re.IGNORECASE)
_LONGER = re.compile(r"\b(?:lived?|life|lives)\b.{0,12}\b(?:longer|longest|shorter|shortest)\b", re.IGNORECASE)
_MEASURES = {
    "death": re.compile(r"\b(?:died?|dies|death|dead|passed away|pass away)\b", re.IGNORECASE),
    "birth": re.compile(r"\b(?:born|birth)\b", re.IGNORECASE),
    "release": re.compile(
        r"\b(?:released?|came out|come out|published|publication|premiered|debuted|aired)\b", re.IGNORECASE
    ),
    "age": re.compile(r"\b(?:older|younger|oldest|youngest|elder|age|aged)\b", re.IGNORECASE),
}
_NATION = re.compile(r"\b(?:nationality|nationalities|citizenship|country|countries|nation)\b", re.IGNORECASE)
_SAME = re.compile(r"\b(?:same|share|shared|both)\b", re.IGNORECASE)
_ROLE = re.compile(
    r"(?:\b(?:whose|the|both|its|their)\s+|^(?:are|do|did|were)\s+)(director|producer|composer|performer|singer|author|writer|screenwriter|founder|"
    r"creator|editor|architect|designer|father|mother|husband|wife|spouse)(?:s|s'|'s)?\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"[\"'”’)]?\.?(?:\s*\([^()]*\))?[\"'”’]?,?\s*(?:the\s+\w+\s+)?(?:or|and)\s+(?:\w+\s+){0,4}?[\"'“‘(]?", re.IGNORECASE
)
_SAME_AS = re.compile(r"(?:\s*\([^()]*\))?\s+(?:\w+\s+){0,6}(?:as|with)\s+(?:\w+\s+){0,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a comparison came to: the answer, the texts that decide it, and how sure that is, in [0, 1]."""

    answer: str
    texts: tuple[int, ...]
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a question compares.

    Parameters
    ----------
    options
        As the question writes them.
    polar
        Whether the answer is yes or no.
    measure
        ``birth``, ``death``, ``age``, ``span``, ``release``, ``start``, ``nation``, or empty where none is known.
    greatest
        Whether the later or the longer one is asked for.
    role
        By whom the things are compared, as in "whose director"; empty: by themselves.
    """

    options: tuple[str, str]
    polar: bool
    measure: str
    greatest: bool
    role: str


def parse_comparison(question: str, names: Sequence[tuple[int, int]]) -> Comparison | None:
    """Return what a question compares; None if it does not compare two things.

    Parameters
    ----------
    question
        Its text.
    names
        Start and end, in characters, of the things that it names and that passages are about.
    """
    options = _options(question, names)
    if options is None:
        return None
    rest = question
    for option in options:
        rest = rest.replace(option, " ")
    polar = bool(_YES_NO.match(rest.strip())) and not re.search(r"\bor\b", rest)
    early, late = _EARLY.search(rest), _LATE.search(rest)
    greatest = late is not None and (early is None or early.start() <= late.start())
    measure = _measure(rest, polar=polar)
    if _LONGER.search(rest):
        measure, greatest = "span", "short" not in rest
    role = _ROLE.search(rest)
    return Comparison(options, polar, measure, greatest, role[1].lower() if role else "")


def _measure(rest: str, *, polar: bool) -> str:
    """Return what is compared, from the question without the two things."""
    if _NATION.search(rest):
        return "nation" if polar and _SAME.search(rest) else ""
    if polar or not (_EARLY.search(rest) or _LATE.search(rest)):
        return ""
    return next((name for name, words in _MEASURES.items() if words.search(rest)), "start")


def _options(question: str, names: Sequence[tuple[int, int]]) -> tuple[str, str] | None:
    """Return the two things: names with "or" or "and" between, or what stands around the last "or"."""
    for (start, end), (after, stop) in pairwise(names):
        between = question[end:after]
        if _BETWEEN.fullmatch(between) or _SAME_AS.fullmatch(between):
            return _whole(question, start, end), _whole(question, after, stop)
    match = re.search(r"^(.*)\s+or\s+(.+?)\s*\??\s*$", question, re.IGNORECASE)
    if not match:
        return None
    left, right = match[1], match[2]
    inside = [(start, end) for start, end in names if end <= len(left) + 1]
    if inside:
        return _whole(question, *inside[-1]), right.strip("\"' ")
    comma = re.split(r",\s|:\s|\bbetween\b|\bout of\b|\bof\b", left)[-1].strip(" ,\"'")
    named = [(s, e) for s, e in names if s >= len(left)]
    second = _whole(question, *named[0]) if named else right.strip("\"' ")
    return (comma, second) if comma else None


def _whole(question: str, start: int, end: int) -> str:
    """Return a name together with the parentheses right after it."""
    if "(" in question[start:end] and question[end : end + 1] == ")":
        return question[start : end + 1]
    extra = re.match(r"\s*\([^()]*\)", question[end:])
    return question[start : end + (extra.end() if extra else 0)]


def decide(question: str, texts: Sequence[Text]) -> Decision | None:
    """Return the answer of a comparison; None if the question compares nothing or the values do not decide it."""
    named = named_texts(question, texts)
    comparison = parse_comparison(question, [(start, end) for start, end, _ in named])
    if comparison is None:
        return None
    at = {normalize_phrase(_whole(question, start, end)): index for start, end, index in named}
    own = [at.get(normalize_phrase(option)) for option in comparison.options]
    found = [_subject(comparison, texts, index) for index in own]
    used = tuple(dict.fromkeys(i for i in [*own, *found] if i is not None))
    decision = None
    if comparison.measure == "nation":
        decision = _same_nation(texts, found, used)
    elif comparison.measure and not comparison.polar:
        decision = _by_date(comparison, texts, found, used, own)
    if decision is None and None not in own:
        decision = _by_words(question, comparison, [texts[i] for i in own if i is not None], used)
    return decision


_EMPTY = frozenset(
    "a an and are be been both do does did for has have had in is it its known of on or same that the their they to "
    "was were what which who whom whose with at by from between among out this these those described also".split()
)


def _by_words(question: str, comparison: Comparison, own: Sequence[Text], used: tuple[int, ...]) -> Decision | None:
    """Decide by how much of what the question says of the two things their texts say too."""
    rest = question
    for option in comparison.options:
        rest = rest.replace(option, " ")
    asked = {_stem(word) for word in re.findall(r"\w+", rest) if word.lower() not in _EMPTY}
    lands = {name for _, name, _ in find_nations(rest)}
    shares = []
    for text in own:
        words = {_stem(word) for word in re.findall(r"\w+", f"{text.title} {text.text}")}
        share = len(asked & words) / len(asked) if asked else 0.0
        shares.append(0.0 if lands and not lands & set(nations(text.text)) else share)
    if comparison.polar:
        same = bool(re.search(r"\bsame\b", rest, re.IGNORECASE))
        agreed = min(shares) >= _ENOUGH and not same
        return Decision("yes" if agreed else "no", used, 0.6, "words of the question in both texts")
    if not re.search(r"\bor\b", rest, re.IGNORECASE):
        return None
    chosen = int(shares[1] > shares[0])
    sure = 0.6 if shares[0] != shares[1] else 0.4
    return Decision(comparison.options[chosen], used, sure, "words of the question in a text")


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")[:5]


_ENOUGH = 0.6
"""The share of a question's words that both texts must have for "yes"."""


def _subject(comparison: Comparison, texts: Sequence[Text], index: int | None) -> int | None:
    """Return the text whose value counts: the thing's own, or that of who has the role."""
    if index is None or not comparison.role:
        return index
    return linked_text(texts, index, comparison.role)


def _same_nation(texts: Sequence[Text], found: Sequence[int | None], used: tuple[int, ...]) -> Decision | None:
    sets = [nations(texts[i].text) if i is not None else [] for i in found]
    if not all(sets):
        return Decision("yes", used, 0.5, "one country known")
    same = bool(set(sets[0][:2]) & set(sets[1][:2]))
    return Decision("yes" if same else "no", used, 0.9, f"countries: {sets[0][0]}, {sets[1][0]}")


def _by_date(
    comparison: Comparison,
    texts: Sequence[Text],
    found: Sequence[int | None],
    used: tuple[int, ...],
    own: Sequence[int | None],
) -> Decision | None:
    numbers = [
        _number(comparison.measure, texts[i].text, by_role=bool(comparison.role)) if i is not None else None
        for i in found
    ]
    sure, reason = 0.95, f"{comparison.measure} compared"
    if None in numbers and comparison.role and comparison.measure != "span":
        # Who made the earlier work was likely born, and died, earlier.
        numbers = [_number("release", texts[i].text) if i is not None else None for i in own]
        sure, reason = 0.7, "dates of the works compared"
    first, second = numbers
    if first is not None and second is not None:
        if first == second:
            return None
        chosen = int((first < second) == comparison.greatest)
        return Decision(comparison.options[chosen], used, sure, reason)
    if first is None and second is None:
        return None
    # Who has no date of death is likely alive.
    known = int(first is None)
    chosen = known if comparison.measure == "death" and not comparison.greatest else 1 - known
    return Decision(comparison.options[chosen], used, 0.5, "one date known")


def _number(measure: str, text: str, *, by_role: bool = False) -> float | None:
    """Return the value that a text states, in days."""
    born, died = life(text)
    if measure == "span":
        return _days(died) - _days(born) if born and died else None
    if measure == "age":
        date = born or (None if by_role else event_date(text, "start"))
    else:
        date = {"birth": born, "death": died}[measure] if measure in {"birth", "death"} else event_date(text, measure)
    return _days(date) if date else None


def _days(date: Date) -> float:
    return date.year * 372 + (date.month or 6.5) * 31 + (date.day or 15)
