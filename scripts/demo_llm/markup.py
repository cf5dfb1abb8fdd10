"""The small markup of templates.txt and questions.txt: bars between columns, <a|b> for one of several texts."""

import random
import re

_CHOICE = re.compile(r"<([^<>]*)>")


def split_bars(line: str) -> list[str]:
    """Return the parts of a line between the bars that stand outside of angle brackets."""
    parts, depth = [""], 0
    for character in line:
        if character == "<":
            depth += 1
        elif character == ">" and depth:
            depth -= 1
        if character == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def one_of(rng: random.Random, text: str) -> str:
    """Return one of the alternatives that " / " separates, with its choices made."""
    chosen = rng.choice(text.split(" / "))
    return _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), chosen)
