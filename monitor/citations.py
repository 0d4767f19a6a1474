"""How an article is cited: who wrote what, where and when, at which address, and the archived page that proves it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.page import Precision
from monitor.documents.articles import FullArticleDocument
from monitor.documents.escapes import one_line
from monitor.sentences import local_time

_NAMED = 3  # authors, before only the first one is


def citation(full: FullArticleDocument, zone: ZoneInfo) -> tuple[str, str, str]:
    """Return a citation of an article: what stands before its title, the title, and what follows; unknown parts are left out.

    It names the newest page that is kept of the article, or else when the article was collected.

    Args:
        zone: in which times are given, with its name.
    """
    article = full.article
    title = f"“{one_line(article.title)}”" if article.title and one_line(article.title) else ""
    published = _when(article.published, article.published_precision, zone) if article.published else "date unknown"
    kept, moment = ("archived", full.pages[-1].collected) if full.pages else ("collected", article.collected)
    archived = f"{kept} by Parley on {_when(moment, 'second', zone)}, id {article.id}"
    outlet = one_line(full.source_name or article.source)
    rest = f"{outlet}, {published}, {one_line(article.url)} ({archived})"
    return "".join(f"{part}, " for part in _authors(article.authors)), title, f", {rest}" if title else rest


def _authors(names: tuple[str, ...]) -> list[str]:
    known = [name for name in map(one_line, names) if name]
    return known if len(known) <= _NAMED else [f"{known[0]} and others"]


def _when(moment: datetime, precision: Precision | None, zone: ZoneInfo) -> str:
    """Return `20 November 2026, 07:49 UTC`; a day that is known without a time has no zone either."""
    local = local_time(moment, precision, zone)
    day = f"{local.day} {local:%B %Y}"
    return day if precision == "day" else f"{day}, {local:%H:%M} {zone.key}"
