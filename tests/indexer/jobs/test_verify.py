from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.archive import Archive, open_archive
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.jobs.articles import Kept, keep_articles, settle
from indexer.jobs.verify import verify
from indexer.themes.sweep import Difference
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.themes import theme_of_words

TRUE = article(serial=1, title="truce", themes=frozenset({"truce"}))
OTHER = article(serial=2, title="peace")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield opened
    opened.close()


def keep(archive: Archive, *articles: Article, settled: int) -> None:
    """Keep the articles; the engine is known to hold the first so many."""
    with archive.database.write() as connection:
        keep_articles(connection, [Kept(item, item.serial, 1) for item in articles])
        settle(connection, [item.serial for item in articles[:settled]])


def test_all_is_true_when_counts_agree_and_no_tag_differs(archive: Archive, engine: Engine) -> None:
    keep(archive, TRUE, OTHER, settled=2)
    fill(engine, TRUE, OTHER)
    found = verify(engine, archive.database, [theme_of_words("truce", "truce"), theme_of_words("arms", "tank")])
    assert found.is_true
    assert (found.kept, found.waiting, found.indexed) == (2, 0, 2)


@pytest.mark.parametrize("held", [(TRUE,), (TRUE, OTHER)], ids=["not yet", "already"])
def test_what_waits_may_be_in_the_engine_or_not(archive: Archive, engine: Engine, held: tuple[Article, ...]) -> None:
    keep(archive, TRUE, OTHER, settled=1)
    fill(engine, *held)
    found = verify(engine, archive.database, [theme_of_words("truce", "truce")])
    assert found.is_true
    assert (found.kept, found.waiting) == (2, 1)


@pytest.mark.parametrize("held", [(), (TRUE, OTHER, article(serial=3))], ids=["lost", "too many"])
def test_an_engine_that_holds_less_or_more_is_not_whole(
    archive: Archive, engine: Engine, held: tuple[Article, ...]
) -> None:
    keep(archive, TRUE, OTHER, settled=1)
    fill(engine, *held)
    assert not verify(engine, archive.database, [theme_of_words("truce", "truce")]).is_whole


def test_tags_that_lack_or_linger_and_themes_that_are_gone_are_named(archive: Archive, engine: Engine) -> None:
    wrong = article(serial=3, title="war", themes=frozenset({"truce", "gone"}))
    keep(archive, wrong, OTHER, settled=2)
    fill(engine, wrong, OTHER)
    found = verify(engine, archive.database, [theme_of_words("truce", "peace")])
    assert found.is_whole
    assert not found.is_true
    assert found.differences == {"truce": Difference(1, 1)}
    assert found.unknown == ["gone"]
