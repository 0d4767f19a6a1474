"""Sweeps as people start them: by the running indexer, or by the command where none runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from rich.progress import TaskProgressColumn

from config.errors import RequestFailed
from indexer.themes.queue import Sweeps
from monitor.app import App
from monitor.documents.themes import SweptDocument
from monitor.live import LiveThemes
from monitor.services.questions import theme_of
from monitor.terminal.indexer_work import have_done
from monitor.terminal.output import console, print_document
from monitor.terminal.progress import progress_bars


def sweep(app: App, ids: Sequence[str], *, as_json: bool) -> None:
    """Bring the tags of these themes, or of all, up to date, and print that they are.

    Raises:
        NotFound: there is no such theme.
        RequestFailed: some tags could not be brought up to date; says which and why.
    """
    for id in ids:
        theme_of(app, id)
    sweep_with_progress(app, ids)
    message = f"The tags of {', '.join(ids) if ids else 'all themes'} are up to date."
    document = SweptDocument(themes=tuple(ids), message=message)
    print_document(document) if as_json else console().print(message, soft_wrap=True)


def sweep_with_progress(app: App, ids: Sequence[str]) -> None:
    """Sweep and show the progress on standard error.

    Raises:
        RequestFailed: some tags could not be brought up to date; says which and why.
    """
    with progress_bars(TaskProgressColumn()) as bars:
        task = bars.add_task("sweeping", total=1.0)

        def show(share: float, doing: str) -> None:
            bars.update(task, completed=share, description=doing or "sweeping")

        have_done(app, "sweep", " ".join(ids), become=lambda: _become_indexer(app, show), show=show)


def _become_indexer(app: App, show: Callable[[float, str], None]) -> None:
    """Sweep every theme whose tags are not up to date: others may contain those that were named."""
    engine = app.open_engine(writable=True)
    try:
        sweeps = Sweeps(app.archive.database)
        themes = LiveThemes(app)
        sweeps.follow(themes.compiled, datetime.now(UTC), left_out=themes.left_out)
        total = len(sweeps.due)
        while sweeps.work(engine, datetime.now(UTC)):
            show(1 - len(sweeps.due) / max(1, total), sweeps.doing)
    finally:
        engine.close()
    if sweeps.troubles:
        raise RequestFailed("\n".join(sweeps.troubles.values()))
