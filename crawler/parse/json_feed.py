"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from config.languages import language_code
from crawler.parse.authors import clean_authors
from crawler.parse.dates import ANY_STYLE, Dated, DateStyle, read_date
from crawler.parse.entry import MAX_ENTRIES, Entry, Syndicated
from crawler.parse.json_values import loads, value_at
from crawler.parse.links import Place
from crawler.parse.markup import paragraphs

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")


def read_json(text: str, url: str, style: DateStyle = ANY_STYLE) -> Syndicated | None:
    """Parse a JSON feed; return None when the text is not one.

    Args:
        url: the address of the feed.
        style: how its dates are written.
    """
    feed = _parsed(text)
    if feed is None or not isinstance(feed.get("items"), list):
        return None
    place = Place(url, site=Place(url).resolve(_text(feed.get("home_page_url"))))
    authors = _authors(feed)
    items = [item for item in feed["items"] if isinstance(item, dict)]
    return Syndicated(
        entries=tuple(_entry(item, place, authors, style) for item in items[:MAX_ENTRIES]),
        total=len(items),
        language=language_code(feed.get("language")),
    )


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        feed = loads(text)
    except ValueError:
        return _beginning(text)
    return feed if isinstance(feed, dict) else None


def _beginning(text: str) -> dict[str, Any] | None:
    """Return a feed that ends early, with the items that are complete; None when it has none."""
    start = _ITEMS.search(text)
    if start is None:
        return None
    items = []
    position = start.end()
    while text[position : position + 1].strip():
        try:
            item, position = value_at(text, position)
        except ValueError:
            break
        items.append(item)
        separator = _SEPARATOR.match(text, position)
        position = separator.end() if separator else position
    return _head(text[: start.start()]) | {"items": items} if items else None


def _head(text: str) -> dict[str, Any]:
    try:
        head = loads(text.rstrip().rstrip(",") + "}")
    except ValueError:
        return {}
    return head if isinstance(head, dict) else {}


def _entry(item: Mapping[str, Any], place: Place, authors: tuple[str, ...], style: DateStyle) -> Entry:
    links = (_text(item.get(name)) for name in ("url", "external_url"))
    address = next((address for link in links if link and (address := place.resolve(link))), None)
    guid = _guid(item)
    is_guess = address is None and guid is not None and guid.startswith(("http://", "https://"))
    address = place.resolve(guid) if is_guess and guid else address
    return Entry(
        link=address,
        title=_text(item.get("title")) or None,
        published=_date(item.get("date_published"), style),
        updated=_date(item.get("date_modified"), style),
        authors=_authors(item) or authors,
        texts=_texts(item),
        language=language_code(item.get("language")),
        guid=guid,
        is_guess=is_guess,
    )


def _guid(item: Mapping[str, Any]) -> str | None:
    # Version 1.1 asks readers to accept numbers as identities.
    identity = item.get("id")
    is_number = isinstance(identity, int | float) and not isinstance(identity, bool)
    return str(identity) if is_number else _text(identity) or None


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    people = item.get("authors") or item.get("author") or ()
    listed: Sequence[object] = people if isinstance(people, list) else [people]
    return clean_authors([person.get("name") if isinstance(person, dict) else person for person in listed])


def _texts(item: Mapping[str, Any]) -> tuple[str, ...]:
    texts = (
        _text(item.get("content_html")),
        *(paragraphs(_text(item.get(name))) for name in ("content_text", "summary")),
    )
    return tuple(text for text in texts if text)


def _date(value: object, style: DateStyle) -> Dated | None:
    return read_date(value, style) if isinstance(value, str) else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
