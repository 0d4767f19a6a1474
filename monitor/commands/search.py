"""`parley search`: find articles."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from rich.text import Text

from config.errors import QueryError
from indexer.query.parse import Query
from indexer.search.hits import Results, Shown, search
from indexer.search.spelling import Absent
from monitor.app import App
from monitor.services.theme_versions import Versions, versions
from monitor.services.times import parse_range
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, articles, console, plain, print_json
from monitor.terminal.remarks import document, show_warnings
from monitor.terminal.theme_versions import notes

HELP = "Find articles"

MOST = 1_000  # hits on one page, as engines allow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("query", metavar="QUERY", help="what to look for, see docs/queries.md")
    parser.add_argument("--since", metavar="TIME", help="published at or after: 2026-11-01, 7d, 4w …")
    parser.add_argument("--until", metavar="TIME", help="published before the end of this day, or before this moment")
    parser.add_argument("--limit", type=int, default=20, help=f"hits to show, 1 to {MOST:,} (default: 20)")
    parser.add_argument("--sort", choices=("date", "score"), default="date", help="newest or most relevant first")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the hits."""
    if not 1 <= arguments.limit <= MOST:
        raise QueryError(f"--limit must be 1 to {MOST:,}, not {arguments.limit}")
    app = load_app()
    since, until = parse_range(arguments.since, arguments.until, now=datetime.now(UTC), zone=app.zone)
    query = app.query(arguments.query)
    show_warnings(query.text, query.diagnostics)
    results = search(app.engine, query, since=since, until=until, limit=arguments.limit, sort=arguments.sort)
    used = versions(app, query.node)
    print_json(_document(results, query, used, app)) if arguments.json else _show(results, used, app)
    return 0


def _document(results: Results, query: Query, used: Versions, app: App) -> dict[str, object]:
    return {
        "total": results.total,
        "undated": results.undated,
        "absent": results.absent,
        "themes": dict(used.all),
        "diagnostics": document(query.diagnostics),
        "hits": [_hit(shown, app) for shown in results.hits],
    }


def _hit(shown: Shown, app: App) -> dict[str, object]:
    article = shown.article
    source = app.source(article.source)
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "published": article.published,
        "published_from": article.published_from,
        "published_precision": article.published_precision,
        "collected": article.collected,
        "source": article.source,
        "class": source.source_class if source else None,
        "country": source.country if source else None,
        "language": article.language,
        "themes": sorted(article.themes),
        "copy_of": article.copy_of,
        "copies": shown.copies,
        "snippet": "".join(segment.text for segment in shown.snippet),
    }


def _show(results: Results, used: Versions, app: App) -> None:
    screen = console()
    for shown in results.hits:
        screen.print(_heading(shown))
        screen.print(Text("  " + plain(_about(shown, app)), style="dim"))
        screen.print(_highlighted(shown))
        screen.print(Text(f"  {plain(shown.article.url)}  {shown.article.id}\n", style="dim"), soft_wrap=True)
    screen.print(Text(_summary(results)))
    for note in notes([used]):
        screen.print(note, soft_wrap=True)


def _heading(shown: Shown) -> Text:
    return Text(plain(shown.article.title or "(without title)"), style="bold")


def _about(shown: Shown, app: App) -> str:
    article = shown.article
    source = app.source(article.source)
    name = f"{source.name} ({source.source_class}, {source.country})" if source else article.source
    when = _when(article.published, article.published_precision, app)
    copies = f"carried by {shown.copies} others" if shown.copies else "a copy" if article.copy_of else ""
    themes = ", ".join(sorted(article.themes))
    return " · ".join(part for part in (when, name, article.language or "", themes, copies) if part)


def _when(published: datetime | None, precision: str | None, app: App) -> str:
    if published is None:
        return "undated"
    return f"{published:%Y-%m-%d}" if precision == "day" else f"{published.astimezone(app.zone):%Y-%m-%d %H:%M}"


def _highlighted(shown: Shown) -> Text:
    line = Text("  ")
    for segment in shown.snippet:
        line.append(plain(" ".join(segment.text.split("\n"))), style="bold yellow" if segment.is_hit else "")
    return line


def _summary(results: Results) -> str:
    if not results.total:
        return " ".join(["Nothing found.", *map(_missing, results.absent)]) + _undated(results)
    return f"{len(results.hits):,} of {results.total:,} articles." + _undated(results)


def _missing(absent: Absent) -> str:
    if absent.nearest is None:
        return f'No article has "{plain(absent.word)}".'
    have = "has" if absent.articles == 1 else "have"
    return f'No article has "{plain(absent.word)}"; {articles(absent.articles)} {have} "{plain(absent.nearest)}".'


def _undated(results: Results) -> str:
    return f" {results.undated:,} more have no known date and are in no range." if results.undated else ""
