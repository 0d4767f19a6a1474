"""`parley show`: one article in full."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from monitor.documents.articles import FullArticleDocument, RelatedArticleDocument
from monitor.sentences import counted
from monitor.services.articles import show
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, plain, print_document
from monitor.terminal.precedence import later
from monitor.terminal.times import clock, zoned

HELP = "Show one article in full, with the origin of each field"
EXAMPLES = ("show f066061f", "show https://news.example/truce")
_MOST_COPIES = 5  # copies, carried stories and carriers listed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("id", metavar="ID", help="id of the article, at least its first 8 characters, or its address")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the article and the pages it was read from."""
    app = load_app()
    document = show(app, arguments.id)
    print_document(document) if arguments.json else _show(document, app.zone)
    return 0


def _show(document: FullArticleDocument, zone: ZoneInfo) -> None:
    screen, article = console(), document.article
    screen.print(Text(plain(article.title or "(without title)"), style="bold"))
    for name, value, field in _facts(document, zone):
        line = Text(f"{name:>10}  ", style="dim").append(plain(value), style="not dim")
        origin = document.origins.get(field)
        screen.print(line.append(f"  ({plain(origin)})" if origin else "", style="dim"), soft_wrap=True)
    copies = [f"{_related(copy, zone)} ({later(copy.precedence)})" for copy in document.carried_by]
    _list(screen, "copy", copies, document.copies)
    _list(screen, "carries", [_related(story, zone) for story in document.carries], len(document.carries))
    _list(screen, "within", [_related(carrier, zone) for carrier in document.carried_within], document.carriers)
    screen.print()
    screen.print(Text(plain(article.text)))


def _list(screen: Console, name: str, lines: Sequence[str], number: int) -> None:
    for line in lines[:_MOST_COPIES]:
        screen.print(Text(f"{name:>10}  ", style="dim").append(line, style="not dim"), soft_wrap=True)
    if number > _MOST_COPIES:
        screen.print(Text(f"{'':>10}  and {number - _MOST_COPIES:,} more: `--json`", style="dim"))


def _facts(document: FullArticleDocument, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    """Return name, value and field of what stands above the text."""
    article, name = document.article, document.source_name
    source = f"{name}, {article.source_class}, {article.country}" if name else f"{article.source}, no longer configured"
    pages = counted(len(document.pages), "version")
    changed = zoned(article.updated, article.updated_precision, zone)
    return [
        ("id", article.id, ""),
        ("address", article.url, ""),
        ("source", source, "source"),
        ("authors", ", ".join(article.authors) or "unknown", "authors"),
        ("text", counted(len(article.text), "character"), "text"),
        ("language", article.language or "unknown", "language"),
        ("published", zoned(article.published, article.published_precision, zone), "published"),
        *((("updated", changed, "updated"),) if article.updated else ()),
        ("collected", f"{clock(article.collected, zone)}, {pages} kept", ""),
        ("themes", ", ".join(article.themes) or "none", ""),
        ("copy of", _story(document, zone), "copy_of"),
    ]


def _story(document: FullArticleDocument, zone: ZoneInfo) -> str:
    if document.article.copy_of is None:
        return "none (original)" + (f", with {counted(document.copies, 'copy', 'copies')}" if document.copies else "")
    if document.story is None or document.precedence is None:
        return document.article.copy_of
    return f"{_related(document.story, zone)}; this copy: {later(document.precedence)}"


def _related(article: RelatedArticleDocument, zone: ZoneInfo) -> str:
    date = zoned(article.published, article.published_precision, zone)
    return plain(f"{article.id[:12]}  {article.source}, {date}: {article.title or article.url}")
