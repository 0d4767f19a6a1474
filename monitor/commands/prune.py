"""`parley prune --before DATE`: delete what is old."""

from __future__ import annotations

import argparse
from datetime import datetime

from indexer.jobs.prune import Pruned, count_old, prune
from monitor.app import App
from monitor.documents.operations import PruneDocument
from monitor.services.jobs import prunable, prune_before, prune_document
from monitor.terminal.indexer_work import have_done
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, errors, print_document

HELP = "Delete articles published before a date, and their pages; they are never collected again"
EXAMPLES = ("prune --before 2y --dry-run", "prune --before 2024-01-01")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--before",
        metavar="DATE",
        required=True,
        help="a date or an age (90d, 18M, 2y); for undated articles, the time of collection counts",
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would be deleted without deleting it")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prune, or ask the running indexer to."""
    app = load_app()
    document = prunable(app, arguments.before) if arguments.dry_run else _prune(app, arguments.before)
    print_document(document) if arguments.json else console().print(document.message, soft_wrap=True)
    return 0


def _prune(app: App, text: str) -> PruneDocument:
    before = prune_before(app, text)
    app.archive.check()
    expected = count_old(app.archive.database, before)  # a running indexer does not report what it deleted
    return prune_document(before, _delete(app, before) or expected, is_deleted=True)


def _delete(app: App, before: datetime) -> Pruned | None:
    with errors().status("pruning") as shown:

        def show(_: float, doing: str) -> None:
            shown.update(f"pruning {doing}")

        def become() -> Pruned:
            engine = app.open_engine(writable=True)
            try:
                return prune(
                    app.archive, engine, before, progress=lambda deleted: show(0, f"{deleted:,} articles deleted")
                )
            finally:
                engine.close()

        return have_done(app, "prune", before.isoformat(), become=become, show=show)
