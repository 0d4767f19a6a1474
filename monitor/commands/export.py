"""`parley export`: every article that matches, one line each."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from indexer.article import Article
from indexer.query.tree import Between, Node, all_of
from monitor.app import App
from monitor.services.theme_versions import versions_of
from monitor.services.times import parse_range
from monitor.terminal.csv_lines import print_csv
from monitor.terminal.installation import load_app
from monitor.terminal.output import articles, errors, print_note
from monitor.terminal.parser import Parser
from monitor.terminal.progress import Bar, progress_bars
from monitor.terminal.remarks import show_warnings
from monitor.terminal.theme_versions import version_notes

HELP = "Write every matching article as a line of JSON or CSV, however many there are"
EXAMPLES = (
    "export theme:truce --since 2026-11-01 > truce.jsonl",
    "export truce --format csv > truce.csv",
)

COLUMNS = (
    *("id", "url", "title", "text", "authors", "published", "published_from", "published_precision", "collected"),
    *("source", "class", "country", "language", "themes", "copy_of"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_query('what to look for, see docs/queries.md; "*" is everything')
    parser.add_argument("--since", metavar="TIME", help="published at or after: 2026-11-01, yesterday, 7d, 1M …")
    parser.add_argument("--until", metavar="TIME", help="published before the end of this day, or before this moment")
    parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help="default: jsonl")


def run(arguments: argparse.Namespace) -> int:
    """Write the articles in the order in which their addresses were found."""
    app = load_app()
    node = _node(app, arguments)
    export = _Export(app, node)
    with progress_bars(shown=not sys.stdout.isatty()) as bars:
        export.on_article = Bar(bars, "articles", export.total).advance
        if arguments.format == "csv":
            print_csv(COLUMNS, (list(_flat(fields).values()) for fields in export))
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
            for fields in export:
                print(json.dumps(fields, ensure_ascii=False, default=datetime.isoformat))
    sys.stdout.flush()
    errors().print(f"{articles(export.written)}.", style="dim")
    for note in version_notes(versions_of(app, node), timezone=app.zone.key):
        print_note(errors(), note)
    return 0


class _Export:
    """Yields the fields of every matching article, and knows how many it has given."""

    def __init__(self, app: App, node: Node) -> None:
        self._app, self._node = app, node
        self.total = app.engine.count(node)
        self.written = 0
        self.on_article: Callable[[], None] = lambda: None

    def __iter__(self) -> Iterator[dict[str, object]]:
        for article in self._app.engine.scan(self._node):
            yield self._fields(article)
            self.written += 1
            self.on_article()

    def _fields(self, article: Article) -> dict[str, object]:
        source = self._app.source(article.source)
        values = (
            *(article.id, article.url, article.title, article.text, list(article.authors)),
            *(article.published, article.published_from, article.published_precision, article.collected),
            *(article.source, source.source_class if source else None, source.country if source else None),
            *(article.language, sorted(article.themes), article.copy_of),
        )
        return dict(zip(COLUMNS, values, strict=True))


def _flat(fields: dict[str, object]) -> dict[str, object]:
    """Return the fields with lists as one text."""
    return {name: "; ".join(value) if isinstance(value, list) else value for name, value in fields.items()}


def _node(app: App, arguments: argparse.Namespace) -> Node:
    since, until = parse_range(arguments.since, arguments.until, now=datetime.now(UTC), zone=app.zone)
    query = app.query(arguments.query)
    show_warnings(query.text, query.diagnostics)
    return all_of(query.node, Between("published", since, until)) if since or until else query.node
