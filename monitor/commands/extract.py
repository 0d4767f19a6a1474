"""`parley extract`: extract one page."""

from __future__ import annotations

import argparse
from zoneinfo import ZoneInfo

from rich.text import Text

from config.errors import WrongArgument
from crawler.outcomes import sentence_of
from monitor.documents.extraction import ExtractDocument, ExtractionDocument
from monitor.services.extraction import extract_address, extract_page
from monitor.terminal.input_files import input_file
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, plain, print_document
from monitor.terminal.times import zoned

HELP = "Show what the extractor finds in a file or at an address"
EXAMPLES = (
    "extract page.html --url https://news.example/truce",
    "extract https://news.example/truce",
    "extract - < page.html",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("page", metavar="FILE|URL", help="an HTML file, - for standard input, or an http(s) address")
    parser.add_argument("--url", default="http://localhost/", help="the address that the file was saved from")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the extraction; exit code 1 when the page has no article."""
    app, page = load_app(), arguments.page
    if page.lower().startswith(("http://", "https://")):
        document = extract_address(app, page)
    else:
        document = extract_page(app, _read(page, app.settings.max_bytes), arguments.url)
    print_document(document) if arguments.json else _show(document, app.zone)
    return 0 if document.article else 1


def _read(name: str, max_bytes: int) -> bytes:
    with input_file(name, field="page") as file:
        body = file.read(max_bytes + 1)
    if len(body) > max_bytes:
        message = f"{name}: longer than {max_bytes:,} bytes; increase the setting max_bytes to read it"
        raise WrongArgument(message, field="page")
    return body


def _show(document: ExtractDocument, zone: ZoneInfo) -> None:
    screen = console()
    if document.article is None:
        why = document.explanation or sentence_of(document.outcome)
        screen.print(f"No article: {plain(why)}", soft_wrap=True)
        return
    for name, value in _facts(document.article, zone).items():
        screen.print(Text(f"{name:>10}  ", style="dim").append(plain(value), style="not dim"), soft_wrap=True)
    screen.print()
    screen.print(Text(plain(document.article.text)))


def _facts(article: ExtractionDocument, zone: ZoneInfo) -> dict[str, str]:
    date = zoned(article.published, article.published_precision, zone)
    changed = zoned(article.updated, article.updated_precision, zone)
    return {
        "title": article.title or "none",
        "authors": ", ".join(article.authors) or "unknown",
        "language": article.language or "unknown",
        "published": f"{date} (from: {article.published_from})" if article.published else "unknown",
        **({"updated": changed} if article.updated else {}),
        "canonical": article.canonical_url or "not given",
    }
