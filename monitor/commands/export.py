"""`parley export`: every article that matches, one line each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.documents.articles import ArticleDocument
from monitor.export_formats import FORMAT_NAMES, FORMATS
from monitor.services.export import Export, export
from monitor.terminal.installation import load_app
from monitor.terminal.output import articles, errors, print_note
from monitor.terminal.parser import Parser
from monitor.terminal.progress import Bar, progress_bars
from monitor.terminal.remarks import print_diagnostics, print_searchable
from monitor.terminal.theme_versions import version_notes

HELP = "Write all matching articles as JSON lines, CSV or Parquet, or their pages as WARC"
EXAMPLES = (
    "export theme:truce --since 2026-11-01 > truce.jsonl",
    "export truce --format csv > truce.csv",
    "export truce --format excel > truce.csv",
    "export truce --format warc > truce.warc.gz",
)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_query('a query, see docs/queries.md; "*" matches everything')
    parser.add_argument("--since", metavar="TIME", help="published at or after: 2026-11-01, yesterday, 7d, 1M …")
    parser.add_argument("--until", metavar="TIME", help="published before the end of this day, or before this moment")
    parser.add_argument(
        "--format",
        choices=FORMAT_NAMES,
        default="jsonl",
        help="JSON lines (the default), CSV, CSV that Excel reads as UTF-8, which begins with a byte order mark, Parquet, "
        "or the archived pages of the articles as WARC",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the articles in the order in which their addresses were discovered."""
    app = load_app()
    matching = export(app, arguments.query, since=arguments.since, until=arguments.until)
    print_diagnostics(arguments.query, matching.diagnostics)
    print_searchable(matching.searchable)
    written = _Written(matching)
    sys.stdout.flush()
    for piece in FORMATS[arguments.format].pieces(written, app.archive):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    errors().print(f"{articles(written.number)}.", style="dim")
    for note in version_notes(matching.versions, timezone=app.zone.key):
        print_note(errors(), note)
    return 0


@dataclass(slots=True)
class _Written:
    """The articles of an export, counted as they are read, with a bar unless the lines go to the terminal."""

    _matching: Export
    number: int = 0

    def __iter__(self) -> Iterator[ArticleDocument]:
        with progress_bars(shown=not sys.stdout.isatty()) as bars:
            bar = Bar(bars, "articles", self._matching.articles)
            for article in self._matching:
                yield article
                self.number += 1
                bar.advance()
