"""Pages say in words why there is nothing, not yet, or not any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from lxml import html

from crawler.archive import feeds
from crawler.archive.archive import open_archive
from crawler.presence import Heartbeat, write_heartbeat
from monitor.app import App
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.web import client_of, serving

NOW = datetime.now(UTC)
PAGES = ("/", "/themes/truce", "/search?q=truce", "/compare", "/articles/01234567")


@pytest.fixture
def client(small: Installation) -> Iterator[httpx.Client]:
    with serving(App.load()) as address, client_of(address) as client:
        yield client


def text(page: str) -> str:
    whole: html.HtmlElement = html.fromstring(page)
    return " ".join(whole.text_content().split())


def beat(small: Installation, role: str = "crawler", doing: str = "collecting", trouble: str = "") -> None:
    heartbeat = Heartbeat(pid=1, at=datetime.now(UTC), doing=doing, trouble=trouble, under_way=0)
    write_heartbeat(small.data, "crawler" if role == "crawler" else "indexer", heartbeat)


def poll(small: Installation, app: App, **values: object) -> None:
    """Let every feed have been polled."""
    archive = open_archive(small.data)
    with archive.database.write() as connection:
        feeds.sync(connection, [one for source in app.sources for one in source.feeds], NOW)
        row = {"last_poll": NOW - timedelta(minutes=20), "outcome": "unchanged", "next_due": NOW + timedelta(hours=1)}
        connection.execute(feeds.feeds.update().values(**(row | values)))
    archive.close()


def test_an_empty_installation_says_how_to_begin(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "No crawler is running and the archive is empty" in text(answer.text)
    assert "refresh" not in answer.headers


@pytest.mark.parametrize("path", PAGES[:-1])
def test_with_an_index_that_is_empty_every_page_says_how_to_begin(
    client: httpx.Client, small: Installation, path: str
) -> None:
    small.keep()
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Start one with parley run, or look around with parley demo" in text(answer.text)


def test_a_first_run_in_which_nothing_responds_says_so_and_promises_nothing(
    client: httpx.Client, small: Installation
) -> None:
    poll(small, App.load(), outcome="no_response", failures=1)
    beat(small)
    begun = text(client.get("/").text)
    assert "feeds responds; is this machine connected to the internet?" in begun
    assert "within a minute" not in begun
    poll(small, App.load(), failures=0)
    assert "internet" not in text(client.get("/").text)
    beat(small, doing="paused", trouble="no server responds")
    assert "Collecting is paused; parley status says why." in text(client.get("/").text)


def test_a_first_run_shows_how_far_it_is(client: httpx.Client, small: Installation) -> None:
    poll(small, App.load())
    beat(small)
    answer = client.get("/")
    assert "Collecting has begun" in text(answer.text)
    assert html.fromstring(answer.text).xpath("//progress/@value") == html.fromstring(answer.text).xpath(
        "//progress/@max"
    )
    assert answer.headers["refresh"] == "5"


@pytest.mark.parametrize("path", PAGES)
def test_without_an_archive_no_page_shows_a_path_or_a_trace(
    client: httpx.Client, small: Installation, path: str
) -> None:
    for file in small.data.glob("*.db*"):
        file.unlink()
    with serving(App.load()) as address:
        answer = httpx.get(f"{address}{path}", timeout=60)
    assert answer.status_code in (200, 503)
    assert str(small.data) not in answer.text
    assert "the archive is empty" in text(answer.text)


@pytest.mark.parametrize("path", PAGES[:-1])
def test_an_engine_that_is_away_is_named_and_header_and_sources_stay(
    small: Installation, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    small.keep(article(text="truce", published=NOW))
    monkeypatch.setenv("PARLEY_ENGINE", "elasticsearch://127.0.0.1:9/parley")
    with serving(App.load()) as address, client_of(address) as client:
        answer = client.get(path)
        assert answer.status_code == 503
        assert "Elasticsearch is unreachable" in text(answer.text)
        assert "Nothing is lost" in text(answer.text)
        assert client.get("/sources").status_code == 200


def test_a_stopped_crawler_is_named_with_the_last_poll(client: httpx.Client, small: Installation) -> None:
    small.keep(article(text="truce", published=NOW))
    poll(small, App.load())
    assert "Nothing new since" in text(client.get("/").text)


def test_a_feed_that_needs_a_look_is_named_on_the_overview(client: httpx.Client, small: Installation) -> None:
    small.keep(article(text="truce", published=NOW))
    poll(small, App.load(), failures=3, outcome="not_found", failing_since=NOW)
    beat(small)
    assert "feeds need a look" in text(client.get("/").text)


def test_an_overview_on_which_all_is_well_says_when_feeds_were_last_polled(
    client: httpx.Client, small: Installation
) -> None:
    small.keep(article(text="truce", published=NOW))
    poll(small, App.load())
    beat(small)
    said = text(client.get("/").text)
    assert re.search(r"All \d+ feeds deliver, last (on .*)?at \d\d:\d\d; nothing waits to be indexed\.", said)
    assert "needs a look" not in said


def test_too_little_is_not_compared(client: httpx.Client, small: Installation) -> None:
    small.keep(article(text="truce", published=NOW - timedelta(hours=1), themes=frozenset({"truce"})))
    assert "1 article in 24 hours, too few to compare. Look at 7 days." in text(client.get("/?for=1d").text)
    theme = text(client.get("/themes/truce").text)
    assert "1 article in 60 days. Too few for a share over time" in theme
    assert "No spike in this period" in theme


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (1, "1 article has no known date and is in no day. Show it"),
        (2, "2 articles have no known date and are in no day. Show them"),
    ],
)
def test_articles_without_a_date_are_named_beside_the_chart_and_shown(
    client: httpx.Client, small: Installation, number: int, sentence: str
) -> None:
    themes = frozenset({"truce"})
    small.keep(*(article(serial=serial, published=None, themes=themes) for serial in range(1, number + 1)))
    page = client.get("/themes/truce").text
    assert sentence in text(page)
    [link] = [str(a.get("href")) for a in html.fromstring(page).iter("a") if "undated" in a.get("href", "")]
    assert re.search(rf"\b{number} (article|stor)", text(client.get(link).text))


def test_a_theme_whose_tags_are_behind_says_so(client: httpx.Client, small: Installation) -> None:
    small.keep(article(text="truce", published=NOW))
    small.record_version("truce")
    assert "Version 1 is not applied yet. No indexer is running" in text(client.get("/themes/truce").text)
    beat(small, "indexer", "sweeping truce: 2,000 of 5,000 articles")
    assert "Version 1 is being applied. Sweeping truce: 2,000 of 5,000 articles." in text(
        client.get("/themes/truce").text
    )


def test_what_lies_outside_of_the_period_is_counted(client: httpx.Client, small: Installation) -> None:
    small.keep(article(text="truce", published=NOW - timedelta(days=20)))
    page = text(client.get("/search?q=truce&for=7d").text)
    assert "Nothing in this period. 1 article at other times, the newest of" in page
    assert "nor at any other time" in text(client.get("/search?q=truce+-truce&for=7d").text)


def test_an_article_that_is_gone_is_no_riddle(client: httpx.Client, small: Installation) -> None:
    small.keep(article(text="truce", published=NOW))
    answer = client.get("/articles/0123456789abcdef")
    assert answer.status_code == 404
    assert "No article has this id" in text(answer.text)


@pytest.mark.parametrize("day", ["2026-11-20", "1900-01-01", "2999-12-31"])
def test_any_day_can_be_asked_why(client: httpx.Client, small: Installation, day: str) -> None:
    small.keep(article(text="truce", published=NOW, themes=frozenset({"truce"})))
    answer = client.get(f"/themes/truce?spike={day}")
    assert answer.status_code in (200, 422)
    assert "Traceback" not in answer.text
