"""Draws a view as one self-contained HTML page that asks the network for nothing."""

import base64
import hashlib
import html
import json
import string
from importlib import resources

from graphrag.text import clean_text
from graphrag.visualization.payload import view_payload
from graphrag.visualization.view import GraphView


def draw_html(view: GraphView) -> str:
    """Return a page that shows a view: one HTML text with its styles, script and data inside.

    Its Content-Security-Policy allows this very script and style sheet, by their hashes, and nothing else: no request
    leaves the page, and nothing in the data can run.

    Parameters
    ----------
    view
        What to show.

    Examples
    --------
    >>> page = draw_html(GraphView("<b>Empty</b>"))
    >>> "<title>&lt;b&gt;Empty&lt;/b&gt;</title>" in page, "default-src 'none'" in page
    (True, True)
    """
    folder = resources.files(__package__)
    template, style, script = (
        folder.joinpath(name).read_text(encoding="utf-8") for name in ("template.html", "view.css", "view.js")
    )
    return string.Template(template).substitute(
        policy=_policy(script, style),
        title=html.escape(clean_text(view.title)),
        style=style,
        script=script,
        data=embed_json(view_payload(view)),
    )


def _policy(script: str, style: str) -> str:
    """Return the policy that allows one script and one style sheet."""
    sources = f"script-src '{_source_hash(script)}'; style-src '{_source_hash(style)}'"
    return f"default-src 'none'; {sources}; base-uri 'none'; form-action 'none'"


def _source_hash(text: str) -> str:
    """Return a text's hash as a policy writes it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def embed_json(content: object) -> str:
    r"""Return JSON that no HTML parser takes for markup.

    Parameters
    ----------
    content
        What ``json`` can write.

    Examples
    --------
    >>> embed_json(["</script><!--", "知识 & co"])
    '["\\u003c/script\\u003e\\u003c!--","知识 \\u0026 co"]'
    """
    text = clean_text(json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
