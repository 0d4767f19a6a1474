"""The calm live view of `parley run`: what happens now, what came in, and what is wrong, on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from config.errors import EngineError
from indexer.article import Article
from indexer.query.tree import Everything
from monitor.app import App
from monitor.services.status import Status, troubles, unwell_rows
from monitor.terminal.output import plain, table

NEWEST = 8  # articles on the screen
UNWELL = 10  # rows of feeds on the screen


def newest(app: App) -> Sequence[Article]:
    """Return the newest articles, none while there is no index or it is down."""
    try:
        return [hit.article for hit in app.engine.search(Everything(), limit=NEWEST).hits]
    except EngineError:
        return []


def screen(status: Status, articles: Sequence[Article], more_troubles: Sequence[str], app: App) -> RenderableType:
    """Return what `parley run` shows."""
    parts: list[RenderableType] = [_headline(status), _figures(status)]
    said = [*more_troubles, *troubles(status)]
    parts += [Text(f"! {plain(trouble)}", style="yellow") for trouble in said]
    if articles:
        rows = [
            [_when(article, app), article.source, article.title or "(without title)", ", ".join(sorted(article.themes))]
            for article in articles
        ]
        parts += [Text(), table("Newest", ["published", "source", "title", "themes"], rows)]
    if status.unwell:
        unwell = unwell_rows(status)
        parts += [Text(), table("Feeds to look at", ["feed", "health", "why"], unwell[:UNWELL])]
        if len(unwell) > UNWELL:
            parts.append(Text(f"and {len(unwell) - UNWELL} more: `parley status`", style="dim"))
    return Group(*parts, Text(), Text("Ctrl-C stops.", style="dim"))


def _headline(status: Status) -> Text:
    crawler = status.crawler.doing if status.crawler else "starting"
    indexer = status.indexer.doing if status.indexer else "starting"
    return Text.assemble(("Parley", "bold"), f"  {status.at:%H:%M:%S} UTC   crawler: {crawler}   indexer: {indexer}")


def _figures(status: Status) -> RenderableType:
    grid = Table.grid(padding=(0, 3))
    health = ", ".join(f"{number:,} {name}" for name, number in status.by_health.most_common())
    pages = ", ".join(f"{number:,} {name}" for name, number in sorted(status.pages.items(), key=lambda item: -item[1]))
    wanted = status.addresses.get("wanted", 0) + status.addresses.get("leased", 0)
    articles = "–" if status.articles is None else f"{status.articles:,}"
    for name, said in {
        "feeds": health,
        "to fetch": f"{wanted:,}",
        "pages": pages or "none yet",
        "articles": articles,
        "last poll": _clock(status.last_poll),
    }.items():
        grid.add_row(Text(name, style="dim"), Text(plain(said)))
    return grid


def _clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M:%S} UTC" if moment else "none yet"


def _when(article: Article, app: App) -> str:
    if article.published is None:
        return "undated"
    form = "%Y-%m-%d" if article.published_precision == "day" else "%Y-%m-%d %H:%M"
    return f"{article.published.astimezone(app.zone):{form}}"
