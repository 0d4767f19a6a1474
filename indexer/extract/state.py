"""Articles on pages drawn by scripts: their text is in the JSON that the page hands to its scripts.

Examples are `__NEXT_DATA__` of Next.js, `__NUXT__`, `__INITIAL_STATE__` and `__APOLLO_STATE__`. No name is needed: the text is
the longest string of HTML or prose in a script, or the longest list of blocks with prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from crawler.limits import JSON_LD_CHARS
from crawler.parse.json_values import loads, value_at

_SHORTEST = 400  # characters of a string or a list worth taking for an article
# Strings without an end match too: a search from each quote inside of them would be quadratic.
_STRING = re.compile(r'"((?:[^"\\\n]++|\\.)*+)("?)')
_START = re.compile(r"[=(:,]\s*(?=[{\[])|^\s*(?=[{\[])")
_PARAGRAPH = re.compile(r"<(?:p|br|div|h[2-6]|li)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/]")
_PAIR = re.compile(r"[^\W\d_]{2}\s+[^\W\d_]{2}")
_END = re.compile(r"[.!?…:»”\"'](?:[\s<]|$)")
_CODE = re.compile(r"[{};]\s*$|^\s*(?:https?://|[.#@{(])|function\s*\(|=>|\bvar ")
_TEXTS = frozenset(
    ("text", "html", "content", "value", "body", "children", "data", "paragraph", "attributes", "nodes", "items")
)
_ADDRESSES = frozenset(("url", "href", "link", "slug", "path", "canonicalurl", "permalink", "uri"))
_TITLES = frozenset(("title", "headline", "name"))
_DEEPEST = 40
_MOST_NODES = 50_000
_STARTS = 20  # places in a script at which JSON is tried


def state_html(scripts: Iterable[tuple[str, str]]) -> str | None:
    """Return the longest article in the data of scripts, as HTML or as text with lines; None when they have none.

    Args:
        scripts: type and text of each.
    """
    candidates = [text for kind, script in scripts for text in _candidates(kind, script)]
    return max(candidates, key=len, default=None)


def _candidates(kind: str, script: str) -> Iterator[str]:
    if not _SHORTEST <= len(script) <= JSON_LD_CHARS or "ld+json" in kind:
        return
    value = _json(script)
    yield from _strings(script) if value is None else _walk(value)


def _json(text: str) -> Any:
    """Return the first large JSON value of a script, also behind `window.NAME = `; None when there is none."""
    for number, start in enumerate(_START.finditer(text)):
        if number >= _STARTS:
            return None
        try:
            value, end = value_at(text, start.end())
        except ValueError:
            continue
        if end - start.end() >= _SHORTEST:
            return value
    return None


def _walk(root: Any) -> Iterator[str]:
    waiting = [(root, 0)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        value, depth = waiting.pop()
        if isinstance(value, str):
            yield from filter(_is_article, (value,))
        elif depth < _DEEPEST and isinstance(value, (dict, list)):
            if isinstance(value, list) and (blocks := _blocks(value)):
                yield blocks
            inner = value if isinstance(value, list) else value.values()
            waiting.extend((child, depth + 1) for child in inner)


def _is_article(text: str) -> bool:
    if len(text) < _SHORTEST or _CODE.search(text[:400]):
        return False
    return len(_PARAGRAPH.findall(text)) >= 2 or (not _TAG.search(text) and _is_prose(text))


def _is_prose(text: str) -> bool:
    """Return whether two words stand side by side, with the end of a sentence somewhere after them."""
    # In two searches, because one pattern would look for the end again from every pair.
    pair = _PAIR.search(text)
    return pair is not None and _END.search(text, pair.end()) is not None


def _blocks(items: list[Any]) -> str:
    """Return the prose of a list of blocks, one a line; empty when the list is too short or lists other articles."""
    entries = [item for item in items if isinstance(item, dict)]
    if len(items) < 2 or sum(map(_is_entry, entries)) * 2 > len(items):
        return ""
    lines = [line for item in items if (line := " ".join(_texts(item, 0)).strip())]
    prose = [line for line in lines if _is_prose(line)]
    if len(prose) < 2 or sum(map(len, prose)) < _SHORTEST:
        return ""
    return "\n".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)


def _is_entry(item: dict[str, Any]) -> bool:
    names = {name.lower() for name in item}
    return bool(names & _TITLES) and bool(names & _ADDRESSES)


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if not _CODE.search(value[:200]):
            yield value
    elif depth < 6 and isinstance(value, list):
        for child in value:
            yield from _texts(child, depth + 1)
    elif depth < 6 and isinstance(value, dict):
        for name, child in value.items():
            if name.lower() in _TEXTS:
                yield from _texts(child, depth + 1)


def _strings(script: str) -> Iterator[str]:
    """Yield the articles in the strings of a script that is not JSON; a string may be JSON itself, as in `JSON.parse("…")`."""
    for quoted, end in _STRING.findall(script):
        text = _decoded(quoted) if end and len(quoted) >= _SHORTEST else None
        if text and text.lstrip()[:1] in ("{", "["):
            yield from _walk(_json(text))
        elif text and len(_PARAGRAPH.findall(text)) >= 2 and _is_prose(text):
            yield text


def _decoded(text: str) -> str | None:
    try:
        value: str = loads(f'"{text}"')
    except ValueError:
        return None
    return value.encode("utf-8", "replace").decode()
