"""The installation as commands use it: with a line on standard error while its word tables are built."""

from __future__ import annotations

import os

from config.errors import ConfigError, Problem
from config.settings import mended_settings
from monitor.app import App
from monitor.services.completeness import nothing_yet
from monitor.terminal.output import errors, plain, print_note


def load_app() -> App:
    """Return the installation that the environment and its settings file describe; its `umask` holds from now on.

    Raises:
        ConfigError: every wrong setting.
    """
    app = App.load(progress=_show_progress, warning=_show_warning)
    if app.settings.umask:
        os.umask(int(app.settings.umask, 8))
    return app


def load_app_to_check() -> App:
    """Return the installation even where settings are wrong: each of these has its default, and `report` has the mistakes."""
    try:
        return load_app()
    except ConfigError as wrong:
        return App(mended_settings(wrong.problems), _show_progress, _show_warning)


def note_nothing_yet(app: App) -> None:
    """Print on standard error that the data folder has no article yet, where that is so; its name may be mistyped.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    if nothing := nothing_yet(app):
        print_note(errors(), f"{app.settings.data}: {nothing}")


def _show_warning(problem: Problem) -> None:
    errors().print(f"warning: {plain(str(problem))}", style="yellow", soft_wrap=True)


def _show_progress(languages: str, done: int, total: int) -> None:
    message = f"the word table for {languages} is ready ({done} of {total})"
    if not done:
        message = f"building the word tables for {languages}, once; this takes half a minute"
    errors().print(message, style="dim", soft_wrap=True)
