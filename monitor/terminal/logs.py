"""Where a command that runs for long writes its log."""

from __future__ import annotations

import argparse
from pathlib import Path

from config import logs
from config.redaction import protect_output
from monitor.app import App


def add_log_file(parser: argparse.ArgumentParser) -> None:
    """Give the command its --log-file option."""
    parser.add_argument(
        "--log-file",
        type=Path,
        metavar="FILE",
        help="write the log to this file, rotated, instead of to standard error",
    )


def start_logging(app: App, file: Path | None) -> None:
    """Log as the settings say, to a file or to standard error.

    With a file, output that does not go to a terminal is kept free of secrets too: the supervisor sends it to a file as well.

    Raises:
        OSError: the file cannot be written.
    """
    if file:
        protect_output()
    logs.start_logging(app.settings.log_level, app.settings.log_format, file=file, to_stderr=file is None)
