"""What a source repeats is learned while its pages are indexed, and taken out of articles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import DEFAULT_MAX_BYTES
from crawler.archive.archive import Archive, open_archive
from crawler.archive.frontier import know
from crawler.archive.pages import keep_page
from crawler.page import Hints, RawPage
from crawler.urls import article_id
from indexer.copies.index import CopyIndex
from indexer.engine import open_engine
from indexer.extract.lanes import Lanes
from indexer.jobs import reading
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.reading import Reading
from indexer.jobs.reread import reread
from indexer.query.tree import Everything
from indexer.themes.tagger import Tagger
from tests.support.collected import NOON, collect, page_of

NOTICE = "Subscribe to our letter, which arrives every morning at seven and costs nothing at all"
WALL = "The archive of this outlet has moved to another house and opens again in the spring of next year"

TITLES = ("Ministers meet at the lake", "Grain prices fall again", "Bridge closed until spring", "Museum finds old map")


@pytest.fixture(scope="module")
def lanes() -> Iterator[Lanes]:
    with Lanes(1, 20, DEFAULT_MAX_BYTES) as opened:
        yield opened


@pytest.fixture
def pipeline(tmp_path: Path, lanes: Lanes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipeline]:
    monkeypatch.setattr(reading, "STORE_EVERY", 600.0)  # a batch is learned from as a whole, however slow the machine
    archive = open_archive(tmp_path)
    engine = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield Pipeline(
        archive=archive, engine=engine, reading=Reading(archive, lanes), copies=CopyIndex(30), tagger=Tagger([])
    )
    engine.close()
    archive.close()


def story(number: int) -> str:
    words = (
        "harbour",
        "crossing",
        "customs house",
        "eastern bank",
        "railway",
        "grain silo",
        "power station",
        "airfield",
    )
    place = words[number % len(words)]
    first = f"Observers counted {number + 11} lorries near the {place} on Monday"
    return f"{first}. Nobody at the {place} knew who had sent number {number}"


def add(archive: Archive, number: int, text: str) -> str:
    return collect(archive, f"{number}", page_of(text, f"Report {number} from the shore"))


def texts(pipeline: Pipeline) -> dict[str, str]:
    return {article.id: article.text for article in pipeline.engine.scan(Everything())}


def index(pipeline: Pipeline) -> None:
    while pipeline.work(NOON + timedelta(hours=1)):
        pass


def test_a_notice_on_many_pages_is_left_out_of_later_ones_and_by_a_reread_of_earlier_ones(pipeline: Pipeline) -> None:
    for number in range(8):
        add(pipeline.archive, number, f"{story(number)}. {NOTICE}")
    index(pipeline)
    assert all(NOTICE in text for text in texts(pipeline).values())
    later = add(pipeline.archive, 8, f"{story(8)}. {NOTICE}")
    index(pipeline)
    assert NOTICE not in texts(pipeline)[later]
    assert "without 1 line that" in pipeline.archive.pages_of(later)[0].detail
    assert reread(pipeline.archive.database, ["indexed"]) == 8
    index(pipeline)
    assert len(texts(pipeline)) == 9
    assert not any(NOTICE in text for text in texts(pipeline).values())
    assert reread(pipeline.archive.database, ["indexed"]) == 0


def test_one_text_under_different_titles_is_withdrawn_once_it_is_known(pipeline: Pipeline) -> None:
    own = [add(pipeline.archive, number, story(number)) for number in range(5)]
    walls = [
        collect(pipeline.archive, f"wall/{number}", page_of(WALL, "Courier"), hints=Hints(title=title))
        for number, title in enumerate(TITLES)
    ]
    index(pipeline)
    assert set(texts(pipeline)) == set(own)
    assert {pipeline.archive.pages_of(id)[0].state for id in walls} == {"not_an_article"}


def test_a_source_without_repetitions_is_left_alone(pipeline: Pipeline) -> None:
    ids = [add(pipeline.archive, number, story(number)) for number in range(12)]
    index(pipeline)
    assert set(texts(pipeline)) == set(ids)
    assert reread(pipeline.archive.database, ["indexed"]) == 0


def test_an_article_of_several_pages_is_marked_as_partial(pipeline: Pipeline) -> None:
    links = b"<div><a href='?page=2'>2</a> <a href='?page=3'>3</a></div></body>"
    id = collect(pipeline.archive, "long", page_of(". ".join(map(story, range(4)))).replace(b"</body>", links))
    index(pipeline)
    assert pipeline.archive.pages_of(id)[0].detail == "only this one of at least 3 pages of the article"


def land(archive: Archive, number: int, title: str) -> str:
    """Store a page that an address of its own led to by a redirect, with a text that changes from visit to visit."""
    url, body = f"https://outlet.example/reports/{number}-of-the-day", page_of(f"{WALL}. {story(number)}", "Courier")
    page = RawPage(
        url="https://outlet.example/our-new-house",
        body=body,
        content_type="text/html",
        kind="document",
        hints=Hints(title=title),
    )
    archive.bodies.put({page.body_hash: body})
    with archive.database.write() as connection:
        serial = know(connection, url, source="outlet", feed="outlet/1", now=NOON)
        keep_page(connection, serial, page, source="outlet", feed="outlet/1", collected=NOON)
    return article_id(url)


def test_a_page_to_which_several_addresses_lead_is_withdrawn_once_it_is_known(pipeline: Pipeline) -> None:
    own = [add(pipeline.archive, number, story(number)) for number in range(5)]
    landed = [land(pipeline.archive, number, title) for number, title in enumerate(TITLES)]
    index(pipeline)
    assert set(texts(pipeline)) == set(own)
    assert {pipeline.archive.pages_of(id)[0].state for id in landed} == {"not_an_article"}
