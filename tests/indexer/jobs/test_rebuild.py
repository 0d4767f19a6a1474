from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from config.errors import EngineMisconfigured, EngineUnavailable
from crawler.archive.archive import Archive, open_archive
from indexer.article import Article
from indexer.engine import open_engine
from indexer.jobs.articles import KeptArticle, drop, keep_articles
from indexer.jobs.rebuild import rebuild
from indexer.query.tree import Everything
from indexer.themes.tagger import Tagger
from tests.support.builders import article
from tests.support.themes import theme_of_words

TAGGER = Tagger([theme_of_words("truce", "truce")])


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path)
    yield opened
    opened.close()


def keep(archive: Archive, *articles: Article) -> None:
    with archive.database.write() as connection:
        keep_articles(connection, [KeptArticle(item, number, 1) for number, item in enumerate(articles)])


def test_a_rebuilt_index_has_all_kept_articles_tagged_and_replaces_the_old_one(
    archive: Archive, tmp_path: Path
) -> None:
    url = f"tantivy:{tmp_path / 'index'}"
    before = open_engine(url, writable=True)
    before.add([article(serial=99, title="Not in the archive")])
    before.refresh()
    keep(archive, *(article(serial=number, title="truce" if number % 2 else "peace") for number in range(1, 1_203)))
    reports: list[tuple[int, int]] = []
    rebuild(
        url,
        archive.database,
        TAGGER,
        (),
        progress=lambda done, total: reports.append((done, total)),
        before_swap=before.close,
    ).close()
    reader = open_engine(url)
    assert reader.count(Everything()) == 1_202
    assert reader.tally(Everything(), "themes") == {"truce": 601}
    assert reports[0] == (0, 1_202)
    assert reports[-1] == (1_202, 1_202)
    reader.close()


def test_searches_see_the_old_index_until_the_swap(archive: Archive, tmp_path: Path) -> None:
    url = f"tantivy:{tmp_path / 'index'}"
    before = open_engine(url, writable=True)
    before.add([article(serial=1)])
    before.refresh()
    keep(archive, article(serial=1), article(serial=2))
    reader = open_engine(url)
    counts: list[int] = []

    def look() -> None:
        counts.append(reader.count(Everything()))
        before.close()

    rebuild(url, archive.database, TAGGER, (), progress=lambda done, total: None, before_swap=look).close()
    assert counts == [1]
    reader.close()
    reopened = open_engine(url)
    assert reopened.count(Everything()) == 2
    reopened.close()


class Killed(BaseException):
    """Stands for the death of the process."""


@pytest.fixture(params=["tantivy", "elasticsearch"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "tantivy":
        return f"tantivy:{tmp_path / 'index'}"
    return f"{request.getfixturevalue('elasticsearch_url')}/rebuilt-{uuid4().hex}"


def stored_articles(url: str) -> list[Article]:
    reader = open_engine(url)
    articles = list(reader.scan(Everything()))
    reader.close()
    return articles


def test_an_interrupted_rebuild_resumes_and_ends_complete(archive: Archive, address: str) -> None:
    def kill(done: int, total: int) -> None:
        if done >= 1_000:
            raise Killed

    first = [article(serial=number, title="truce", themes=frozenset({"truce"})) for number in range(1, 1_603)]
    keep(archive, *first)
    with pytest.raises(Killed):
        rebuild(address, archive.database, TAGGER, (), progress=kill)
    with pytest.raises(EngineUnavailable):  # nobody sees the half of it
        open_engine(address)
    changed = replace(first[0], title="peace", themes=frozenset())
    keep(archive, changed)
    with archive.database.write() as connection:
        drop(connection, [2])
    rebuild(address, archive.database, TAGGER, (), progress=lambda done, total: None).close()
    assert stored_articles(address) == [changed, *first[2:]]


def test_an_index_whose_counts_do_not_match_is_not_used(archive: Archive, address: str) -> None:
    before = open_engine(address, writable=True)
    before.add([article(serial=1)])
    before.refresh()
    keep(archive, *(article(serial=number) for number in range(1, 602)))

    def disturb(done: int, total: int) -> None:
        if done == 500:
            keep(archive, article(serial=9_999))  # as no indexer does, of which there is but one

    with pytest.raises(EngineMisconfigured, match="602 articles instead of 601 and was not used; run `parley rebuild`"):
        rebuild(address, archive.database, TAGGER, (), progress=disturb, before_swap=before.close)
    assert [item.serial for item in stored_articles(address)] == [1]
    before.close()
    rebuild(address, archive.database, TAGGER, (), progress=lambda done, total: None).close()
    assert len(stored_articles(address)) == 602


def test_articles_move_from_one_engine_to_another_and_back(
    archive: Archive, tmp_path: Path, elasticsearch_url: str
) -> None:
    keep(archive, *(article(serial=number, title="truce" if number % 2 else "peace") for number in range(1, 703)))
    home, away = f"tantivy:{tmp_path / 'index'}", f"{elasticsearch_url}/moved-{uuid4().hex}"
    contents = []
    for target in (home, away, home):
        rebuild(target, archive.database, TAGGER, (), progress=lambda done, total: None).close()
        contents.append(stored_articles(target))
    assert len(contents[0]) == 702
    assert contents[0] == contents[1] == contents[2]


@pytest.mark.parametrize("engine", ["tantivy", "elasticsearch"])
def test_a_rebuild_never_replaces_the_index_of_another_archive(
    archive: Archive, tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    folder = f"tantivy:{tmp_path / 'index'}"
    url = folder if engine == "tantivy" else f"{request.getfixturevalue('elasticsearch_url')}/shared-{uuid4().hex}"
    keep(archive, *(article(serial=number) for number in range(1, 9)))
    rebuild(url, archive.database, TAGGER, (), progress=lambda done, total: None).close()
    other = open_archive(tmp_path / "other")
    with pytest.raises(EngineMisconfigured, match="belongs to another data folder"):
        rebuild(url, other.database, TAGGER, (), progress=lambda done, total: None)
    reader = open_engine(url)
    assert reader.count(Everything()) == 8
    reader.close()
    other.close()
