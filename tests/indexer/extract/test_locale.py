"""What a source's configuration says about the dates and texts of its pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import read_page
from indexer.extract.locale import Locale

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KYIV = Locale(timezone="Europe/Kyiv", language="uk", day_first=True)
TEXT = "<p>Delegations from both sides met in Geneva on Thursday to resume talks suspended since the spring.</p>" * 3


def read(date: str, locale: Locale, *, lang: str = "", hints: Hints | None = None) -> Extraction:
    head = f'<title>Talks</title><meta property="article:published_time" content="{date}">'
    html = f"<!doctype html><html lang='{lang}'><head>{head}</head><body><h1>Talks</h1>{TEXT}</body></html>"
    result = read_page("document", html.encode(), "text/html", "https://a.example/talks", hints or Hints(), NOW, locale)
    assert isinstance(result, Extraction)
    return result


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-07-20 10:00", "2026-07-20T07:00:00+00:00"),
        ("2026-01-20 10:00", "2026-01-20T08:00:00+00:00"),
        ("20 липня 2026, 10:00", "2026-07-20T07:00:00+00:00"),
        ("2026-07-20T10:00:00Z", "2026-07-20T10:00:00+00:00"),
        ("2026-07-20 10:00 MSK", "2026-07-20T07:00:00+00:00"),
    ],
)
def test_a_time_without_a_zone_is_in_that_of_the_source(date: str, expected: str) -> None:
    page = read(date, KYIV)
    assert page.published == datetime.fromisoformat(expected)
    assert page.published_precision == "second"


def test_a_feeds_time_without_a_zone_is_in_that_of_the_source() -> None:
    hints = Hints(published=datetime(2026, 7, 20, 10, tzinfo=UTC), published_precision="second", lacks_zone=True)
    assert read("", KYIV, hints=hints).published == datetime(2026, 7, 20, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "lang", "locale", "day"),
    [
        ("2026-07-19T21:00:00Z", "", KYIV, 20),
        ("2026-07-19T22:00:00Z", "de", Locale(), 20),
        ("2026-01-19T23:00:00.000Z", "pl-PL", Locale(), 20),
        ("2026-07-19T21:00:01Z", "uk", Locale(), None),
        ("2026-07-19T22:00:00Z", "en", Locale(), None),
        ("2026-07-20T00:00:00+02:00", "en", Locale(), 20),
    ],
)
def test_midnight_at_home_written_in_utc_is_a_day(date: str, lang: str, locale: Locale, day: int | None) -> None:
    page = read(date, locale, lang=lang)
    assert page.published is not None
    assert page.published_precision == ("day" if day else "second")
    assert day in (None, page.published.day)


@pytest.mark.parametrize(
    ("lang", "locale", "month"),
    [
        ("de", Locale(), 4),
        ("en-GB", Locale(), 4),
        ("en-US", Locale(), 3),
        ("fr", Locale(day_first=False), 4),
        ("en", Locale(day_first=True), 4),
        ("", Locale(day_first=False), 3),
        ("en", Locale(), None),
    ],
)
def test_numbers_are_read_as_the_page_or_its_source_writes_them(lang: str, locale: Locale, month: int | None) -> None:
    published = read("3/4/2026", locale, lang=lang).published
    assert (published.month if published else None) == month
