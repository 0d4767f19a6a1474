"""`parley index`: index what was collected."""

from __future__ import annotations

import argparse
import signal
from threading import Event

from crawler.outcomes import sentence_of
from monitor.documents.operations import IndexDocument
from monitor.processes.indexer import indexer
from monitor.terminal.installation import load_app
from monitor.terminal.logs import add_log_file, start_logging
from monitor.terminal.output import add_json, articles, console, print_document
from monitor.terminal.progress import Bar, progress_bars

HELP = "Index collected pages until Ctrl-C, or with --once until none is pending"
EXAMPLES = ("index", "index --once")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--once", action="store_true", help="exit when no page is pending")
    add_log_file(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Index, and print the pages by outcome; an interrupted run with --once has its own exit code."""
    app = load_app()
    app.archive.check()
    start_logging(app, arguments.log_file)
    _ = app.morphology  # the tables may have to be built first: a stop until then ends that at once
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    pending = app.archive.count_pages_by_state().get("pending", 0)
    wait_until = None if arguments.once else stop
    with indexer(app, wait_until) as working, progress_bars() as bars:
        working.on_batch = Bar(bars, "pages", pending).advance
        outcomes = working.run(stop, once=arguments.once)
    if arguments.json:
        print_document(IndexDocument(pages=dict(outcomes), filled=working.filled))
    else:
        if working.filled:
            console().print(f"Added to the index from the archive: {articles(working.filled)}.")
        done = ", ".join(f"{number:,} {sentence_of(name)}" for name, number in outcomes.most_common())
        console().print(f"Pages: {done or 'none were pending'}.")
    if arguments.once and stop.is_set():
        raise KeyboardInterrupt
    return 0
