"""What a question asks for: the kind of answer, the noun that says so, an attribute, and the role that leads to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graphrag.reading.links import Text, linked_text, named_texts
from graphrag.text import bare_title

KINDS = ("person", "place", "date", "number", "nation", "thing")

_KIN = {
    "grandfather": ("parent", "father"),
    "paternal grandfather": ("father", "father"),
    "maternal grandfather": ("mother", "father"),
    "grandmother": ("parent", "mother"),
    "paternal grandmother": ("father", "mother"),
    "maternal grandmother": ("mother", "mother"),
    "father-in-law": ("spouse", "father"),
    "mother-in-law": ("spouse", "mother"),
    "sister-in-law": ("spouse", "sibling"),
    "brother-in-law": ("spouse", "sibling"),
    "stepmother": ("father", "spouse"),
    "stepfather": ("mother", "spouse"),
    "step-mother": ("father", "spouse"),
    "step-father": ("mother", "spouse"),
    "uncle": ("parent", "sibling"),
    "aunt": ("parent", "sibling"),
    "grandchild": ("child", "child"),
    "child-in-law": ("child", "spouse"),
    "co-husband": ("spouse", "spouse"),
    "co-wife": ("spouse", "spouse"),
}
_KIN_WORD = re.compile(r"\b(?:" + "|".join(sorted(_KIN, key=len, reverse=True)) + r")s?\b", re.IGNORECASE)

ROLES = {
    "director": r"directors?",
    "producer": r"producers?",
    "composer": r"composers?",
    "performer": r"performers?|singers?|artists?",
    "author": r"authors?|writers?",
    "screenwriter": r"screenwriters?",
    "founder": r"founders?",
    "creator": r"creators?",
    "editor": r"editors?",
    "publisher": r"publishers?",
    "father": r"fathers?|dad",
    "mother": r"mothers?|mom",
    "spouse": r"husbands?|wife|wives|spouses?",
    "child": r"child|children|sons?|daughters?",
    "sibling": r"siblings?|brothers?|sisters?",
}
_ROLE_WORD = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in ROLES.items()}

ATTRIBUTES = {
    "birth place": (r"place of birth|birthplace|birth place|city of birth|born", r"born|birth|native|nee|née"),
    "death place": (
        r"place of death|\bdie[ds]?\b|passed away|death place",
        r"died|death|dies|dying|killed|executed|assassinated",
    ),
    "burial": (r"buried|burial|interred", r"buried|burial|interred|entombed|tomb"),
    "education": (
        r"stud(?:y|ied)|educated|graduate[d]?|alma mater|attend(?:ed)?|university|college|school",
        r"educated|studied|graduated|attended|alumnus|degree|student at|studies at|education",
    ),
    "work": (r"\bwork(?:s|ed)?\b|employ\w+|teach|taught", r"worked|professor|taught|teaches|works at|employed|joined"),
    "award": (r"awards?|prizes?|won|receive[d]?", r"awards?|won|prize|received|awarded|winner|recipient|medal"),
    "cause of death": (
        r"cause of death|why did|how did .* die|die of|die from",
        r"died of|died from|killed in|due to|because of|suicide|cancer|heart|accident|illness|disease|complications",
    ),
    "nationality": (r"nationality|country|citizen\w*|which nation", r"is an?|was an?|were|from|born in|citizen"),
    "release": (r"released?|published|publication|came out|premiere[d]?|aired", r"released?|published|premiered|aired"),
    "inception": (
        r"founded|established|formed|inception|created|built|opened|began|started|start",
        r"founded|established|formed|created|built|opened|began|started|since",
    ),
    "detention": (r"detention|imprisoned|jailed|prison", r"imprisoned|jailed|prison|detained|arrested|captivity"),
    "father": (r"fathers?|dad", r"son of|daughter of|child of|father|born to|children of|sired by"),
    "mother": (r"mothers?|mom|mothered", r"son of|daughter of|mother|born to|child of|and"),
    "spouse": (
        r"husbands?|wife|wives|spouses?|married|marry",
        r"married|marr(?:y|iage)|husband|wife|spouse|consort|wed|widow|queen of",
    ),
    "child": (r"child|children|sons?|daughters?", r"children|sons?|daughters?|father of|mother of|parents? of|child"),
    "sibling": (r"siblings?|brothers?|sisters?", r"brothers?|sisters?|siblings?|twin"),
    "director": (r"direct(?:s|ed|or|ors)", r"directed by|director|direction"),
    "producer": (r"produce[drs]*", r"produced by|producer"),
    "composer": (r"compose[drs]*|music", r"composed by|composer|music by|score"),
    "performer": (r"perform(?:s|ed|er|ers)?|singers?|sings?|sang|artist|band", r"by|performed|singer|sung|band|artist"),
    "author": (r"authors?|writers?|wrote|written", r"by|written by|author|wrote|novelist|writer"),
    "founder": (r"founders?|founded", r"founded by|founder|co-founded|founded"),
    "publisher": (r"publishers?|published by", r"published by|publisher"),
    "population": (r"population|inhabitants|how many people", r"population|inhabitants|residents|people"),
    "location": (r"where|located|location|situated|headquarter\w*|based", r"in|located|at|near|based|situated|of"),
    "profession": (r"profession|occupation|job|career|known as", r"is an?|was an?|as|worked as|career"),
    "name": (r"\bname[ds]?\b|nickname|called|known as|stage name|alias", r"named|known as|called|nickname[d]?|name"),
}
"""By attribute: what asks for it, and what stands near its values."""

_ASKS = {name: re.compile(rf"\b(?:{asks})\b", re.IGNORECASE) for name, (asks, _) in ATTRIBUTES.items()}
CUES = {name: re.compile(rf"\b(?:{cues})\b", re.IGNORECASE) for name, (_, cues) in ATTRIBUTES.items()}

_FOCUS = re.compile(
    r"\b(?:what|which)\s+(?:(?:is|are|was|were)\s+)?(?:the\s+|a\s+|an\s+)?(?:(?:type|kind|sort|name)s?\s+of\s+)?((?:[\w'-]+\s+){0,3}?[\w'-]+)(?=\s+(?:of|is|are|was|were|did|does|do|has|had|have|that|who|which|can|could|would|for|in|on|at|with|by|to|from)\b|\s*[,?]|$)",
    re.IGNORECASE,
)
_KIND_WORDS = {
    "nation": r"nationality|country|citizenship|countries|nation|ethnicity",
    "place": r"where|city|cities|town|state|place|county|village|region|province|island|continent|location|district|"
    r"river|area|street|capital|country|neighbou?rhood|borough",
    "date": r"when|year|date|decade|century|day|month",
    "number": r"how many|how much|how old|how long|how tall|number|population|percentage|how far|how large",
    "person": r"who|whom|whose|actor|actress|director|singer|author|writer|president|player|king|queen|person|man|"
    r"woman|politician|musician|father|mother|husband|wife|spouse|grandfather|grandmother|artist|composer|leader",
}
KIND_ASKS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _KIND_WORDS.items()}
_WH = re.compile(r"\b(who|whom|whose|where|when|what|which|how many|how much|how old|how long|how)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question asks for.

    Parameters
    ----------
    kind
        One of `KINDS`.
    focus
        The noun that says what is asked for, as in "which *river*"; may be empty.
    attributes
        Those of `ATTRIBUTES` that are asked for.
    named
        Start, end and text of the titles that the question names.
    target
        The text that a role leads to from a text that the question names.
    rewritten
        The question about that text alone, as in "Where was *Ann Kay* born?" for "Where was the director of *X* born?";
        empty without one.
    """

    kind: str
    focus: str
    attributes: tuple[str, ...]
    named: tuple[tuple[int, int, int], ...]
    target: int | None
    rewritten: str


def parse_question(question: str, texts: Sequence[Text]) -> Asking:
    """Return what a question asks for, given the texts to be read."""
    named = named_texts(question, texts)
    rest = question
    for start, end, _ in reversed(named):
        rest = rest[:start] + "_" * (end - start) + rest[end:]
    step = _follow_role(rest, named, texts)
    target = step.target if step else None
    rewritten = ""
    if step and target is not None:
        title = bare_title(texts[target].title)
        subject = f"the {step.second} of {title}" if step.second else title
        rewritten = question[: step.start] + subject + question[step.end :]
    rest = step.rest if step else rest
    attributes = tuple(name for name, asks in _ASKS.items() if asks.search(rest))
    match = _FOCUS.search(rest)
    focus = match[1] if match else ""
    return Asking(_kind(rest, focus), focus, attributes, tuple(named), target, rewritten)


def _kind(rest: str, focus: str) -> str:
    wh = _WH.search(rest)
    word = wh[1].lower() if wh else ""
    if word in {"what", "which"} and focus:
        for kind, asks in KIND_ASKS.items():
            if asks.search(focus):
                return kind
        return "thing"
    first = {"where": "place", "when": "date", "who": "person", "whom": "person", "whose": "person"}
    return first.get(word, "number" if word.startswith("how ") else "thing")


@dataclass(frozen=True, slots=True)
class _Step:
    """Where a role leads: the text, the question without the role, the part that names it, and a second role."""

    target: int | None
    rest: str
    start: int
    end: int
    second: str = ""


def _follow_role(rest: str, named: Sequence[tuple[int, int, int]], texts: Sequence[Text]) -> _Step | None:
    """Return where the role next to a name leads; None if the question names no such role."""
    kin = _KIN_WORD.search(rest)
    if kin and named:
        word = kin[0].lower()
        first, second = _KIN.get(word) or _KIN[word.removesuffix("s")]
        part = _part(rest, kin.span(), named[0][:2])
        return _Step(
            linked_text(texts, named[0][2], first), rest[: kin.start()] + second + rest[kin.end() :], *part, second
        )
    best: tuple[int, str, tuple[int, int], tuple[int, int, int]] | None = None
    for name in named:
        for role, pattern in _ROLE_WORD.items():
            for match in pattern.finditer(rest):
                gap = min(abs(name[0] - match.end()), abs(match.start() - name[1]))
                if gap < _NEAR and (best is None or gap < best[0]):
                    best = (gap, role, match.span(), name)
    if best is None:
        return None
    _, role, span, name = best
    stripped = rest[: span[0]] + "_" + rest[span[1] :]
    if not any(asks.search(stripped) for asks in _ASKS.values()) and _ASKED_ALONE.match(rest):
        return None  # "Who is the director of X?": the role is what is asked for
    return _Step(linked_text(texts, name[2], role), stripped, *_part(rest, span, name[:2]))


def _part(rest: str, role: tuple[int, int], name: tuple[int, int]) -> tuple[int, int]:
    """Return start and end of what names somebody by a role: "the director of X", "X's father"."""
    start, end = min(role[0], name[0]), max(role[1], name[1])
    article = _ARTICLE.search(rest[:start])
    return (article.start() if article else start), end


_ARTICLE = re.compile(r"\b(?:the|an?)\s+(?:\w+\s+)?$", re.IGNORECASE)
_ASKED_ALONE = re.compile(r"\s*(?:who|whom|what is the name)\b", re.IGNORECASE)
_NEAR = 40
"""The characters that may be between a role and a name."""
