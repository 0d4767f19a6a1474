"""An installation of real pages, indexed by the real pipeline: two weeks of four sources, a theme, copies, a revision."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest

from config.settings import Settings, load_settings
from crawler.archive import feed_hours
from crawler.archive.archive import Archive, open_archive
from crawler.page import Hints, PageKind
from monitor import cli
from tests.support.collected import TALKS, collect
from tests.support.installation import TRUCE
from tests.support.overlay import remove_shipped_themes, write

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOURCES = {"alpha": ("RU", "state"), "beta": ("GB", "public"), "gamma": ("DE", "independent")}
SINCE, UNTIL = "2026-03-02", "2026-03-15"
_TOPICS = (
    "The truce holds along the whole line, said the observers who counted fewer shots than in any week before",
    "Grain prices rose for a third day while ships waited outside the port for permits and for better weather",
    "Ministers spoke of energy, of pipelines that need repair and of the winter that follows after the summer",
)


_WORDS = sorted(set(re.findall(r"[a-z]+", TALKS)) - {"truce"})


def page_of(number: int, source: str, text: str) -> bytes:
    """Return a page as an outlet serves it, with its title, date and author."""
    published = FIRST + timedelta(hours=7 * number)
    body = "".join(f"<p>{sentence.strip()}.</p>" for sentence in text.split(". ") if sentence.strip())
    title = f"Report number {number}"
    return (
        f'<html lang="en"><head><title>{title}</title><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{published.isoformat()}"><meta name="author" content="Ann Lee"></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def text_of(number: int) -> str:
    """Return a text of its own: one third of all are about a truce."""
    random = Random(number)
    sentences = [" ".join(random.choices(_WORDS, k=12)).capitalize() for _ in range(10)]
    return f"{_TOPICS[number % 3]}. {'. '.join(sentences)}"


def filled(folder: Path, engine: str = "") -> Settings:
    """Return the settings of an installation, which is filled by the real indexer.

    Its pages are forty articles, one copy, one revision, one text from a feed, one channel message and one undated page.

    Args:
        engine: its address; the embedded one in the data folder without it.
    """
    config, data = folder / "config", folder / "data"
    remove_shipped_themes(config)
    write(config, "themes/truce.toml", TRUCE)
    write(config, "settings.toml", "shipped_sources = []\nworkers = 1\n")
    for id, (country, source_class) in SOURCES.items():
        facts = {"name": id.title(), "country": country, "language": "en", "class": source_class}
        feed = f'[[feeds]]\nname = "news"\nurl = "https://{id}.example/feed?key=hush"\nkind = "feed"\n'
        write(config, f"sources/{id}.toml", "".join(f'{key} = "{facts[key]}"\n' for key in facts) + feed)
    archive = open_archive(data)
    _collect_all(archive)
    archive.close()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"CONFIG": str(config), "DATA": str(data), "ENGINE": engine}.items():
            patch.setenv(f"PARLEY_{name}", value)
        # Stored in one go: between two, the indexer learns what the pages of a source repeat, and leaves it out of later ones.
        patch.setattr("indexer.jobs.reading.STORE_EVERY", 3_600.0)
        assert cli.main(["index", "--once"]) == 0
        return load_settings()


def _collect_all(archive: Archive, pages: int = 40) -> None:
    names = list(SOURCES)
    for number in range(pages):
        _collect(archive, f"{number}", page_of(number, names[number % 3], text_of(number)), number, names[number % 3])
    _collect(archive, "copy", page_of(1, "beta", text_of(0)), 2, "beta")
    _collect(archive, "0", page_of(0, "alpha", text_of(0) + ". The figures were corrected later"), 3, "alpha")
    hints = Hints(title="From the feed", published=FIRST, published_precision="second")
    _collect(archive, "entry", f"<p>{text_of(3)} and more.</p>".encode(), 4, "gamma", kind="entry", hints=hints)
    _collect(
        archive,
        "message",
        b"<p>Truce talks resume tomorrow, says the channel.</p>",
        5,
        "gamma",
        kind="message",
        hints=hints,
    )
    undated = page_of(6, "beta", text_of(6)).replace(b"article:published_time", b"nothing")
    _collect(archive, "undated", undated, 6, "beta")
    with archive.database.write() as connection:
        for id in SOURCES:
            for hour in range(24 * 20):
                if not (id == "beta" and 100 < hour < 160):
                    feed_hours.note(connection, f"{id}/news", FIRST - timedelta(days=3) + timedelta(hours=hour))


def _collect(
    archive: Archive,
    name: str,
    body: bytes,
    number: int,
    source: str,
    kind: PageKind = "document",
    hints: Hints | None = None,
) -> None:
    at = FIRST + timedelta(hours=7 * number, minutes=20)
    collect(archive, f"{source}/{name}", body, at=at, source=source, kind=kind, hints=hints)


def parts_of(path: Path) -> dict[str, bytes]:
    """Return the parts of an evidence file."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def forged(path: Path, change: Callable[[dict[str, bytes]], None], *, into: Path, resum: bool = True) -> Path:
    """Write a copy of an evidence file with other parts, and a manifest that says so unless `resum` is false; return `into`."""
    parts = parts_of(path)
    change(parts)
    if resum:
        sums: list[Mapping[str, Any]] = [
            {"name": name, "sha256": sha256(content).hexdigest(), "size": len(content)}
            for name, content in parts.items()
            if not name.startswith("manifest.json")
        ]
        parts["manifest.json"] = json.dumps({"format": 1, "parts": sums}).encode()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return into
