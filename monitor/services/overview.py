"""What the live screen shows in addition to the status: the newest articles, and the number of articles per theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from config.errors import EngineError
from indexer.article import Article
from indexer.calendar import floor
from indexer.query.tree import Between, Everything
from monitor.app import App
from monitor.services.status import Status, look

NEWEST = 40  # articles, more than any screen shows


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """Articles of a theme: published since the day began, and in all."""

    theme: str
    today: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state and contents of an installation at one moment.

    Attributes:
        newest: articles, newest first; empty, like `themes`, while there is no index or the engine is down.
        themes: the themes that have articles, the most frequent of today first.
        articles_today: published since the day began; None while the engine cannot be asked.
        zone: in which the day began and times are shown.
    """

    status: Status
    newest: Sequence[Article]
    themes: Sequence[ThemeCount]
    articles_today: int | None
    zone: ZoneInfo


def overview(app: App, now: datetime) -> Overview:
    """Return the overview; an engine that is down is part of it.

    Raises:
        ArchiveError: the archive cannot be read.
        ConfigError: the overlay folder does not exist.
    """
    status = look(app, now)
    newest: Sequence[Article] = ()
    themes: Sequence[ThemeCount] = ()
    articles_today = None
    if status.articles is not None:
        today = Between("published", floor(now.astimezone(app.zone), "day"), None)
        try:
            newest = [hit.article for hit in app.engine.search(Everything(), limit=NEWEST).hits]
            themes = _theme_counts(app.engine.tally(today, "themes"), app.engine.tally(Everything(), "themes"))
            articles_today = app.engine.count(today)
        except EngineError:
            pass
    return Overview(status=status, newest=newest, themes=themes, articles_today=articles_today, zone=app.zone)


def _theme_counts(today: dict[str, int], total: dict[str, int]) -> list[ThemeCount]:
    counts = [ThemeCount(theme, today.get(theme, 0), number) for theme, number in total.items()]
    return sorted(counts, key=lambda count: (-count.today, -count.total, count.theme))
