"""How wide a label is and how it is shortened, without a font at hand."""

import unicodedata

_NARROW = frozenset("iljtfrI.,:;'’|!()[]- ")
_WIDE = frozenset("mwMW@%—…")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Mn", "Me"})


def one_line(text: str) -> str:
    r"""Return a text with every run of white space and control characters as one space.

    Examples
    --------
    >>> one_line(" a\n\tb\x00 ")
    'a b'
    """
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a wide sans-serif font, in the unit of ``size``.

    Parameters
    ----------
    text
        One line.
    size
        Font size.

    Examples
    --------
    >>> text_width("知识", 10.0), text_width("", 10.0)
    (20.0, 0.0)
    >>> text_width("illicit", 10.0) < text_width("MAXIMUM", 10.0)
    True
    """
    return size * sum(_advance(character) for character in text)


def _advance(character: str) -> float:
    if unicodedata.category(character) in _INVISIBLE:
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.4
    if character in _WIDE:
        return 0.98
    return 0.72 if character.isupper() else 0.61


def shorten(text: str, width: float, size: float) -> str:
    """Return as much of a text as fits, an ellipsis in place of the rest.

    Parameters
    ----------
    text
        Any text; line breaks become spaces.
    width
        Room, in the unit of ``size``.
    size
        Font size.

    Examples
    --------
    >>> shorten("Eckert–Mauchly Computer Corporation", 120.0, 12.0)
    'Eckert–Mauchly…'
    >>> shorten("Yale", 120.0, 12.0)
    'Yale'
    """
    text = one_line(text)
    if text_width(text, size) <= width:
        return text
    room = width / size - _advance("…")
    end = 0
    for character in text:
        room -= _advance(character)
        if room < 0:
            break
        end += 1
    return text[:end].rstrip(" ,;:-–\u200d") + "…"
