"""Feeds as files: Atom (RFC 4287), JSON Feed 1.1 (jsonfeed.org/version/1.1), and lists of feeds as OPML 2.0 (opml.org/spec2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any, Literal
from urllib.parse import urlencode

from lxml import etree

from monitor.documents.escapes import escaped, one_line
from monitor.services.feeds import Entry, Feed

FeedForm = Literal["atom", "json"]

_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed without entries; Atom demands a time


@dataclass(frozen=True, slots=True)
class FeedFormat:
    """One format.

    Attributes:
        render: turns a feed, the address of the installation and that of the feed into a file.
    """

    media_type: str
    render: Callable[[Feed, str, str], bytes]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed in a list of feeds.

    Attributes:
        url: its address.
        page: address of the page that shows the same.
    """

    title: str
    url: str
    page: str


def _atom(feed: Feed, base: str, own: str) -> bytes:
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]  # the stubs forget the namespace without prefix
    add = _adder(root)
    add("id", feed.id)
    add("title", feed.title)
    add("subtitle", feed.subtitle)
    add("updated", _moment(_updated(feed)))
    add("link", rel="self", type=FEED_FORMATS["atom"].media_type, href=own)
    add("link", rel="alternate", type="text/html", href=_page(feed, base))
    _adder(add("author"))("name", "Parley")
    add("generator", "Parley")
    for entry in feed.entries:
        _add_entry(root, entry, base)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _add_entry(root: etree._Element, entry: Entry, base: str) -> None:
    element = etree.SubElement(root, f"{{{_ATOM}}}entry")
    if entry.language:
        element.set(_LANGUAGE, entry.language)
    add = _adder(element)
    add("id", entry.id)
    add("title", entry.title)
    add("updated", _moment(entry.updated))
    if entry.published:
        add("published", _moment(entry.published))
    add("link", rel="alternate", type="text/html", href=entry.url or f"{base}{entry.page}")
    if entry.url:
        add("link", rel="related", type="text/html", href=f"{base}{entry.page}", title="In Parley")
    _adder(add("author"))("name", entry.author)
    for id, title in entry.themes.items():
        add("category", term=id, label=title)
    add("content", _html(entry, base), type="html")


def _adder(parent: etree._Element) -> Callable[..., etree._Element]:
    def add(name: str, text: str | None = None, **attributes: str) -> etree._Element:
        element = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
        for key, value in attributes.items():
            element.set(key, one_line(value))
        if text is not None:
            element.text = one_line(text)
        return element

    return add


def _json(feed: Feed, base: str, own: str) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": one_line(feed.title),
        "description": one_line(feed.subtitle),
        "home_page_url": _page(feed, base),
        "feed_url": own,
        "authors": [{"name": "Parley"}],
        "items": [_item(entry, base) for entry in feed.entries],
    }
    return f"{escaped(json.dumps(document, ensure_ascii=False, indent=2))}\n".encode("utf-8", "replace")


def _item(entry: Entry, base: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url or f"{base}{entry.page}",
        "title": one_line(entry.title),
        "content_html": _html(entry, base),
        "date_modified": _moment(entry.updated),
        "authors": [{"name": one_line(entry.author)}],
        "tags": [one_line(title) for title in entry.themes.values()],
    }
    if entry.published:
        item["date_published"] = _moment(entry.published)
    if entry.language:
        item["language"] = entry.language
    return item


def _html(entry: Entry, base: str) -> str:
    """Return the content of an entry. Nothing in it but Parley's own tags is a tag."""
    paragraphs = [f"<p>{''.join(_marked(text, spans))}</p>" for text, spans in entry.paragraphs]
    page = f'<a href="{escape(base + entry.page)}">In Parley</a>'
    note = ". ".join(filter(None, (escape(one_line(entry.note)), page)))
    return "".join([*paragraphs, f"<p>{note}</p>"])


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    position = 0
    for start, end in spans:
        yield _shown(text[position:start])
        yield f"<b>{_shown(text[start:end])}</b>"
        position = end
    yield _shown(text[position:])


def _shown(text: str) -> str:
    """Return a piece of a text as HTML; blanks at its ends stay."""
    line = escape(one_line(text))
    return f"{' ' if text[:1].isspace() else ''}{line}{' ' if line and text[-1:].isspace() else ''}"


def opml(title: str, groups: Mapping[str, Sequence[Subscription]]) -> bytes:
    """Return a list of feeds in groups."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for name, subscriptions in groups.items():
        group = etree.SubElement(body, "outline", text=one_line(name))
        for one in subscriptions:
            shown = one_line(one.title)
            attributes = {"type": "rss", "text": shown, "title": shown, "xmlUrl": one.url, "htmlUrl": one.page}
            etree.SubElement(group, "outline", attributes)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _page(feed: Feed, base: str) -> str:
    return f"{base}{feed.page}{f'?{urlencode(feed.parameters)}' if feed.parameters else ''}"


def _updated(feed: Feed) -> datetime:
    return max((entry.updated for entry in feed.entries), default=_NEVER)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


FEED_FORMATS: Mapping[FeedForm, FeedFormat] = {
    "atom": FeedFormat("application/atom+xml", _atom),
    "json": FeedFormat("application/feed+json", _json),
}
