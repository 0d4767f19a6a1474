"""How events are logged: one line each, with fields, in one form for Parley and every library.

Loggers are structlog's over the standard library's, so that whoever embeds Parley decides where lines go; a command
decides it with `start_logging`. No secret reaches a log: user names and passwords in addresses, and parameters such as
`token=`, are blotted out, wherever in a line or a traceback they stand.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.settings import LogFormat, LogLevel

MAX_BYTES, MAX_FILES = 5_000_000, 5  # of one log: what is older is dropped
_OURS = ("config", "crawler", "indexer", "monitor")
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_USER = re.compile(r"(://)[^/\s@'\"]+@")
_PARAMETER = re.compile(
    r"\b((?:[\w-]*(?:password|passwd|token|secret|api[-_]?key|signature)|key|auth|sig)=)[^&\s'\"]+", re.IGNORECASE
)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module: `log.warning("feed failing", feed=feed.id)`.

    Fields may have any name that `logging.LogRecord` does not use itself (`name`, `message`, `module`, `args` …).
    """
    bound = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return cast(structlog.stdlib.BoundLogger, bound)


def start_logging(level: LogLevel, form: LogFormat, *, file: Path | None = None, to_stderr: bool = True) -> None:
    """Log from now on to a file, to standard error, or to both; replaces what was set up before.

    Args:
        level: the least severe events of Parley that are logged; of libraries, only warnings and errors are.
        file: rotated at `MAX_BYTES`; `MAX_FILES` are kept, so that logs outlive restarts and never fill the disk.

    Raises:
        OSError: the file cannot be written.
    """
    handlers: list[logging.Handler] = [_StandardError()] if to_stderr else []
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(RotatingFileHandler(file, maxBytes=MAX_BYTES, backupCount=MAX_FILES - 1, encoding="utf-8"))
    for handler in handlers:
        handler.setFormatter(_formatter(form))
        handler.addFilter(_is_ours_or_grave)
    least = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(handlers=handlers, level=max(least, logging.WARNING), force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a full disk is no reason to fill standard error
    for package in _OURS:
        logging.getLogger(package).setLevel(least)


def protect_output() -> None:
    """Leave secrets out of what this process prints from now on, such as the traceback of an unexpected error.

    What goes to a terminal stays as it is: only files outlive the moment.
    """
    sys.stdout, sys.stderr = map(_protected_stream, (sys.stdout, sys.stderr))


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


def _formatter(form: LogFormat) -> logging.Formatter:
    return _ProtectedFormatter(
        processors=[
            structlog.processors.TimeStamper(fmt=_TIME, utc=True),
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *(_JSON if form == "json" else _TEXT),
        ]
    )


class _ProtectedFormatter(structlog.stdlib.ProcessorFormatter):
    """Leaves out secrets, and characters that drive a terminal, wherever in a line or a traceback they stand."""

    def format(self, record: logging.LogRecord) -> str:
        return _protected(super().format(record))


def _protected(text: str) -> str:
    text = _PARAMETER.sub(r"\1…", _USER.sub(r"\1…@", text))
    return "".join(char if char == "\n" or char.isprintable() else ascii(char)[1:-1] for char in text)


def _protected_stream(stream: TextIO) -> TextIO:
    return stream if stream.isatty() else cast(TextIO, _ProtectedOutput(stream))


class _ProtectedOutput:
    """A stream in place of another, which writes each line as a log would: without secrets."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._unfinished = ""

    def write(self, text: str) -> int:
        """Write the lines that are complete; a traceback comes in pieces."""
        lines, line_end, self._unfinished = (self._unfinished + text).rpartition("\n")
        self._stream.write(_protected(lines) + line_end)
        return len(text)

    def flush(self) -> None:
        """Write the rest as well."""
        self._stream.write(_protected(self._unfinished))
        self._unfinished = ""
        self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def _one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["event"] = str(event["event"]).replace("\n", "\\n")
    return event


_JSON: Sequence[Processor] = (
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False),
)
_TEXT: Sequence[Processor] = (
    _one_line,
    structlog.dev.ConsoleRenderer(
        colors=False,
        repr_native_str=True,
        sort_keys=False,
        pad_event_to=0,
        pad_level=False,
        exception_formatter=structlog.dev.plain_traceback,
    ),
)
