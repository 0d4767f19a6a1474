from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.errors import ArchiveError
from crawler.archive.archive import Archive, open_archive
from crawler.archive.frontier import know
from crawler.archive.leases import Owner
from crawler.archive.pages import keep_page
from crawler.page import Hints, RawPage
from crawler.urls import article_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
OWNER = Owner("indexer")
HINTS = Hints(
    title="Мир",
    published=NOW,
    published_precision="second",
    authors=("A", "B"),
    language="ru",
    html="<p>x</p>",
    updated=NOW + timedelta(hours=2),
    lacks_zone=True,
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return open_archive(tmp_path)


def add(archive: Archive, name: str, body: bytes = b"body", *, at: datetime = NOW, hints: Hints | None = None) -> bool:
    url = f"https://example.com/{name}"
    page = RawPage(url=url, body=body, content_type="text/html", kind="document", hints=hints or Hints())
    archive.bodies.put({page.body_hash: body})
    with archive.database.write() as connection:
        serial = know(connection, url, source="s", feed="s/1", now=at)
        return keep_page(connection, serial, page, source="s", feed="s/1", collected=at)


def claim(archive: Archive, limit: int = 10, now: datetime = NOW) -> list[int]:
    return [page.number for page in archive.claim_pages(limit, now, LEASE, OWNER)]


def test_a_claimed_page_has_everything_that_was_stored(archive: Archive) -> None:
    add(archive, "a", hints=HINTS)
    (page,) = archive.claim_pages(10, NOW, LEASE, OWNER)
    assert page.id == article_id("https://example.com/a")
    assert (page.serial, page.url, page.collected, page.first_collected) == (1, "https://example.com/a", NOW, NOW)
    assert page.hints == HINTS
    assert (page.attempts, page.crashes) == (1, 0)
    assert archive.body(page.number) == b"body"


def test_pages_are_claimed_once_each_and_oldest_first(archive: Archive) -> None:
    for name in "abc":
        add(archive, name)
    assert claim(archive, 2) == [1, 2]
    assert claim(archive, 2) == [3]
    assert claim(archive) == []


def test_an_expired_claim_can_be_taken_again(archive: Archive) -> None:
    add(archive, "a")
    assert claim(archive) == [1]
    assert claim(archive, now=NOW + LEASE) == [1]


def test_a_claim_from_before_the_clock_was_set_back_is_void(archive: Archive) -> None:
    add(archive, "a")
    claim(archive)
    assert claim(archive, now=NOW - timedelta(hours=1)) == [1]


def test_finished_pages_are_not_claimed_again(archive: Archive) -> None:
    add(archive, "a")
    add(archive, "b")
    claim(archive)
    archive.finish_pages({1: ("indexed", ""), 2: ("no_text", "only a menu")})
    assert claim(archive, now=NOW + LEASE) == []
    assert archive.count_pages_by_state() == {"indexed": 1, "no_text": 1}
    (kept,) = archive.pages_of(article_id("https://example.com/b"))
    assert (kept.state, kept.detail) == ("no_text", "only a menu")


def test_released_pages_are_pending_at_once(archive: Archive) -> None:
    add(archive, "a")
    claim(archive)
    assert archive.give_back_pages(OWNER) == 1
    assert claim(archive) == [1]


def test_crashes_are_counted_across_claims(archive: Archive) -> None:
    add(archive, "a")
    assert [archive.record_crash(1), archive.record_crash(1)] == [1, 2]
    assert archive.claim_pages(1, NOW, LEASE, OWNER)[0].crashes == 2


def test_an_identical_body_adds_no_page_and_a_different_body_is_a_revision(archive: Archive) -> None:
    assert add(archive, "a", b"one")
    assert not add(archive, "a", b"one")
    assert add(archive, "a", b"two", at=NOW + timedelta(days=1))
    first, second = archive.claim_pages(10, NOW, LEASE, OWNER)
    assert (first.serial, first.first_collected) == (second.serial, second.first_collected)
    assert first.number < second.number


def test_a_body_that_comes_back_is_a_revision_too(archive: Archive) -> None:
    assert [add(archive, "a", body) for body in (b"one", b"two", b"one")] == [True, True, True]


def test_an_identical_body_is_extracted_again_when_a_newer_entry_says_more_of_it(archive: Archive) -> None:
    first = Hints(title="Talks", published=NOW, published_precision="second", html="<p>old</p>")
    add(archive, "a", hints=first)
    claim(archive)
    archive.finish_pages({1: ("indexed", "")})
    newer = Hints(title="Talks fail", published=NOW + LEASE, published_precision="second", updated=NOW + LEASE)
    assert not add(archive, "a", hints=newer)
    (page,) = archive.claim_pages(10, NOW, LEASE, OWNER)
    assert page.hints == replace(first, title="Talks fail", updated=NOW + LEASE)
    archive.finish_pages({1: ("indexed", "")})
    assert not add(archive, "a", hints=newer)
    assert not add(archive, "a", hints=replace(newer, updated=NOW))
    assert not add(archive, "a")
    assert claim(archive) == []


def test_what_becomes_known_of_a_page_while_it_is_extracted_is_not_lost(archive: Archive) -> None:
    add(archive, "a")
    claim(archive)
    add(archive, "a", hints=HINTS)
    archive.finish_pages({1: ("indexed", "")})
    (page,) = archive.claim_pages(10, NOW, LEASE, OWNER)
    assert page.hints == HINTS


def test_the_oldest_pending_page_shows_how_far_behind_the_indexer_is(archive: Archive) -> None:
    assert archive.oldest_pending() is None
    add(archive, "a")
    add(archive, "b", at=NOW + timedelta(hours=1))
    assert archive.oldest_pending() == NOW
    claim(archive, 1)
    archive.finish_pages({1: ("indexed", "")})
    assert archive.oldest_pending() == NOW + timedelta(hours=1)


def test_a_batch_larger_than_one_statement_is_claimed_completely(archive: Archive) -> None:
    with archive.database.write() as connection:
        for n in range(1_200):
            serial = know(connection, f"https://example.com/{n}", source="s", feed="s/1", now=NOW)
            page = RawPage(url="u", body=b"x", content_type="text/html", kind="document")
            keep_page(connection, serial, page, source="s", feed="s/1", collected=NOW)
    assert claim(archive, 5_000) == list(range(1, 1_201))


def test_a_missing_page_is_reported(archive: Archive) -> None:
    with pytest.raises(ArchiveError, match="no page 7"):
        archive.body(7)


def test_a_lone_surrogate_in_a_hint_can_be_stored(archive: Archive) -> None:
    add(archive, "a", hints=Hints(title="broken \ud83d end"))
    assert archive.claim_pages(1, NOW, LEASE, OWNER)[0].hints.title == "broken ? end"
