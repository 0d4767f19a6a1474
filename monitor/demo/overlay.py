"""Writes the demonstration's configuration: the sample outlets instead of the shipped sources."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from config.files import find
from config.sources import Feed, Source


def write_overlay(folder: Path, sources: Iterable[Source]) -> None:
    """Write an overlay folder with these sources and no shipped ones."""
    target = folder / "sources"
    target.mkdir(parents=True, exist_ok=True)
    for shipped in find("sources", None):
        (target / f"{shipped.name}.toml").write_text("removed = true\n")
    for source in sources:
        (target / f"{source.id}.toml").write_text(_source(source), encoding="utf-8")


def _source(source: Source) -> str:
    head = {
        "name": source.name,
        "country": source.country,
        "language": source.language,
        "class": source.source_class,
        "homepage": source.homepage,
        "note": source.note,
    }
    lines = [f"{key} = {_text(value)}" for key, value in head.items() if value]
    return "\n".join([*lines, "", *(_feed(feed) for feed in source.feeds)])


def _feed(feed: Feed) -> str:
    every = f"{round(feed.every or 60)}s"
    lines = ["[[feeds]]", f"url = {_text(feed.url)}", f"kind = {_text(feed.kind)}", f"every = {_text(every)}"]
    if feed.options:
        lines += ["", "[feeds.options]", *(f"{key} = {_text(str(value))}" for key, value in feed.options.items())]
    return "\n".join([*lines, ""])


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML basic string
