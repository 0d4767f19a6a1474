"""Pages that the file of bodies has and the database has lost, as where an older copy of it was put back."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.errors import ArchiveError
from crawler.archive.archive import BODIES
from crawler.archive.pages import without_page
from crawler.archive.salvage import count_lost_pages
from crawler.presence import holder
from monitor.app import App
from monitor.sentences import counted

# A body is stored before its page, by a crawler that may have to wait for the database.
_ON_THE_WAY = timedelta(minutes=10)
_NEWEST = 20  # bodies that a quick look compares


def lost_pages(app: App, now: datetime) -> str:
    """Return what is lost, comparing every page; empty if nothing is, or the bodies cannot be read."""
    archive = app.archive
    try:
        number = count_lost_pages(archive.database, archive.bodies, _settled(app, now))
    except ArchiveError:
        return ""
    return _sentence(app, counted(number, "page")) if number else ""


def newest_lost_pages(app: App, now: datetime) -> str:
    """Return that some of the newest pages are lost, or why the bodies cannot be read; empty if neither is so.

    Raises:
        ArchiveError: the database cannot be read.
    """
    settled = _settled(app, now)
    try:
        newest = [origin for origin in app.archive.bodies.newest(_NEWEST) if origin.collected < settled]
    except ArchiveError as error:
        return str(error)
    with app.archive.database.read() as connection:
        return _sentence(app, "pages") if without_page(connection, newest) else ""


def _settled(app: App, now: datetime) -> datetime:
    """Return before when a body that was stored has a page by now."""
    return now - _ON_THE_WAY if holder(app.settings.data, "crawler") else now


def _sentence(app: App, pages: str) -> str:
    return f"{app.archive.database.path}: lacks {pages} that {BODIES} has, as an older copy does; `parley repair` puts them back"
