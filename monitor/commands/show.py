"""`parley show`: one article in full."""

from __future__ import annotations

import argparse
from zoneinfo import ZoneInfo

from rich.text import Text

from monitor.documents.articles import FullArticleDocument, RelatedArticleDocument
from monitor.services.articles import show
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, counted, plain, print_document
from monitor.terminal.times import clock, published

HELP = "Show one article in full, with the origin of each field"
EXAMPLES = ("show f066061f", "show https://news.example/truce")
_MOST_COPIES = 5  # copies listed


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
    for copy in document.carried_by[:_MOST_COPIES]:
        screen.print(Text(f"{'copy':>10}  ", style="dim").append(_related(copy, zone), style="not dim"), soft_wrap=True)
    if document.copies > _MOST_COPIES:
        screen.print(Text(f"{'':>10}  and {document.copies - _MOST_COPIES:,} more: `--json`", style="dim"))
    screen.print()
    screen.print(Text(plain(article.text)))


def _facts(document: FullArticleDocument, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    """Return name, value and field of what stands above the text."""
    article, name = document.article, document.source_name
    source = f"{name}, {article.source_class}, {article.country}" if name else f"{article.source}, no longer configured"
    pages = counted(len(document.pages), "version")
    date = published(article.published, article.published_precision, zone)
    zoned = f"{date} {zone.key}" if article.published_precision == "second" else date
    return [
        ("id", article.id, ""),
        ("address", article.url, ""),
        ("source", source, "source"),
        ("authors", ", ".join(article.authors) or "unknown", "authors"),
        ("language", article.language or "unknown", "language"),
        ("published", zoned, "published"),
        ("collected", f"{clock(article.collected, zone)}, {pages} kept", ""),
        ("themes", ", ".join(article.themes) or "none", ""),
        ("copy of", _story(document, zone), "copy_of"),
    ]


def _story(document: FullArticleDocument, zone: ZoneInfo) -> str:
    if document.article.copy_of is None:
        return "none (original)" + (f", with {counted(document.copies, 'copy', 'copies')}" if document.copies else "")
    return _related(document.story, zone) if document.story else document.article.copy_of


def _related(article: RelatedArticleDocument, zone: ZoneInfo) -> str:
    date = clock(article.published, zone) if article.published else "undated"
    return plain(f"{article.id[:12]}  {article.source}, {date}: {article.title or article.url}")
