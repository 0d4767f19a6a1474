"""An overlay folder, as PARLEY_CONFIG names it, written by a test."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from config.errors import Problem
from config.files import SHIPPED
from config.sources import Feed, FeedCheck
from crawler.kinds import names

KINDS: dict[str, FeedCheck] = dict.fromkeys(names(), lambda _: ())

SOURCE = """
name = "Example"
country = "FI"
language = "en"
class = "independent"

[[feeds]]
url = "https://outlet.example/rss"
kind = "feed"
"""

THEME = """
title = "Harvest"
description = "Talk of the harvest"
colour = "#00aa00"

[query]
en = "harvest"
"""


def write(folder: Path, name: str, text: str) -> Path:
    """Write one file, such as `sources/example.toml`, and return the overlay folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def remove_shipped_themes(folder: Path, *, but: Collection[str] = ()) -> None:
    """Turn default themes off: compiling and sweeping fourteen themes in six languages takes seconds of processor time.

    Args:
        but: ids of those that stay.
    """
    for shipped in (SHIPPED / "themes").glob("*.toml"):
        if shipped.stem not in but:
            write(folder, f"themes/{shipped.name}", "removed = true\n")


def messages(problems: tuple[Problem, ...] | list[Problem], folder: Path) -> list[str]:
    """Return the problems as users see them, without the path of the folder."""
    return [str(problem).removeprefix(f"{folder}/") for problem in problems]


def refuse_all(feed: Feed) -> list[str]:
    """Refuse every feed, as the check of a kind."""
    return [f"options: nothing suits {feed.url}"]
