"""Extracts every kind of page: fetched documents, feed entries, channel messages and spiders' items."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from crawler.outcomes import Outcome
from crawler.page import Hints, PageKind
from crawler.parse.authors import clean_authors
from crawler.parse.dates import dated_hints, read_date
from crawler.parse.encoding import decode
from crawler.parse.json_values import loads
from crawler.parse.markup import clean_title
from crawler.urls import canonical
from indexer.article import Extraction
from indexer.extract.dates import UNKNOWN
from indexer.extract.fragment import first_sentence, text_of_fragment, tidy
from indexer.extract.language import language_of
from indexer.extract.locale import Locale
from indexer.extract.no_article import NoArticle
from indexer.extract.page import read_document
from indexer.extract.published import hinted
from indexer.extract.updated import updated_in_feed

EXTRACTOR_VERSION: int = 6
"""Raise it whenever the same page could give a different article; `parley reread` then extracts stored pages again."""

_TEXT = "text/html; charset=utf-8"
_SHORTEST_ENTRY = 250  # characters; a shorter feed text is a teaser, not the article


def extract(html: bytes | str, url: str | None = None, hints: Hints | None = None) -> Extraction | None:
    """Return the article of an HTML page, or None when there is none (`read_page` also says why).

    Args:
        html: the body as received, in any encoding, or its text, whose own statement of an encoding is ignored.
        url: its address, which may contain the only date; None when unknown.
        hints: metadata from a feed; its title, and its date if possible, take precedence over the page's.

    Returns:
        `published` is in the zone it was written in; `read_page` gives the same instant in UTC.
    """
    body, content_type = (html.encode(errors="replace"), _TEXT) if isinstance(html, str) else (html, "")
    result = read_document(body, content_type, url or "", hints or Hints(), None)
    return result if isinstance(result, Extraction) else None


def read_page(
    kind: PageKind,
    body: bytes,
    content_type: str,
    url: str,
    hints: Hints,
    collected: datetime,
    locale: Locale = UNKNOWN,
) -> Extraction | NoArticle:
    """Return the article of a collected page, or why there is none. Never raises on bad input.

    A document without an article falls back to the full text from its feed, if there is one.

    Args:
        kind: see crawler.page.Page.
        content_type: the HTTP header as received.
        url: the final address.
        collected: UTC; dates more than a day later are impossible.
        locale: the conventions of its source.
    """
    if kind == "document":
        result = _read_or_fall_back(body, content_type, url, hints, collected, locale)
    else:
        result = _DELIVERED[kind](body, url, hints, collected, locale)
    return result if isinstance(result, NoArticle) else _in_utc(result)


def _in_utc(extraction: Extraction) -> Extraction:
    published, updated = (
        moment and moment.astimezone(UTC).replace(microsecond=0)
        for moment in (extraction.published, extraction.updated)
    )
    return replace(extraction, published=published, updated=updated)


def _read_or_fall_back(
    body: bytes, content_type: str, url: str, hints: Hints, collected: datetime, locale: Locale
) -> Extraction | NoArticle:
    result = read_document(body, content_type, url, hints, collected, locale)
    if isinstance(result, NoArticle) and hints.html:
        entry = read_fragment(hints.html.encode("utf-8", "replace"), url, hints, collected, locale)
        if isinstance(entry, Extraction) and len(entry.text) >= _SHORTEST_ENTRY:
            return entry
    return result


def read_fragment(
    body: bytes, url: str, hints: Hints, collected: datetime | None, locale: Locale
) -> Extraction | NoArticle:
    """Return a feed entry or a channel message as an article; without a title, its first line or sentence is the title."""
    text = text_of_fragment(body)
    if isinstance(text, NoArticle):
        return text
    return _hinted(clean_title(hints.title) or first_sentence(text), text, url, hints, collected, locale)


def read_item(
    body: bytes, url: str, hints: Hints, collected: datetime | None, locale: Locale
) -> Extraction | NoArticle:
    """Return the article in a spider's item: a JSON object with `text` or `html`, `title`, `published`, `authors`, `language`."""
    item = _item(body)
    if isinstance(item, NoArticle):
        return item
    # JSON can escape half a surrogate pair, which UTF-8 cannot encode.
    content = str(item.get("text") or item.get("html")).encode("utf-8", "replace")
    text = tidy(content.decode()) if item.get("text") else text_of_fragment(content)
    if isinstance(text, NoArticle):
        return text
    own = _item_hints(item, locale)
    merged = replace(
        hints,
        title=own.title or hints.title,
        published=own.published or hints.published,
        published_precision=own.published_precision if own.published else hints.published_precision,
        lacks_zone=own.lacks_zone if own.published else hints.lacks_zone,
        authors=own.authors or hints.authors,
        language=own.language or hints.language,
    )
    return _hinted(clean_title(merged.title) or first_sentence(text), text, url, merged, collected, locale)


def _hinted(
    title: str | None, text: str, url: str, hints: Hints, collected: datetime | None, locale: Locale
) -> Extraction | NoArticle:
    if not any(map(str.isalnum, text)):
        return NoArticle(Outcome.NO_TEXT, "the text has no words")
    published = hinted(hints, collected, locale)
    updated = updated_in_feed(hints, published.date, collected)
    return Extraction(
        title=title,
        text=text,
        authors=clean_authors(hints.authors),
        published=published.date.moment if published.date else None,
        published_from=published.origin,
        published_precision=published.date.precision if published.date else None,
        updated=updated.moment if updated else None,
        updated_precision=updated.precision if updated else None,
        language=language_of(text, hints.language or locale.language),
        canonical_url=canonical(url),
    )


def _item(body: bytes) -> dict[str, Any] | NoArticle:
    text = decode(body)
    try:
        item = loads(text or "")
    except ValueError:
        return NoArticle(Outcome.UNDECODABLE, "the spider's item is not JSON")
    if not isinstance(item, dict):
        return NoArticle(Outcome.UNDECODABLE, "the spider's item is not a JSON object")
    return (
        item
        if item.get("text") or item.get("html")
        else NoArticle(Outcome.NO_TEXT, "the spider's item has neither `text` nor `html`")
    )


def _item_hints(item: dict[str, Any], locale: Locale) -> Hints:
    dated = read_date(str(item.get("published") or "").strip(), locale.dates)
    authors = item.get("authors") or item.get("author") or ()
    names = [authors] if isinstance(authors, str) else authors if isinstance(authors, list) else []
    return replace(
        dated_hints(dated),
        title=str(item["title"]) if item.get("title") else None,
        authors=tuple(map(str, names)),
        language=str(item["language"]) if item.get("language") else None,
    )


_DELIVERED = {"entry": read_fragment, "message": read_fragment, "item": read_item}
