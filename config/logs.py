"""How events are logged: one line each, with fields, in one form for Parley and every library.

Loggers are structlog's over the standard library's, so that whoever embeds Parley decides where lines go; a command
decides it with `start_logging`. No secret reaches a log: user names and passwords in addresses, and parameters such as
`token=`, are blotted out, wherever in a line or a traceback they stand.
"""

from __future__ import annotations

import logging
import sys
from functools import cached_property
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from config.settings import LogFormat, LogLevel

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger

MAX_BYTES, MAX_FILES = 5_000_000, 5  # of one log: what is older is dropped
_OURS = ("config", "crawler", "indexer", "monitor")


class Logger:
    """The logger of a module. structlog is loaded with the first event: most commands have none, and it slows their start."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _bound(self) -> BoundLogger:
        from config.log_lines import bound_logger

        return bound_logger(self._name)

    def debug(self, event: str, **fields: Any) -> None:
        """Log what only its developers look for."""
        self._bound.debug(event, **fields)

    def info(self, event: str, **fields: Any) -> None:
        """Log what happens in the ordinary course."""
        self._bound.info(event, **fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Log what somebody should look at."""
        self._bound.warning(event, **fields)

    def error(self, event: str, **fields: Any) -> None:
        """Log what failed."""
        self._bound.error(event, **fields)

    def exception(self, event: str, **fields: Any) -> None:
        """Log an error with the traceback of what is being handled."""
        self._bound.exception(event, **fields)


def get_logger(name: str) -> Logger:
    """Return the logger of a module: `log.warning("feed failing", feed=feed.id)`.

    Fields may have any name that `logging.LogRecord` does not use itself (`name`, `message`, `module`, `args` …).
    """
    return Logger(name)


def start_logging(level: LogLevel, form: LogFormat, *, file: Path | None = None, to_stderr: bool = True) -> None:
    """Log from now on to a file, to standard error, or to both; replaces what was set up before.

    Args:
        level: the least severe events of Parley that are logged; of libraries, only warnings and errors are.
        file: rotated at `MAX_BYTES`; `MAX_FILES` are kept, so that logs outlive restarts and never fill the disk.

    Raises:
        OSError: the file cannot be written.
    """
    from config.log_lines import formatter

    handlers: list[logging.Handler] = [_StandardError()] if to_stderr else []
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(RotatingFileHandler(file, maxBytes=MAX_BYTES, backupCount=MAX_FILES - 1, encoding="utf-8"))
    for handler in handlers:
        handler.setFormatter(formatter(form))
        handler.addFilter(_is_ours_or_grave)
    least = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(handlers=handlers, level=max(least, logging.WARNING), force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a full disk is no reason to fill standard error
    for package in _OURS:
        logging.getLogger(package).setLevel(least)


def _is_ours_or_grave(record: logging.LogRecord) -> bool:
    """Say whether a record is logged; some libraries set the levels of their loggers themselves."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in _OURS


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at the moment: a progress bar takes its place while it moves."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr
