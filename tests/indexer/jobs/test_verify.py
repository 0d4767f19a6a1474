from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.archive import Archive, open_archive
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.jobs.articles import KeptArticle, keep_articles, settle
from indexer.jobs.verify import verify
from indexer.themes.sweep import Difference
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.themes import theme_of_words

TAGGED = article(serial=1, title="truce", themes=frozenset({"truce"}))
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
    """Keep the articles and settle the first ones of them."""
    with archive.database.write() as connection:
        keep_articles(connection, [KeptArticle(item, item.serial, 1) for item in articles])
        settle(connection, [item.serial for item in articles[:settled]])


def test_all_is_correct_when_counts_match_and_no_tag_differs(archive: Archive, engine: Engine) -> None:
    keep(archive, TAGGED, OTHER, settled=2)
    fill(engine, TAGGED, OTHER)
    verdict = verify(engine, archive, [theme_of_words("truce", "truce"), theme_of_words("arms", "tank")])
    assert verdict.is_correct
    assert (verdict.kept, verdict.waiting, verdict.indexed) == (2, 0, 2)


@pytest.mark.parametrize("stored", [(TAGGED,), (TAGGED, OTHER)], ids=["not yet", "already"])
def test_waiting_articles_may_be_in_the_engine_or_not(
    archive: Archive, engine: Engine, stored: tuple[Article, ...]
) -> None:
    keep(archive, TAGGED, OTHER, settled=1)
    fill(engine, *stored)
    verdict = verify(engine, archive, [theme_of_words("truce", "truce")])
    assert verdict.is_correct
    assert (verdict.kept, verdict.waiting) == (2, 1)


@pytest.mark.parametrize("stored", [(), (TAGGED, OTHER, article(serial=3))], ids=["lost", "too many"])
def test_an_engine_with_too_few_or_too_many_articles_is_not_complete(
    archive: Archive, engine: Engine, stored: tuple[Article, ...]
) -> None:
    keep(archive, TAGGED, OTHER, settled=1)
    fill(engine, *stored)
    assert not verify(engine, archive, [theme_of_words("truce", "truce")]).is_complete


def test_missing_and_stale_tags_and_removed_themes_are_reported(archive: Archive, engine: Engine) -> None:
    wrong = article(serial=3, title="war", themes=frozenset({"truce", "gone"}))
    keep(archive, wrong, OTHER, settled=2)
    fill(engine, wrong, OTHER)
    verdict = verify(engine, archive, [theme_of_words("truce", "peace")])
    assert verdict.is_complete
    assert not verdict.is_correct
    assert verdict.differences == {"truce": Difference(1, 1)}
    assert verdict.unknown == ["gone"]
