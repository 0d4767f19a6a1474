"""`parley rebuild`: fill a fresh index from the kept articles."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from config.errors import AlreadyRunning, EngineUnavailable
from crawler.presence import only_one
from indexer import requests
from indexer.engine import shown
from indexer.rebuild import rebuild
from indexer.tagger import Tagger
from monitor.app import App, LiveThemes
from monitor.output import add_json, console, errors, print_json

HELP = "Fill a fresh index from what is kept, and put it in place when its counts agree"

Show = Callable[[int, int], None]

_LOOK = 0.5  # seconds between two looks at a running indexer's progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--into", metavar="ENGINE", default="", help="address of another engine to fill (default: the one in use)"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Rebuild, or ask the running indexer to."""
    app = App.load()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors(), transient=True) as progress:
        task = progress.add_task("rebuilding", total=None)

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        try:
            with only_one(app.settings.data, "indexer"):
                message = _become_indexer(app, arguments.into, show)
        except AlreadyRunning:
            message = _ask_indexer(app, arguments.into, show)
    print_json({"message": message}) if arguments.json else console().print(message)
    return 0


def _become_indexer(app: App, into: str, show: Show) -> str:
    target = into or app.settings.engine_url
    tagger = Tagger(LiveThemes(app).compiled)
    rebuild(target, app.archive.database, tagger, progress=show).close()
    return _said(target, app)


def _ask_indexer(app: App, into: str, show: Show) -> str:
    database = app.archive.database
    with database.write() as connection:
        number = requests.ask(connection, "rebuild", into, datetime.now(UTC))
    while True:
        with database.read() as connection:
            request = requests.look_up(connection, number)
        show(round(request.progress * 100), 100)
        if request.state == "failed":
            raise EngineUnavailable(request.message)
        if request.state == "done":
            return _said(into or app.settings.engine_url, app)
        time.sleep(_LOOK)


def _said(target: str, app: App) -> str:
    if target == app.settings.engine_url:
        return "The index is rebuilt and in use."
    return f"{shown(target)} is filled. Set `engine` to it to use it."
