"""The time of the last change stands beside the date of publication."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import read_page

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = "<p>Delegations from both sides met in Geneva on Thursday to resume talks suspended since the spring.</p>" * 3
PUBLISHED = "2026-11-20T10:00:00Z"


def read(head: str = "", body: str = "", *, hints: Hints | None = None, **node: Any) -> Extraction:
    script = json.dumps({"@type": "NewsArticle", "headline": "Talks", **node})
    head = f'<title>Talks</title><script type="application/ld+json">{script}</script>{head}'
    html = f"<!doctype html><html lang=en><head>{head}</head><body><h1>Talks</h1>{body}{TEXT}</body></html>"
    result = read_page("document", html.encode(), "text/html", "https://a.example/talks", hints or Hints(), NOW)
    assert isinstance(result, Extraction)
    return result


def changed(page: Extraction) -> tuple[str | None, str | None]:
    return (page.updated.isoformat() if page.updated else None), page.updated_precision


@pytest.mark.parametrize(
    ("head", "body", "node"),
    [
        ("", "", {"dateModified": "2026-11-20T13:30:00+02:00"}),
        ('<meta property="article:modified_time" content="2026-11-20T11:30:00Z">', "", {}),
        ('<meta property="og:updated_time" content="2026-11-20T11:30:00Z">', "", {}),
        ("", '<time itemprop="dateModified" datetime="2026-11-20T11:30:00Z"></time>', {}),
        ("", '<div><meta itemprop="dateModified" content="2026-11-20T11:30:00Z"></div>', {}),
    ],
)
def test_a_later_change_is_kept(head: str, body: str, node: dict[str, Any]) -> None:
    page = read(head, body, datePublished=PUBLISHED, **node)
    assert changed(page) == ("2026-11-20T11:30:00+00:00", "second")
    assert page.published == datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "modified",
    [PUBLISHED, "2026-11-20T10:00:40Z", "2026-11-20T09:00:00Z", "2026-11-20", "2031-01-01", "1970-01-01", "soon"],
)
def test_what_is_no_later_change_is_none(modified: str) -> None:
    assert changed(read(datePublished=PUBLISHED, dateModified=modified)) == (None, None)


def test_a_change_of_which_only_the_day_is_known_is_a_day() -> None:
    page = read(datePublished=PUBLISHED, dateModified="2026-11-21")
    assert changed(page) == ("2026-11-21T12:00:00+00:00", "day")


def test_a_change_is_known_where_the_publication_is_not() -> None:
    assert changed(read(dateModified="2026-11-21T09:00:00Z")) == ("2026-11-21T09:00:00+00:00", "second")


def test_the_feeds_time_of_change_is_kept_also_without_a_page() -> None:
    published, updated = datetime(2026, 11, 20, 10, tzinfo=UTC), datetime(2026, 11, 20, 15, tzinfo=UTC)
    hints = Hints(title="Talks", published=published, published_precision="second", updated=updated)
    assert read(hints=hints).updated == updated
    entry = read_page("entry", TEXT.encode(), "text/html", "https://a.example/talks", hints, NOW)
    assert isinstance(entry, Extraction) and entry.updated == updated
