"""Whether a JSON-LD node speaks of the page it stands on: sites also embed the metadata of other articles."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Sequence

from config.web_address import joined, parts_of
from crawler.urls import canonical
from indexer.extract.json_ld import Node, text_of

_HOST = re.compile(r"^(?:www|m|mobile|amp)\.")
_PATH = re.compile(r"(?:/amp|\.amp|/index\.html?)$")
_WORDS = re.compile(r"\w+")


def speaks_of(node: Node, base: str, addresses: Collection[str], titles: Sequence[str]) -> bool | None:
    """Return whether a node describes this page; None when it says nothing that could be compared.

    Its address decides, then its headline: some sites state an address of an earlier time, and all know their headlines.

    Args:
        base: the address that relative ones refer to.
        addresses: those of this page, from `address_key`.
        titles: what the page calls itself.
    """
    stated = [key for address in _addresses(node) if (key := address_key(address, base))]
    if any(key in addresses for key in stated):
        return True
    headline = text_of(node, "headline") or text_of(node, "name")
    if headline and titles:
        return any(agree(headline, title) for title in titles)
    return False if stated and addresses else None


@functools.lru_cache(maxsize=64)  # the same few addresses are compared several times for each page
def address_key(address: str, base: str = "") -> str | None:
    """Return what addresses of one page have in common: neither scheme, `www.`, AMP nor fragment; None for a front page."""
    parts = parts_of(canonical(joined(base, address)) or "")
    path = _PATH.sub("", parts.path.rstrip("/")).rstrip("/")
    if not parts.hostname or not (path or parts.query):
        return None
    return f"{_HOST.sub('', parts.hostname)}{path}?{parts.query}"


def agree(a: str, b: str) -> bool:
    """Return whether two titles share at least half of the shorter one's words, and at least two, or one contains the other."""
    ours, theirs = (set(_WORDS.findall(title.casefold())) for title in (a, b))
    shared = len(ours & theirs)
    if shared * 2 >= min(len(ours), len(theirs)) > 0 and (shared >= 2 or ours == theirs):
        return True
    short, long = sorted(("".join(_WORDS.findall(title.casefold())) for title in (a, b)), key=len)
    return len(short) >= 8 and short in long  # languages without blanks between words


def _addresses(node: Node) -> Iterator[str]:
    entity = node.get("mainEntityOfPage")
    values = [node.get("url"), node.get("@id"), entity]
    if isinstance(entity, dict):
        values += [entity.get("@id"), entity.get("url")]
    yield from (value for value in values if isinstance(value, str) and ("/" in value or value.startswith("http")))
