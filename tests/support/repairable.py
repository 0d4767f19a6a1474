"""An installation with pages, articles and an index that belong together, to be damaged and repaired."""

from __future__ import annotations

import gc
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from crawler.archive.archive import existing_archive, open_archive
from crawler.urls import article_id
from indexer.article import Article
from tests.support.builders import article
from tests.support.collected import collect
from tests.support.installation import Installation


def one(number: int) -> Article:
    url = f"https://example.com/{number}"
    return article(serial=100 + number, id=article_id(url), url=url, title=f"A truce, number {number}")


ARTICLES = [one(number) for number in range(40)]


def fill(installation: Installation, articles: Sequence[Article]) -> None:
    """Fill an installation with these articles, some pages and an index that belong together."""
    archive = open_archive(installation.data)
    for name in ("one", "two", "three"):
        collect(archive, name, f"<p>{name}</p>".encode())
    archive.close()
    installation.keep(*articles)
    assert installation.run("index", "--once")[0] == 0
    gc.collect()  # closes the connections of that command, as the end of its process would


@pytest.fixture
def filled(small: Installation) -> Installation:
    """Return an installation with pages, articles and an index that belong together."""
    fill(small, ARTICLES)
    return small


def files(data: Path) -> set[str]:
    return {path.name for path in data.iterdir() if path.is_file() and path.suffix not in (".lock", ".json")}


def repaired(installation: Installation) -> list[str]:
    done: list[str] = installation.json("repair")["repaired"]
    return done


def check_whole(installation: Installation) -> None:
    archive = existing_archive(installation.data)
    archive.check()
    archive.close()
    assert installation.run("index", "--once")[0] == 0
    assert installation.json("search", "truce", "--limit", "100")["total"] == len(ARTICLES)
    verdict = json.loads(installation.run("verify", "--json")[1])
    assert (verdict["kept"], verdict["indexed"], verdict["waiting"]) == (len(ARTICLES),) * 2 + (0,)
    assert repaired(installation) == []
