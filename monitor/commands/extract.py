"""`parley extract`: what the extractor makes of one page."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from config.errors import ParleyError
from config.settings import Settings, load_settings
from crawler.download.fetch import Fetched, Fetcher
from crawler.download.loop import run as run_loop
from crawler.download.loop import with_downloader
from crawler.limits import worker_memory
from crawler.outcomes import Outcome
from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import Refusal
from indexer.extract.pool import Job, Pool
from monitor.terminal.output import add_json, console, plain, print_json

HELP = "Show what the extractor makes of a file or an address"
EXAMPLES = (
    "extract page.html --url https://news.example/truce",
    "extract https://news.example/truce",
    "extract - < page.html",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("page", metavar="FILE|URL", help="an HTML file, - for standard input, or an http(s) address")
    parser.add_argument("--url", default="http://localhost/", help="the address a file was saved from")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the extraction; exit code 1 when the page has no article."""
    settings = load_settings()
    if arguments.page.startswith(("http://", "https://")):
        fetched = _download(settings, arguments.page)
        body, content_type, url = fetched.body, fetched.content_type, fetched.url
    else:
        body, content_type, url = _read(arguments.page, settings.max_bytes), "", arguments.url
    found = _extract(settings, body, content_type, url)
    print_json(found) if arguments.json else _show(found)
    return 0 if isinstance(found, Extraction) else 1


def _read(name: str, max_bytes: int) -> bytes:
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as file:
            body = file.read(max_bytes + 1)
    except OSError as error:
        raise ParleyError(f"{name}: cannot be read ({error.strerror})") from None
    if len(body) > max_bytes:
        raise ParleyError(f"{name}: longer than {max_bytes:,} bytes; raise the setting max_bytes to read it")
    return body


def _download(settings: Settings, url: str) -> Fetched:
    answers: list[Fetched] = []

    async def work(fetch: Fetcher) -> None:
        answers.append(await fetch(url, {}))

    run_loop(with_downloader(settings, work))
    if not answers or answers[0].outcome != Outcome.ANSWERED:
        raise ParleyError(f"{url}: {answers[0].detail if answers else 'the download was cut off'}")
    return answers[0]


def _extract(settings: Settings, body: bytes, content_type: str, url: str) -> Extraction | Refusal:
    """Extract in a process of its own, as the indexer does: the page is a stranger's."""
    job = Job(
        key=url,
        kind="document",
        body=body,
        content_type=content_type,
        url=url,
        hints=Hints(),
        collected=datetime.now(UTC),
    )
    with Pool(1, settings.page_seconds, memory=worker_memory(settings.max_bytes)) as pool:
        [(_, found)] = pool.map([job])
    if isinstance(found, Extraction | Refusal):
        return found
    raise ParleyError(f"{url}: {found.outcome}: {found.detail}")


def _show(found: Extraction | Refusal) -> None:
    screen = console()
    if isinstance(found, Refusal):
        screen.print(f"No article ({found.outcome}): {plain(found.detail)}", soft_wrap=True)
        return
    facts = {
        "title": found.title or "none",
        "authors": ", ".join(found.authors) or "not named",
        "language": found.language or "not known",
        "published": f"{found.published} (from: {found.published_from}, {found.published_precision})",
        "canonical": found.canonical_url or "not said",
    }
    for name, fact in facts.items():
        screen.print(Text(f"{name:>10}  ", style="dim").append(plain(fact), style=""), soft_wrap=True)
    screen.print()
    screen.print(Text(plain(found.text)))
