"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from config.languages import language_code
from crawler.parse.authors import clean_authors
from crawler.parse.dates import Dated, read_date
from crawler.parse.entry import MAX_ENTRIES, Entry, Syndicated
from crawler.parse.markup import paragraphs


def read_json(text: str) -> Syndicated | None:
    """Parse a JSON feed; return None when the text is not one."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return None
    items = [item for item in feed["items"] if isinstance(item, dict)]
    return Syndicated(
        entries=tuple(_entry(item) for item in items[:MAX_ENTRIES]),
        total=len(items),
        language=language_code(feed.get("language")),
    )


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(
        link=_link(item),
        title=_text(item.get("title")) or None,
        published=_date(item.get("date_published")),
        updated=_date(item.get("date_modified")),
        authors=_authors(item),
        texts=_texts(item),
        language=language_code(item.get("language")),
        guid=_guid(item),
    )


def _guid(item: Mapping[str, Any]) -> str | None:
    # Version 1.1 asks readers to accept numbers as identities.
    identity = item.get("id")
    is_number = isinstance(identity, int | float) and not isinstance(identity, bool)
    return str(identity) if is_number else _text(identity) or None


def _link(item: Mapping[str, Any]) -> str | None:
    identity = _text(item.get("id"))
    return (
        _text(item.get("url"))
        or _text(item.get("external_url"))
        or (identity if identity.startswith(("http://", "https://")) else None)
    )


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    people = item.get("authors") or item.get("author") or ()
    listed: Sequence[object] = people if isinstance(people, list) else [people]
    return clean_authors([person.get("name") for person in listed if isinstance(person, dict)])


def _texts(item: Mapping[str, Any]) -> tuple[str, ...]:
    texts = (
        _text(item.get("content_html")),
        *(paragraphs(_text(item.get(name))) for name in ("content_text", "summary")),
    )
    return tuple(text for text in texts if text)


def _date(value: object) -> Dated | None:
    return read_date(value) if isinstance(value, str) else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
