"""`parley reread`: pages of an older extractor, or of one outcome, are extracted anew."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from crawler.archive.archive import Archive, open_archive
from crawler.archive.frontier import count_urls_by_state, know, urls
from indexer.jobs import articles
from tests.support.collected import NOON, TALKS, collect, page_of
from tests.support.installation import Installation

LATER = NOON + timedelta(days=1)


def outdate(archive: Archive) -> None:
    """Leave every article as an older extractor would have."""
    with archive.database.write() as connection:
        connection.execute(update(articles.articles).values(extractor=1))


def test_only_pages_of_an_older_extractor_are_extracted_again(small: Installation) -> None:
    archive = open_archive(small.data)
    collect(archive, "old", page_of("An old report of the talks which was revised on the day after. " * 4))
    collect(archive, "old", page_of(TALKS, "Talks revised"), at=LATER)
    collect(archive, "login", b"")
    small.run("index", "--once")
    outdate(archive)
    id = collect(archive, "new", page_of(TALKS.replace("Geneva", "Vienna")))
    small.run("index", "--once")

    assert small.json("reread")["pages"] == 2  # the newest of "old", and "login"
    assert archive.count_pages_by_state() == {"indexed": 2, "pending": 2}
    small.run("index", "--once")
    assert archive.count_pages_by_state() == {"indexed": 3, "empty": 1}
    assert small.json("reread", "indexed")["pages"] == 0
    assert small.json("show", id)["article"]["title"] == "Talks resume"
    archive.close()


def test_pages_can_be_selected_by_outcome(small: Installation) -> None:
    archive = open_archive(small.data)
    collect(archive, "a", page_of(TALKS))
    collect(archive, "login", b"")
    small.run("index", "--once")
    outdate(archive)
    assert small.json("reread", "empty")["pages"] == 1
    assert archive.count_pages_by_state() == {"indexed": 1, "pending": 1}
    archive.close()


def test_the_error_for_an_unused_outcome_lists_the_existing_ones(small: Installation) -> None:
    archive = open_archive(small.data)
    collect(archive, "login", b"")
    small.run("index", "--once")
    archive.close()
    code, _, error = small.run("reread", "no_texts")
    assert code == 2
    assert 'no page ended in "no_texts"\nexisting outcomes: empty' in error


def test_addresses_that_could_not_be_fetched_can_be_wanted_again(small: Installation) -> None:
    archive = open_archive(small.data)
    collect(archive, "a", page_of(TALKS))
    with archive.database.write() as connection:
        for name, state in (("b", "forbidden"), ("c", "not_found"), ("d", "gone")):
            know(connection, f"http://a.example/{name}", source="s", feed="s/1", now=NOON)
            connection.execute(update(urls).where(urls.c.url == f"http://a.example/{name}").values(state=state))
    assert small.json("reread", "--fetch", "gone") == {
        "pages": 1,
        "message": "1 address waits to be fetched again by `parley run` or `parley crawl`.",
    }
    assert small.json("reread", "--fetch")["pages"] == 2
    with archive.database.read() as connection:
        assert count_urls_by_state(connection) == {"collected": 1, "wanted": 3}
    code, _, error = small.run("reread", "--fetch", "forbiden")
    assert (code, 'no address ended in "forbiden"' in error) == (2, True)
    archive.close()
