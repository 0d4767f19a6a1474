"""JSON-LD metadata of a page (schema.org), parsed tolerantly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.limits import JSON_LD_CHARS
from crawler.parse.json_values import loads
from crawler.parse.references import unescaped

_DEEPEST = 8
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_FIELD = re.compile(r'"(headline|datePublished|@type)"\s*:\s*"((?:[^"\\\n]|\\.)*)"(?=\s*(?:[,}\]]|$))')
_ARTICLE = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|SocialMediaPosting)\Z")
# Under these keys, nodes describe something other than the page: lists of other articles, the outlet, people, pictures.
_ELSEWHERE = re.compile(
    "itemListElement|isPartOf|publisher|author|creator|image|thumbnail|video|audio|associatedMedia|about|mentions|citation|comment"
    "|isRelatedTo|subjectOf|breadcrumb|potentialAction|sponsor|review|hasPart|liveBlogUpdate|isBasedOn|workExample|relatedLink"
)

Node = dict[str, Any]


def nodes(script: str) -> list[Node]:
    """Return the objects of a JSON-LD script that may describe the page, outermost first; none when it cannot be parsed."""
    if len(script) > JSON_LD_CHARS:
        return []
    return list(_walk(_load(script), 0))


def is_article(node: Node) -> bool:
    """Return whether the node is of a type of article."""
    return any(_ARTICLE.match(kind) for kind in types(node))


def types(node: Node) -> list[str]:
    """Return the node's types without their schema.org prefix."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for kind in kinds if isinstance(kind, str)]


def text_of(node: Node, name: str) -> str | None:
    """Return a text field with entities resolved; of a list, the first item."""
    value = node.get(name)
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return unescaped(value).strip() or None if isinstance(value, str) else None


def _load(script: str) -> Any:
    bare = _WRAPPING.sub("", _WRAPPING.sub("", script.strip()))
    for text in (bare, _TRAILING_COMMA.sub("", bare)):
        try:
            return loads(text)
        except ValueError:
            continue
    return _salvage(bare)


def _salvage(text: str) -> Node:
    """Return the first value of each important field from a script that is not valid JSON, usually due to unescaped quotes."""
    node: Node = {}
    for name, value in _FIELD.findall(text):
        try:
            node.setdefault(name, loads(f'"{value}"'))
        except ValueError:
            continue
    return node


def _walk(value: object, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value[:200]:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for name, child in value.items():
            if not _ELSEWHERE.fullmatch(name) and isinstance(child, (dict, list)):
                yield from _walk(child, depth + 1)
