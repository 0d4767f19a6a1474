"""Articles on pages rendered by scripts: their text is a string of HTML in the scripts' data."""

from __future__ import annotations

import json
import re

from lxml.html import HtmlElement

_STRING = re.compile(r'"((?:[^"\\\n]++|\\.)*+)"')
_SHORTEST = 400  # characters of a string worth decoding
_PARAGRAPH = re.compile(r"<(?:p|br|div)\b", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


def hydrated(tree: HtmlElement) -> str | None:
    """Return the longest string of HTML with paragraphs in the page's inline scripts, or None."""
    candidates = (html for script in tree.iter("script") if script.text for html in _strings(script.text))
    return max(candidates, key=len, default=None)


def _strings(script: str) -> list[str]:
    read = (_decoded(text) for text in _STRING.findall(script) if len(text) >= _SHORTEST)
    return [text for text in read if text and len(_PARAGRAPH.findall(text)) >= 2 and _LETTER.search(text)]


def _decoded(text: str) -> str | None:
    try:
        value: str = json.loads(f'"{text}"')
    except ValueError:
        return None
    return value.encode("utf-8", "replace").decode()
