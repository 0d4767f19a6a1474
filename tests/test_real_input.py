"""Real pages and documents, collected and indexed by the real commands: both engines find each by its own words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from crawler.urls import article_id
from indexer.engine import Engine, open_engine
from indexer.query.parse import parse_query
from indexer.query.tree import Value, all_of, any_of
from indexer.words import tokens
from monitor.demo.overlay import write_overlay
from tests.support.press import Row, documents_press, pages_press
from tests.support.queries import query_context
from tests.support.words import morphology

pytestmark = [pytest.mark.long, pytest.mark.timeout(1_500)]  # collected once

WORDS = 6  # of a phrase
TOGETHER = 25  # articles in one search, each with its own phrase
PLACES = 8  # starting points for phrases in a text; at some of them the reference text and the page may differ

# Pages that are rightly not articles, with the reason.
NO_ARTICLE = {
    "Iryna Vereshchuk on the opening of humanitarian corridors": "its text is its title, 57 characters; an article has 60",
    "html/db6cb92f2212.html.gz": "the page is a front page, by its own metadata; the test gives it another address",
}


@dataclass(frozen=True, slots=True)
class Collected:
    """The collected and indexed articles.

    Attributes:
        pages, documents: address → the row it was built from.
        embedded, rebuilt: addresses of engines with all articles, filled by indexing and by a rebuild.
        direct: address of a server with only the pages, filled by indexing.
    """

    pages: Mapping[str, Row]
    documents: Mapping[str, Row]
    embedded: str
    rebuilt: str
    direct: str


@pytest.fixture(scope="module")
def collected(test_data: Path, elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Collected:
    morphology()  # built here, without a time limit
    folder = tmp_path_factory.mktemp("real")
    data, copy, overlay = folder / "data", folder / "copy", folder / "config"
    rebuilt, direct = (f"{elasticsearch_url}/real-{uuid4().hex}" for _ in range(2))
    with pages_press(test_data) as pages, documents_press(test_data) as documents:
        write_overlay(overlay, [pages.source, documents.source])
        parley(overlay, data, "crawl", "--once", "--source", "pages")
        shutil.copytree(data, copy)
        parley(overlay, data, "crawl", "--once", "--source", "documents")
    parley(overlay, data, "index", "--once")
    parley(overlay, data, "rebuild", "--into", rebuilt)
    parley(overlay, copy, "index", "--once", PARLEY_ENGINE=direct)
    return Collected(pages.rows, documents.rows, f"tantivy:{data / 'index'}", rebuilt, direct)


def parley(overlay: Path, data: Path, *words: str, **settings: str) -> None:
    """Run a command and check that it succeeds."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
    settings |= {"PARLEY_CONFIG": str(overlay), "PARLEY_DATA": str(data)}
    settings |= {"PARLEY_ALLOW_PRIVATE": "127.0.0.0/8", "PARLEY_DELAY": "0"}
    command = [sys.executable, "-m", "monitor.cli", *words]
    done = subprocess.run(command, env=environment | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@contextmanager
def reading(address: str) -> Iterator[Engine]:
    """Open an engine for reading and close it afterwards."""
    engine = open_engine(address)
    yield engine
    engine.close()


def lost(engine: Engine, rows: Mapping[str, Row]) -> dict[str, str]:
    """Return row name → address of the articles that no phrase from their own text finds."""
    candidates = {url: phrases(row) for url, row in rows.items()}
    missing: list[str] = []
    while candidates:
        urls = list(candidates)
        for start in range(0, len(urls), TOGETHER):
            batch = {url: phrase for url in urls[start : start + TOGETHER] if (phrase := next(candidates[url], None))}
            matches = find(engine, batch)
            missing += [url for url in urls[start : start + TOGETHER] if url not in batch]
            for url in (*missing, *matches):
                candidates.pop(url, None)
    return {str(rows[url].get("html", rows[url]["title"])): url for url in missing}


def phrases(row: Row) -> Iterator[str]:
    """Yield some phrases from the expected text of a row."""
    for text in [row["text"]] if "text" in row else row["with"]:
        words = tokens(text)
        for place in range(PLACES):
            start = place * max(len(words) - WORDS, 0) // PLACES
            yield " ".join(words[start : start + WORDS])


def find(engine: Engine, phrases: Mapping[str, str]) -> list[str]:
    """Return the addresses whose article is found by its phrase, typed as a person would; one search covers all."""
    ids = {url: article_id(url) for url in phrases}
    queries = [
        all_of(parse_query(f'exact:"{phrase}"', context=query_context()).node, Value("id", frozenset({ids[url]})))
        for url, phrase in phrases.items()
    ]
    matching_ids = (
        {hit.article.id for hit in engine.search(any_of(*queries), limit=TOGETHER).hits} if queries else set()
    )
    return [url for url, id in ids.items() if id in matching_ids]


def test_every_real_page_and_a_twelfth_of_the_documents_is_found_on_the_embedded_engine(collected: Collected) -> None:
    with reading(collected.embedded) as engine:
        assert set(lost(engine, {**collected.pages, **collected.documents})) == set(NO_ARTICLE)


def test_every_real_page_is_found_on_a_server_filled_by_indexing(collected: Collected) -> None:
    with reading(collected.direct) as engine:
        assert set(lost(engine, collected.pages)) <= set(NO_ARTICLE)


def test_every_real_page_and_a_twelfth_of_the_documents_is_found_on_a_server_filled_by_a_rebuild(
    collected: Collected,
) -> None:
    with reading(collected.rebuilt) as engine:
        assert set(lost(engine, {**collected.pages, **collected.documents})) == set(NO_ARTICLE)
