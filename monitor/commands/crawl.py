"""`parley crawl`: collect only."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from config.errors import RequestFailed
from config.sources import Source
from crawler.download.loop import run as run_loop
from crawler.outcomes import sentence_of
from crawler.run import Report, crawl
from monitor.documents.operations import CrawlDocument
from monitor.live import LiveSources
from monitor.services.sources import choose_sources
from monitor.services.upkeep import all_failed
from monitor.terminal.installation import load_app
from monitor.terminal.logs import add_log_file, start_logging
from monitor.terminal.output import add_json, console, errors, print_document
from monitor.terminal.progress import CrawlProgress, progress_bars

HELP = "Collect from the sources until Ctrl-C, or once with --once"
EXAMPLES = ("crawl", "crawl --once", "crawl --once --source bbc-world --source tass-en")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--once", action="store_true", help="poll every feed now, fetch the new pages, and exit")
    parser.add_argument("--source", action="append", metavar="ID", help="collect only from this source; repeatable")
    add_log_file(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Collect, and print polls and pages by outcome; an interrupted run with --once has its own exit code."""
    app = load_app()
    app.make_archive()
    start_logging(app, arguments.log_file)
    choose_sources(app, arguments.source or [])
    if not app.settings.contact:
        errors().print("note: set `contact` to an email or web address so that site owners can reach you", style="dim")
    sources = LiveSources(app)
    feeds = _count_feeds(sources.current, arguments.source)
    if not feeds:
        note = "note: no feed is enabled; see docs/sources.md for how to add sources, and check the setting `shipped_sources`"
        errors().print(note, style="dim", soft_wrap=True)
    with progress_bars(shown=arguments.once) as bars:
        work = crawl(
            app.settings,
            sources.current,
            app.archive,
            once=arguments.once,
            source_ids=arguments.source,
            reload=sources.changes,
            on_event=CrawlProgress(bars, feeds),
            problems=lambda: sources.problems,
        )
        report = run_loop(work)
    print_document(CrawlDocument(polls=report.polls, pages=report.pages)) if arguments.json else _show(report)
    if arguments.once and report.stopped:
        raise KeyboardInterrupt
    if arguments.once and all_failed(report.polls):
        raise RequestFailed("nothing was collected: every feed failed; `parley sources check` says why")
    return 0


def _count_feeds(sources: Sequence[Source], chosen: Sequence[str] | None) -> int:
    return sum(feed.enabled for source in sources if not chosen or source.id in chosen for feed in source.feeds)


def _show(report: Report) -> None:
    for name, counts in (("Polls", report.polls), ("Pages", report.pages)):
        done = ", ".join(
            f"{number:,} {sentence_of(outcome)}"
            for outcome, number in sorted(counts.items(), key=lambda item: -item[1])
        )
        console().print(f"{name}: {done or 'none'}.")
