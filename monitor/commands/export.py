"""`parley export`: every article that matches, one line each."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from monitor.documents.articles import ArticleDocument
from monitor.documents.escapes import escaped
from monitor.services.export import COLUMNS, Export, export
from monitor.terminal.csv_lines import print_csv
from monitor.terminal.installation import load_app
from monitor.terminal.output import articles, errors, print_note
from monitor.terminal.parser import Parser
from monitor.terminal.progress import Bar, progress_bars
from monitor.terminal.remarks import print_diagnostics
from monitor.terminal.theme_versions import version_notes

HELP = "Write all matching articles as JSON lines or CSV"
EXAMPLES = (
    "export theme:truce --since 2026-11-01 > truce.jsonl",
    "export truce --format csv > truce.csv",
    "export truce --format excel > truce.csv",
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_query('a query, see docs/queries.md; "*" matches everything')
    parser.add_argument("--since", metavar="TIME", help="published at or after: 2026-11-01, yesterday, 7d, 1M …")
    parser.add_argument("--until", metavar="TIME", help="published before the end of this day, or before this moment")
    parser.add_argument(
        "--format",
        choices=("jsonl", "csv", "excel"),
        default="jsonl",
        help="JSON lines (the default), CSV, or CSV that Excel reads as UTF-8, which begins with a byte order mark",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the articles in the order in which their addresses were discovered."""
    app = load_app()
    matching = export(app, arguments.query, since=arguments.since, until=arguments.until)
    print_diagnostics(arguments.query, matching.diagnostics)
    written = _write_lines(matching) if arguments.format == "jsonl" else _write_csv(matching, arguments.format)
    sys.stdout.flush()
    errors().print(f"{articles(written)}.", style="dim")
    for note in version_notes(matching.versions, timezone=app.zone.key):
        print_note(errors(), note)
    return 0


def _write_lines(matching: Export) -> int:
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    written = 0
    for article in _print_progress(matching):
        print(escaped(json.dumps(article.model_dump(mode="json"), ensure_ascii=False)))
        written += 1
    return written


def _write_csv(matching: Export, format: str) -> int:
    return print_csv(COLUMNS, map(_cells, _print_progress(matching)), byte_order_mark=format == "excel")


def _cells(article: ArticleDocument) -> list[object]:
    """Return the values in the order of the columns, several names as one text."""
    values = (getattr(article, name) for name in ArticleDocument.model_fields)
    return ["; ".join(value) if isinstance(value, tuple) else value for value in values]


def _print_progress(matching: Export) -> Iterator[ArticleDocument]:
    """Yield the articles while a bar shows how many are written; none where the lines go to the terminal."""
    with progress_bars(shown=not sys.stdout.isatty()) as bars:
        bar = Bar(bars, "articles", matching.articles)
        for article in matching:
            yield article
            bar.advance()
