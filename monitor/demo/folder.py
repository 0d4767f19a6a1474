"""The demonstration's own data folder: fresh every day, with the polls of three months that never took place."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from config.sources import Source
from crawler.archive import feed_hours
from crawler.archive.archive import make_archive, open_archive
from crawler.presence import ROLES, only_one
from monitor.demo.content import Content
from monitor.demo.newsroom import DAYS, is_silent

_COLLECTED = ("parley.db*", "bodies.db*", "index", "alerts.jsonl")
_DAY = "day"


def start_afresh(folder: Path, content: Content) -> None:
    """Delete what the demonstration of another day collected, since articles are dated relative to their day.

    Raises:
        Conflict: that demonstration is still running.
    """
    made = folder / _DAY
    today = content.today.isoformat()
    if made.exists() and made.read_text() == today:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as alone:
        for role in ROLES:
            alone.enter_context(only_one(folder, role))
        for path in (path for pattern in _COLLECTED for path in folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    made.write_text(today)


def plant_polls(folder: Path, content: Content, sources: tuple[Source, ...]) -> None:
    """Record that every feed delivered on all earlier days but those on which its source was silent, so that gaps show."""
    make_archive(folder)
    archive = open_archive(folder)
    try:
        with archive.database.write() as connection:
            for source in sources:
                days_delivered = [days for days in range(1, DAYS + 1) if not is_silent(source.id, days)]
                if content.of(content.outlets[source.id]):
                    days = [content.today - timedelta(days=days) for days in days_delivered]
                    feed_hours.note_days(connection, source.feeds[0].id, days)
    finally:
        archive.close()
