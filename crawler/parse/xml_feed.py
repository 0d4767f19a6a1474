"""RSS, RDF and Atom: read by fastfeedparser, or by feedparser when the former fails or misses entries.

Dates, language and update interval are taken from the text itself: the parsers lose the precision of dates, read a bare `10:30`
as today, and one of them drops `language` and `ttl`.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import fastfeedparser
import feedparser

from config.languages import language_code
from crawler.limits import BROKEN_FEED_CHARS, BROKEN_FEED_NAMESPACES
from crawler.parse.authors import clean_authors
from crawler.parse.dates import Dated, read_date
from crawler.parse.entry import MAX_ENTRIES, Entry, Syndicated
from crawler.parse.markup import paragraphs
from crawler.parse.references import with_plain_references

_TOKEN = re.compile(
    r"<(?:[\w-]{1,30}+:)?+(?:(item|entry)[\s>/]|(pub[Dd]ate|published|issued|date|created|updated|modified)(?:\s[^<>]*)?>"
    r"\s*(?:<!\[CDATA\[\s*)?([^<\]]{4,100}))"
)
_PUBLISHED = ("pubdate", "published", "issued", "date", "created")
_UPDATED = ("updated", "modified")
_FULL_TEXT = re.compile(r"<yandex:full-text[^<>]*>\s*(<!\[CDATA\[)?")
_LANGUAGE = re.compile(
    r"<(?:dc:)?language[^<>]*>\s*(?:<!\[CDATA\[)?\s*([A-Za-z]{2,12})\b|xml:lang\s*=\s*[\"']([A-Za-z]{2,12})\b"
)
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl", re.IGNORECASE)
_PERIOD = re.compile(r"<sy:updatePeriod>\s*(\w+)\s*<", re.IGNORECASE)
_FREQUENCY = re.compile(r"<sy:updateFrequency>\s*(\d{1,4})\s*<", re.IGNORECASE)
_PERIODS = {"hourly": 3_600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_BASE = re.compile(r"xml:base\s*=\s*[\"']([^\"'<>]{1,2000})[\"']")
_HEAD = 20_000
_DAY = 86_400.0


class _Item(NamedTuple):
    """The position of an entry in the text, and its dates as written, by element name."""

    start: int
    end: int
    dates: dict[str, str]


def read_xml(text: str, url: str) -> Syndicated | None:
    """Parse an XML feed; return None when the text is not one. The text must have passed crawler.parse.screen."""
    text = with_plain_references(_without_prolog(text))
    items = _items(text)
    head = text[: items[0].start] if items else text[:_HEAD]
    raws = _parsed(text, url, len(items))
    if raws is None:
        return None
    aligned: Sequence[_Item | None] = items if len(items) == len(raws) else [None] * len(raws)
    pairs = zip(raws[:MAX_ENTRIES], aligned, strict=False)
    extended = "<yandex:full-text" in text or "xml:base" in text
    return Syndicated(
        entries=tuple(_entry(raw, item, text if extended else "") for raw, item in pairs),
        total=len(raws),
        language=language_code(_first(_LANGUAGE, head)),
        interval_floor=_interval_floor(head),
        base=_first(_BASE, head),
    )


def _without_prolog(text: str) -> str:
    # Removes junk before the first tag, and the declared encoding, which no longer applies to decoded text.
    text = text[max(text.find("<"), 0) :]
    return text[text.find(">") + 1 :] if text[:5].lower() == "<?xml" else text


def _items(text: str) -> list[_Item]:
    items: list[_Item] = []
    dates: dict[str, str] = {}
    start = -1
    for match in _TOKEN.finditer(text):
        if match[1]:
            if start >= 0:
                items.append(_Item(start, match.start(), dates))
            start, dates = match.start(), {}
        elif start >= 0:
            dates.setdefault(match[2].lower(), match[3])
    if start >= 0:
        items.append(_Item(start, len(text), dates))
    return items


def _parsed(text: str, url: str, expected: int) -> list[Mapping[str, Any]] | None:
    fast = _fast(text)
    if fast is not None and len(fast) == expected and not _titles_missed(fast, text):
        return fast
    if len(text) > BROKEN_FEED_CHARS or text.count("xmlns") > BROKEN_FEED_NAMESPACES:
        return fast
    slow = _thorough(text, url)
    return fast if slow is None or (fast is not None and len(fast) > len(slow)) else slow


def _titles_missed(raws: Sequence[Mapping[str, Any]], text: str) -> bool:
    return "xhtml" in text and not all(raw.get("title") for raw in raws)


def _fast(text: str) -> list[Mapping[str, Any]] | None:
    try:
        return list(
            fastfeedparser.parse(
                text.encode("utf-8", "replace"), include_tags=False, include_media=False, include_enclosures=False
            ).entries
        )
    except Exception:  # anything: the text may be hostile, and the other parser is tried next
        return None


def _thorough(text: str, url: str) -> list[Mapping[str, Any]] | None:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        parsed = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception:  # anything: the text may be hostile, and this was the last parser
        return None
    return list(parsed.entries) if parsed.get("version") or parsed.entries else None


def _entry(raw: Mapping[str, Any], item: _Item | None, text: str) -> Entry:
    dates = (
        item.dates if item else {name: raw[name] for name in (*_PUBLISHED, *_UPDATED) if isinstance(raw.get(name), str)}
    )
    identity = raw.get("id") or ""
    return Entry(
        link=_link(raw) or (identity if identity.startswith(("http://", "https://")) else None),
        title=raw.get("title"),
        published=_date(dates, _PUBLISHED),
        updated=_date(dates, _UPDATED),
        authors=_authors(raw),
        texts=(*_texts(raw), *_full_text(item, text)),
        base=_base(item, text),
        guid=identity.strip() or None,
    )


def _link(raw: Mapping[str, Any]) -> str | None:
    # RFC 4287 4.2.7.2: a link without a relation is the entry's own. The fast parser takes the first link of any relation.
    own = {link.get("rel"): link["href"] for link in reversed(raw.get("links") or ()) if link.get("href")}
    return raw.get("link") if "alternate" in own else own.get(None) or raw.get("link")


def _base(item: _Item | None, text: str) -> str | None:
    tag = text[item.start : item.start + 1_000].partition(">")[0] if item and text else ""
    return _first(_BASE, tag) if tag else None


def _date(dates: Mapping[str, str], names: Sequence[str]) -> Dated | None:
    for name in names:
        if name in dates and (dated := read_date(dates[name])):
            return dated
    return None


def _authors(raw: Mapping[str, Any]) -> tuple[str, ...]:
    people = [person.get("name") for person in raw.get("authors") or ()]
    return clean_authors(people if any(people) else [raw.get("author")])


def _texts(raw: Mapping[str, Any]) -> list[str]:
    parts = [(part.get("value"), part.get("type")) for part in raw.get("content") or ()]
    parts += [(raw.get("description"), None), (raw.get("summary"), None)]
    return [_as_html(text, kind) for text, kind in parts if text and isinstance(text, str)]


def _as_html(text: str, kind: object) -> str:
    return paragraphs(text) if kind in ("text", "text/plain") and "<" not in text else text


def _full_text(item: _Item | None, text: str) -> list[str]:
    # Russian outlets put the full text into a Yandex element that neither parser supports.
    match = _FULL_TEXT.search(text, item.start, item.end) if item and text else None
    end = text.find("</yandex:full-text", match.end(), item.end) if item and match else -1
    if match is None or end < 0:
        return []
    words = text[match.end() : end].rstrip().removesuffix("]]>")
    return [paragraphs(words if match[1] else html.unescape(words))]


def _interval_floor(head: str) -> float | None:
    minutes = int(_first(_TTL, head) or 0)
    period = _PERIODS.get((_first(_PERIOD, head) or "").lower(), 0.0)
    seconds = max(minutes * 60.0, period / max(int(_first(_FREQUENCY, head) or 1), 1))
    return min(seconds, _DAY) or None


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[match.lastindex or 0] if match else None
