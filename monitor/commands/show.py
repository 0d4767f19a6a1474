"""`parley show`: one article, whole."""

from __future__ import annotations

import argparse

from rich.text import Text

from config.errors import QueryError
from indexer.article import Article
from monitor.app import App
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, plain, print_json

HELP = "Show one article whole, with where each of its facts comes from"
EXAMPLES = ("show f066061f", "show https://news.example/truce")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("id", metavar="ID", help="the article's id, as a search prints it")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the article and the pages it was read from."""
    app = load_app()
    article = app.engine.get([arguments.id]).get(arguments.id)
    if article is None:
        raise QueryError(f'no article has the id "{arguments.id}"; a search prints the ids')
    pages = [
        {
            "number": kept.page.number,
            "collected": kept.page.collected,
            "kind": kept.page.kind,
            "state": kept.state,
            "detail": kept.detail,
        }
        for kept in app.archive.pages_of(article.id)
    ]
    if arguments.json:
        print_json({"article": article, "pages": pages})
        return 0
    _show(article, app, len(pages))
    return 0


def _show(article: Article, app: App, pages: int) -> None:
    screen = console()
    screen.print(Text(plain(article.title or "(without title)"), style="bold"))
    source = app.source(article.source)
    facts = {
        "address": article.url,
        "source": f"{source.name}, {source.source_class}, {source.country}" if source else article.source,
        "authors": ", ".join(article.authors) or "not named",
        "language": article.language or "not known",
        "published": _published(article),
        "collected": f"{article.collected:%Y-%m-%d %H:%M:%S} UTC, {pages} version{'s' if pages != 1 else ''} kept",
        "themes": ", ".join(sorted(article.themes)) or "none",
        "copy of": article.copy_of or "nothing: it is a story of its own",
    }
    for name, fact in facts.items():
        screen.print(Text(f"{name:>10}  ", style="dim").append(plain(fact), style=""), soft_wrap=True)
    screen.print()
    screen.print(Text(plain(article.text)))


def _published(article: Article) -> str:
    if article.published is None:
        return "not known: the page says nothing, or something impossible"
    form = "%Y-%m-%d" if article.published_precision == "day" else "%Y-%m-%d %H:%M:%S UTC"
    return f"{article.published:{form}} (from: {article.published_from})"
