"""A complete installation in a temporary folder, with stored and indexed articles and the test's own themes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.archive.archive import open_archive
from indexer.article import Article
from indexer.engine import open_engine
from indexer.jobs.articles import KeptArticle, keep_articles, settle
from indexer.themes.sweep import NO_DIFFERENCE
from indexer.themes.versions import begin_sweep, finish_sweep, record_version
from monitor import cli
from tests.support.overlay import remove_shipped_themes, write

TRUCE = """
title = "Truce"
description = "Talk of a truce"
colour = "#00aa00"

[query]
en = "truce OR ceasefire"
ru = "перемирие"

[matches]
en = ["The truce holds."]
[misses]
en = ["The war goes on."]
"""


class Installation:
    """Runs commands of an installation whose only theme is `truce`, and reads what they print.

    Args:
        engine: its address; the embedded one in the data folder without it.

    Attributes:
        environment: what a process of this installation needs to be told.
    """

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str], *, engine: str = ""
    ) -> None:
        self.folder = folder
        self.config = folder / "config"
        self.data = folder / "data"
        self.engine_url = engine or f"tantivy:{self.data / 'index'}"
        self.environment: Mapping[str, str] = {
            "PARLEY_CONFIG": str(self.config),
            "PARLEY_DATA": str(self.data),
            "PARLEY_ENGINE": engine,
            "PARLEY_WORKERS": "1",
        }
        self._capture = capture
        for name, value in self.environment.items():
            patch.setenv(name, value)
        remove_shipped_themes(self.config)
        self.write_theme("truce", TRUCE)
        open_archive(self.data).close()

    def write_theme(self, id: str, text: str) -> Path:
        """Write a theme file by hand and return its path."""
        return write(self.config, f"themes/{id}.toml", text) / "themes" / f"{id}.toml"

    def keep(self, *articles: Article) -> None:
        """Store the articles in the archive and the engine unchanged, with the themes they already carry."""
        archive = open_archive(self.data)
        with archive.database.write() as connection:
            keep_articles(connection, [KeptArticle(article, article.serial, 1) for article in articles])
            settle(connection, [article.serial for article in articles])
        archive.close()
        engine = open_engine(self.engine_url, writable=True)
        engine.add(articles)
        engine.refresh()
        engine.close()

    def record_version(self, theme: str) -> None:
        """Record a version of the theme that no indexer has swept yet."""
        archive = open_archive(self.data)
        with archive.database.write() as connection:
            record_version(connection, theme, "digest", "{}", datetime.now(UTC))
        archive.close()

    def record_swept_version(self, theme: str) -> None:
        """Record a version of the theme as swept, with the tags the articles already carry."""
        archive, now = open_archive(self.data), datetime.now(UTC)
        with archive.database.write() as connection:
            version = record_version(connection, theme, "digest", "{}", now)
            begin_sweep(connection, theme, version, NO_DIFFERENCE, now)
            finish_sweep(connection, theme, version, 0, now)
        archive.close()

    def lose(self, article: Article) -> None:
        """Remove an article from the engine, as only a defect would."""
        engine = open_engine(self.engine_url, writable=True)
        engine.delete([article.id])
        engine.refresh()
        engine.close()

    def tags(self, *articles: Article) -> list[list[str]]:
        """Return the themes that each article carries in the engine."""
        engine = open_engine(self.engine_url)
        stored = engine.get([article.id for article in articles])
        engine.close()
        return [sorted(stored[article.id].themes) for article in articles]

    def run(self, *words: str) -> tuple[int, str, str]:
        """Run one command and return its exit code, output and errors."""
        self._capture.readouterr()
        code = cli.main(words)
        captured = self._capture.readouterr()
        return code, captured.out, captured.err

    def json(self, *words: str, code: int = 0) -> Any:
        """Run one command with --json, check its exit code and return its document."""
        exit_code, out, err = self.run(*words, "--json")
        assert exit_code == code, err
        return json.loads(out)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Installation:
    """Return an installation with one theme and no articles."""
    return Installation(tmp_path, monkeypatch, capsys)
