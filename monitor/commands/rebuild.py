"""`parley rebuild`: fill a fresh index from the kept articles."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from indexer.copies.index import CopyIndex
from indexer.jobs.linking import link_again
from indexer.jobs.rebuild import rebuild
from indexer.themes.tagger import Tagger
from monitor.app import App
from monitor.live import LiveThemes
from monitor.services.jobs import rebuild_document, rebuild_target
from monitor.terminal.indexer_work import have_done
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document
from monitor.terminal.progress import progress_bars

HELP = "Rebuild the index from the archive and switch to it once counts match"
EXAMPLES = ("rebuild", "rebuild --into elasticsearch://127.0.0.1:9200/parley")

Show = Callable[[int, int], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--into", metavar="ENGINE", default="", help="address of another engine to fill (default: the engine in use)"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Rebuild, or ask the running indexer to."""
    into = rebuild_target(arguments.into)
    app = load_app()
    with progress_bars() as bars:
        task = bars.add_task("rebuilding", total=None)

        def show(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        have_done(
            app,
            "rebuild",
            into,
            become=lambda: _become_indexer(app, into, show),
            show=lambda share, _: show(round(share * 100), 100),
        )
    document = rebuild_document(app, into)
    print_document(document) if arguments.json else console().print(document.message, soft_wrap=True)
    return 0


def _become_indexer(app: App, into: str, show: Show) -> None:
    tagger = Tagger(LiveThemes(app).compiled)
    link_again(app.archive.database, CopyIndex(app.settings.copy_days), progress=lambda _: None)
    in_use = app.settings.engine_url
    rebuild(into or in_use, app.archive.database, tagger, app.sources, progress=show, in_use=in_use).close()
