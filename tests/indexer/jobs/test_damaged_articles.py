"""Damaged articles are set aside by name; everything else goes on, and their pages are extracted again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from config.settings import DEFAULT_MAX_BYTES
from crawler.archive import damage
from crawler.archive.archive import DATABASE, Archive, open_archive
from crawler.page import Hints, hash_of
from indexer.article import Article
from indexer.copies.index import CopyIndex
from indexer.copies.tables import texts
from indexer.engine import Engine, open_engine
from indexer.extract.lanes import Lanes
from indexer.jobs import articles
from indexer.jobs.articles import iterate_articles
from indexer.jobs.linking import link_again
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.prune import prune
from indexer.jobs.reading import Reading
from indexer.jobs.rebuild import rebuild
from indexer.jobs.reread import reread
from indexer.jobs.verify import verify
from indexer.query.tree import Everything
from indexer.stored_form import pack
from indexer.themes.tagger import Tagger
from tests.support.builders import article
from tests.support.collected import NOON, TALKS, collect, page_of
from tests.support.pipelines import work_until_done

PAGES = [page_of(f"Number {n}. {TALKS} The end of day {n}.", f"Talks, day {n}") for n in range(3)]
_flip_at = Random(7).random


@pytest.fixture(scope="module")
def lanes() -> Iterator[Lanes]:
    with Lanes(1, 20, DEFAULT_MAX_BYTES) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"tantivy:{tmp_path / 'index'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_engine(url, writable=True)
    yield opened
    opened.close()


@pytest.fixture
def pipeline(archive: Archive, engine: Engine, lanes: Lanes) -> Pipeline:
    """Return a pipeline that has indexed three pages."""
    made = Pipeline(
        archive=archive, engine=engine, reading=Reading(archive, lanes), copies=CopyIndex(30), tagger=Tagger([])
    )
    for number, body in enumerate(PAGES):
        collect(archive, str(number), body, hints=Hints(title=f"Talks, day {number}"))
    work_until_done(made)
    return made


def change(archive: Archive, column: str, new: object, *, serial: int = 2) -> None:
    """Change a column of an article as a failing disk would, behind the back of everything that knows its form."""
    with sqlite3.connect(archive.database.path) as connection:
        connection.execute(f"UPDATE articles SET {column} = ? WHERE serial = ?", (new, serial))
    connection.close()


def stored(archive: Archive, serial: int = 2) -> bytes:
    with archive.database.read() as connection:
        return bytes(
            connection.execute(
                select(articles.articles.c.data).where(articles.articles.c.serial == serial)
            ).scalar_one()
        )


def flipped(data: bytes) -> bytes:
    changed = bytearray(data)
    changed[int(_flip_at() * len(data))] ^= 1 << int(_flip_at() * 8)
    return bytes(changed)


def kept(archive: Archive) -> list[Article]:
    return [article for batch in iterate_articles(archive.database) for article in batch]


DAMAGES: dict[str, Callable[[bytes], object]] = {
    **{f"flipped {n}": flipped for n in range(12)},
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "another one's": lambda data: pack(article(serial=3)),
    "a list": lambda data: pack(article(serial=2))[:4] + b"[]",
    "text": lambda data: "text",
    "number": lambda data: 10**12,
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_article_is_set_aside_by_name_and_read_again_from_its_page(pipeline: Pipeline, kind: str) -> None:
    archive, before = pipeline.archive, kept(pipeline.archive)
    change(archive, "data", DAMAGES[kind](stored(archive)))
    assert kept(archive) == [before[0], before[2]]
    with archive.database.read() as connection:
        (row,) = damage.recorded(connection)
    assert (row.place, row.row, row.is_repaired) == ("articles", before[1].id, False)
    assert archive.count_pages_by_state() == {"indexed": 2, "pending": 1}
    work_until_done(pipeline)
    assert kept(archive) == before
    assert verify(pipeline.engine, archive, []).is_correct
    with archive.database.read() as connection:
        assert damage.count(connection).repaired == 1


@pytest.mark.parametrize(
    ("column", "new"), [("id", "0" * 32), ("form", 77), ("form", 5), ("extractor", "x"), ("page", 99)]
)
def test_other_damaged_columns_of_an_article_end_in_the_same_state(
    pipeline: Pipeline, column: str, new: object
) -> None:
    archive, before = pipeline.archive, kept(pipeline.archive)
    change(archive, column, new)
    assert {item.id for item in kept(archive)} >= {before[0].id, before[2].id}
    work_until_done(pipeline)
    assert kept(archive) == before


def test_every_job_goes_on_without_the_damaged_article(pipeline: Pipeline, url: str) -> None:
    archive = pipeline.archive
    for job in ("waiting", "linking", "learning", "prune"):
        change(archive, "data", b"damaged")
        change(archive, "waiting", 1)
        change(archive, "linking", 0)
        match job:
            case "waiting":
                pipeline.work(NOON)
            case "linking":
                link_again(archive.database, CopyIndex(30), progress=lambda _: None)
            case "learning":
                reread(archive.database, ["indexed"])
            case "prune":
                assert prune(archive, pipeline.engine, NOON.replace(year=2020), progress=lambda _: None).articles == 0
        work_until_done(pipeline)
        assert len(kept(archive)) == 3, job


def test_a_rebuilt_index_has_the_damaged_article_as_the_old_one_had_it(pipeline: Pipeline, url: str) -> None:
    change(pipeline.archive, "data", b"damaged")
    rebuilt = rebuild(
        url,
        pipeline.archive.database,
        Tagger([]),
        (),
        progress=lambda _done, _total: None,
        before_swap=pipeline.engine.close,
    )
    assert rebuilt.count(Everything()) == 3
    rebuilt.close()


def test_an_index_in_another_engine_has_the_damaged_article_as_the_one_in_use_has_it(
    pipeline: Pipeline, url: str, tmp_path: Path
) -> None:
    before = kept(pipeline.archive)
    change(pipeline.archive, "data", b"damaged")
    filled = rebuild(
        f"tantivy:{tmp_path / 'other'}",
        pipeline.archive.database,
        Tagger([]),
        (),
        progress=lambda _done, _total: None,
        in_use=url,
    )
    assert filled.get([before[1].id])[before[1].id].text == before[1].text
    assert filled.count(Everything()) == 3
    filled.close()


def test_an_article_whose_page_is_lost_too_is_taken_from_the_engine(pipeline: Pipeline) -> None:
    before = kept(pipeline.archive)
    change(pipeline.archive, "data", b"damaged")
    pipeline.archive.bodies.remove([hash_of(PAGES[1])])
    assert len(kept(pipeline.archive)) == 2
    work_until_done(pipeline)
    assert kept(pipeline.archive) == before
    assert pipeline.archive.count_pages_by_state() == {"indexed": 2, "body_lost": 1}


def test_a_sound_article_stays_when_the_body_of_its_page_is_lost(pipeline: Pipeline) -> None:
    pipeline.archive.bodies.remove([hash_of(PAGES[1])])
    with pipeline.archive.database.write() as connection:
        connection.exec_driver_sql("UPDATE articles SET extractor = 0")
    reread(pipeline.archive.database, ["indexed"])
    work_until_done(pipeline)
    assert len(kept(pipeline.archive)) == pipeline.engine.count(Everything()) == 3


def test_damaged_hints_of_a_page_are_left_out_and_named(pipeline: Pipeline) -> None:
    for number, bad in enumerate(
        ('{"title": "x', '{"published": "yesterday"}', '{"unknown": 1}', "[]", '{"title": 5}')
    ):
        with pipeline.archive.database.write() as connection:
            connection.exec_driver_sql("UPDATE pages SET state = 'pending', hints = ? WHERE number = 1", (bad,))
            connection.exec_driver_sql("UPDATE articles SET extractor = 0")
            connection.exec_driver_sql("DELETE FROM damaged")
        work_until_done(pipeline)
        assert len(kept(pipeline.archive)) == 3, number
        with pipeline.archive.database.read() as connection:
            (row,) = damage.recorded(connection)
        assert (row.place, row.is_repaired) == ("pages", True)


def test_a_damaged_text_of_the_copy_index_is_dropped_and_its_article_linked_anew(pipeline: Pipeline) -> None:
    with pipeline.archive.database.write() as connection:
        connection.exec_driver_sql("UPDATE copy_texts SET content = x'00' WHERE number = 1")
    collect(pipeline.archive, "late", page_of(f"Number 0. {TALKS} The end of day 0, at night.", "Talks, late"))
    work_until_done(pipeline)
    assert len(kept(pipeline.archive)) == 4
    link_again(pipeline.archive.database, CopyIndex(30), progress=lambda _: None)
    with pipeline.archive.database.read() as connection:
        assert len(connection.execute(select(texts.c.number)).all()) == 4


def test_verify_names_articles_that_differ_in_an_index_restored_from_an_older_copy(pipeline: Pipeline) -> None:
    (first, *_) = kept(pipeline.archive)
    pipeline.engine.add([article(serial=first.serial, id=first.id, title="An earlier title")])
    pipeline.engine.refresh()
    verdict = verify(pipeline.engine, pipeline.archive, [])
    assert (verdict.is_complete, verdict.is_correct, verdict.different) == (True, False, [first.id])


def test_verify_finds_a_damaged_body(pipeline: Pipeline) -> None:
    with pipeline.archive.bodies.database.write() as connection:
        connection.exec_driver_sql("UPDATE bodies SET data = x'00' WHERE hash = ?", (hash_of(PAGES[1]),))
    assert verify(pipeline.engine, pipeline.archive, []).files == pipeline.archive.find_damage()
    assert f"1 body of a page is missing or damaged, such as {hash_of(PAGES[1])}" in pipeline.archive.find_damage()[0]


def test_an_archive_with_damaged_pages_of_its_file_is_named_by_verify(pipeline: Pipeline, tmp_path: Path) -> None:
    pipeline.archive.database.close()
    path = tmp_path / DATABASE
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'feeds_due'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * 16)
    assert str(path) in " ".join(verify(pipeline.engine, pipeline.archive, []).files)
    assert str(path) in " ".join(pipeline.archive.find_damage())
