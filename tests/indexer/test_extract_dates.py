"""Which of a page's dates is its date of publication."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import read_page

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = (
    "<p>Delegations from both sides met in Geneva on Thursday to resume talks that had been suspended since the spring.</p>"
    * 3
)
JSON_LD = (
    '<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Talks", "datePublished": "{}"}}</script>'
)
META = '<meta property="article:published_time" content="{}">'


def read(
    head: str = "", body: str = "", *, url: str = "https://a.example/talks", hints: Hints | None = None
) -> Extraction:
    html = f"<!doctype html><html lang=en><head>{head}</head><body><article><h1>Talks</h1>{body}{TEXT}</article></body></html>"
    result = read_page("document", html.encode(), "text/html", url, hints or Hints(), NOW)
    assert isinstance(result, Extraction)
    return result


def dated(result: Extraction) -> tuple[str, str | None, str | None]:
    at = result.published
    return result.published_from, result.published_precision, at.isoformat() if at else None


def test_json_ld_outranks_meta_time_and_address() -> None:
    head = JSON_LD.format("2026-11-20T10:00:00+02:00") + META.format("2026-11-19T10:00:00Z")
    found = read(head, "<time datetime='2026-11-18T10:00:00Z'></time>", url="https://a.example/2026/11/17/talks")
    assert dated(found) == ("json-ld", "second", "2026-11-20T08:00:00+00:00")


def test_meta_outranks_time_elements() -> None:
    found = read(META.format("2026-11-19T10:00:00Z"), "<time datetime='2026-11-18T10:00:00Z'></time>")
    assert dated(found) == ("meta", "second", "2026-11-19T10:00:00+00:00")


def test_the_time_of_a_change_is_the_date_only_where_nothing_else_says_one() -> None:
    changed = Hints(published=NOW, published_precision="second", is_change=True)
    assert dated(read(JSON_LD.format("2026-11-20T10:00:00Z"), hints=changed))[0] == "json-ld"
    assert dated(read(url="https://a.example/2026/11/17/talks", hints=changed))[0] == "url"
    assert dated(read(hints=changed)) == ("feed", "second", NOW.isoformat())


def test_time_elements_of_other_articles_do_not_count() -> None:
    found = read(
        "", "<aside><time datetime='2026-11-01T10:00:00Z'></time></aside><time datetime='2026-11-18T10:00:00Z'></time>"
    )
    assert dated(found) == ("time", "second", "2026-11-18T10:00:00+00:00")


def test_the_address_gives_the_day() -> None:
    assert dated(read(url="https://a.example/2026/11/17/talks")) == ("url", "day", "2026-11-17T12:00:00+00:00")


def test_a_day_takes_its_time_from_a_lower_statement_of_the_same_day() -> None:
    found = read(JSON_LD.format("2026-11-20") + META.format("2026-11-20T16:30:00Z"))
    assert dated(found) == ("meta", "second", "2026-11-20T16:30:00+00:00")


def test_a_day_keeps_its_precision_when_nobody_knows_the_time() -> None:
    found = read(JSON_LD.format("2026-11-20") + META.format("2026-10-01T16:30:00Z"))
    assert dated(found) == ("json-ld", "day", "2026-11-20T12:00:00+00:00")


def test_the_feed_outranks_the_page() -> None:
    hints = Hints(published=datetime(2026, 11, 21, 9, 5, tzinfo=UTC), published_precision="second")
    assert dated(read(JSON_LD.format("2026-11-20T10:00:00Z"), hints=hints)) == (
        "feed",
        "second",
        "2026-11-21T09:05:00+00:00",
    )


def test_a_feed_that_knows_the_day_takes_the_time_of_the_page() -> None:
    hints = Hints(published=datetime(2026, 11, 20, 12, tzinfo=UTC), published_precision="day")
    assert dated(read(JSON_LD.format("2026-11-20T08:15:00Z"), hints=hints)) == (
        "json-ld",
        "second",
        "2026-11-20T08:15:00+00:00",
    )


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=30)])
def test_an_impossible_feed_date_leaves_the_page_to_speak(at: datetime) -> None:
    hints = Hints(published=at, published_precision="second")
    assert dated(read(JSON_LD.format("2026-11-20T10:00:00Z"), hints=hints))[0] == "json-ld"


@pytest.mark.parametrize("date", ["1970-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "soon"])
def test_an_impossible_date_is_none_and_never_the_time_of_collection(date: str) -> None:
    assert dated(read(JSON_LD.format(date))) == ("none", None, None)


def test_an_undated_page_says_so() -> None:
    assert dated(read()) == ("none", None, None)


def test_broken_json_ld_still_gives_its_date() -> None:
    broken = JSON_LD.format("2026-11-20T10:00:00Z").replace('"Talks"', '"The "other" talks"')
    assert dated(read(broken)) == ("json-ld", "second", "2026-11-20T10:00:00+00:00")


def test_json_ld_of_linked_articles_does_not_count() -> None:
    listed = """<script type="application/ld+json">{"@type": "ItemList", "itemListElement": [
        {"@type": "NewsArticle", "headline": "Other", "datePublished": "2026-01-01T00:00:00Z"}]}</script>"""
    assert dated(read(listed + META.format("2026-11-19T10:00:00Z")))[0] == "meta"


def test_a_time_with_a_zone_beats_the_same_time_without_one() -> None:
    page = read(JSON_LD.format("2026-11-20 00:30:00.0") + META.format("2026-11-20T00:30:00+02:00"))
    assert dated(page) == ("meta", "second", "2026-11-19T22:30:00+00:00")


def test_the_feeds_time_without_a_zone_gives_way_to_the_page() -> None:
    hints = Hints(published=datetime(2026, 11, 20, 9, 5, tzinfo=UTC), published_precision="second", lacks_zone=True)
    page = read(JSON_LD.format("2026-11-20T09:05:00+02:00"), hints=hints)
    assert dated(page) == ("json-ld", "second", "2026-11-20T07:05:00+00:00")


def test_a_time_without_a_zone_stays_when_others_speak_of_another_moment() -> None:
    page = read(JSON_LD.format("2026-11-20 00:30") + META.format("2026-11-18T00:30:00+02:00"))
    assert dated(page) == ("json-ld", "second", "2026-11-20T00:30:00+00:00")


def test_a_day_takes_its_time_from_the_statement_that_has_a_zone() -> None:
    body = "<time datetime='2026-11-20T17:30:00+01:00'></time>"
    page = read(JSON_LD.format("2026-11-20") + META.format("2026-11-20 17:30"), body)
    assert dated(page) == ("time", "second", "2026-11-20T16:30:00+00:00")
