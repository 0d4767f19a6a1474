"""`parley search`: find articles."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import get_args
from zoneinfo import ZoneInfo

from rich.text import Text

from indexer.engine import Sort
from monitor.documents.articles import HitDocument, SearchDocument
from monitor.documents.queries import AbsentWordDocument
from monitor.sentences import counted
from monitor.services.search import MOST, search
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, articles, console, plain, print_document, print_note
from monitor.terminal.parser import Parser
from monitor.terminal.precedence import later
from monitor.terminal.remarks import print_diagnostics, print_searchable
from monitor.terminal.theme_versions import version_notes
from monitor.terminal.times import published

HELP = "Find articles"
EXAMPLES = (
    "search truce Ukraine",
    "search '\"peace plan\" AND class:state' --since 7d",
    "search truce -Gaza --sort score",
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_query("a query, see docs/queries.md")
    parser.add_argument("--since", metavar="TIME", help="published at or after: 2026-11-01, yesterday, 7d, 1M …")
    parser.add_argument("--until", metavar="TIME", help="published before the end of this day, or before this moment")
    parser.add_argument("--limit", type=int, default=20, help=f"number of hits, 1 to {MOST:,} (default: 20)")
    parser.add_argument("--sort", choices=get_args(Sort), default="date", help="newest or most relevant first")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the hits."""
    app = load_app()
    page = search(
        app,
        arguments.query,
        since=arguments.since,
        until=arguments.until,
        limit=arguments.limit,
        sort=arguments.sort,
    )
    print_diagnostics(arguments.query, page.diagnostics)
    print_searchable(page.searchable)
    if arguments.json:
        print_document(page)
    else:
        _show(page, app.zone)
    return 0


def _show(page: SearchDocument, zone: ZoneInfo) -> None:
    screen = console()
    for hit in page.hits:
        screen.print(Text(plain(hit.title or "(without title)"), style="bold"))
        screen.print(Text("  " + plain(_about(hit, zone)), style="dim"))
        screen.print(_snippet(hit))
        screen.print(Text(f"  {plain(hit.url)}  {hit.id}\n", style="dim"), soft_wrap=True)
    screen.print(Text(_summary(page, zone)))
    for note in version_notes(page.versions, timezone=zone.key):
        print_note(screen, note)


def _about(hit: HitDocument, zone: ZoneInfo) -> str:
    name = f"{hit.source_name} ({hit.source_class}, {hit.country})" if hit.source_name else hit.source
    change = f", updated {published(hit.updated, hit.updated_precision, zone)}" if hit.updated else ""
    date = published(hit.published, hit.published_precision, zone) + change
    return " · ".join(filter(None, (date, name, hit.language, ", ".join(hit.themes), *_copies(hit))))


def _copies(hit: HitDocument) -> Iterator[str]:
    if hit.copies:
        yield counted(hit.copies, "copy", "copies")
    if hit.copy_of:
        yield f"a copy of {hit.story.source}, {later(hit.precedence)}" if hit.story and hit.precedence else "a copy"
    if hit.carriers:
        yield f"carried within {counted(hit.carriers, 'longer text')}"
    if hit.carries:
        yield f"carries {counted(len(hit.carries), 'story', 'stories')} within it"


def _snippet(hit: HitDocument) -> Text:
    line, position = Text("  "), 0
    for start, end in (*hit.highlights, (len(hit.snippet), len(hit.snippet))):
        line.append(_line(hit.snippet[position:start]))
        line.append(_line(hit.snippet[start:end]), style="bold yellow")
        position = end
    return line


def _line(text: str) -> str:
    return plain(text.replace("\n", " "))


def _summary(page: SearchDocument, zone: ZoneInfo) -> str:
    also = "article also matches" if page.undated == 1 else "articles also match"
    undated = f" {page.undated:,} undated {also}." if page.undated else ""
    if page.searchable and not page.searchable.kept:
        return "Nothing found."
    if not page.total:
        return " ".join(["Nothing found.", *map(_missing, page.absent)]) + undated
    return f"{len(page.hits):,} of {articles(page.total)}.{undated} Times are in {zone.key}."


def _missing(absent: AbsentWordDocument) -> str:
    if absent.nearest is None:
        return f'No article has "{plain(absent.word)}".'
    have = "has" if absent.articles == 1 else "have"
    return f'No article has "{plain(absent.word)}"; {articles(absent.articles)} {have} "{plain(absent.nearest)}".'
