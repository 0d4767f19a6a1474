from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from config.settings import DEFAULT_MAX_BYTES
from crawler.archive.archive import Archive, open_archive
from crawler.limits import worker_memory
from indexer.copies.index import CopyIndex, bands, find_outdated, texts
from indexer.copies.signature import VERSION
from indexer.engine import open_engine
from indexer.extract.pool import Pool
from indexer.jobs import articles
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.signatures import renew_signatures
from indexer.themes.tagger import Tagger
from tests.support.collected import NOON, TALKS, collect, page_of


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1, 20, memory=worker_memory(DEFAULT_MAX_BYTES)) as opened:
        yield opened


@pytest.fixture
def pipeline(tmp_path: Path, pool: Pool) -> Iterator[Pipeline]:
    archive, engine = open_archive(tmp_path), open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield Pipeline(archive=archive, engine=engine, pool=pool, copies=CopyIndex(30), tagger=Tagger([]))
    engine.close()
    archive.close()


def remembered(archive: Archive) -> tuple[set[tuple[object, ...]], int]:
    """Return the remembered texts without their numbers, and their number of bands."""
    with archive.database.read() as connection:
        columns = [column for column in texts.c if column is not texts.c.number]
        rows = {tuple(row) for row in connection.execute(select(*columns))}
        return rows, len(connection.execute(select(bands)).all())


def spoil(archive: Archive, version: int) -> None:
    """Turn all signatures into those of another version."""
    with archive.database.write() as connection:
        connection.execute(update(texts).values(version=version, digest=b"0" * 16, shingles=1, minhash=None))
        connection.execute(bands.delete())


@pytest.mark.parametrize("version", [VERSION - 1, VERSION + 1])
def test_signatures_of_another_version_are_recomputed_and_copies_are_detected_again(
    pipeline: Pipeline, version: int
) -> None:
    story = collect(pipeline.archive, "story", page_of(TALKS))
    collect(pipeline.archive, "copy", page_of(TALKS, "The same elsewhere"), at=NOON + timedelta(hours=1))
    pipeline.work(NOON)
    before = remembered(pipeline.archive)
    spoil(pipeline.archive, version)
    done: list[int] = []
    renew_signatures(pipeline.archive.database, progress=done.append)
    assert remembered(pipeline.archive) == before
    assert done == [2]
    late = collect(pipeline.archive, "late", page_of(TALKS, "Once more"), at=NOON + timedelta(hours=2))
    pipeline.work(NOON)
    with pipeline.archive.database.read() as connection:
        (article,) = articles.articles_of(connection, [late])
    assert article.copy_of == story


def test_an_old_signature_whose_article_is_not_kept_is_dropped(pipeline: Pipeline) -> None:
    collect(pipeline.archive, "gone", page_of(TALKS))
    pipeline.work(NOON)
    spoil(pipeline.archive, VERSION - 1)
    with pipeline.archive.database.write() as connection:
        articles.drop(connection, [1])
    renew_signatures(pipeline.archive.database, progress=lambda _: None)
    assert remembered(pipeline.archive) == (set(), 0)


def test_after_an_interruption_the_next_call_does_the_rest(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        collect(pipeline.archive, f"{number}", page_of(f"{number} {TALKS} {number}"))
    pipeline.work(NOON)
    before = remembered(pipeline.archive)
    spoil(pipeline.archive, VERSION - 1)
    monkeypatch.setattr("indexer.jobs.signatures.AT_ONCE", 1)
    with pytest.raises(KeyboardInterrupt):
        renew_signatures(pipeline.archive.database, progress=_interrupt)
    with pipeline.archive.database.read() as connection:
        assert len(find_outdated(connection, 10)) == 2
    renew_signatures(pipeline.archive.database, progress=lambda _: None)
    assert remembered(pipeline.archive) == before


def _interrupt(_done: int) -> None:
    raise KeyboardInterrupt
