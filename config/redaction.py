"""Leaving secrets out of what outlives the moment: user names and passwords in addresses, and parameters such as `token=`."""

from __future__ import annotations

import re
import sys
from typing import TextIO, cast

_USER = re.compile(r"(://)[^/\s@'\"]+@")
_PARAMETER = re.compile(
    r"\b((?:[\w-]*(?:password|passwd|token|secret|api[-_]?key|signature)|key|auth|sig)=)[^&\s'\"]+", re.IGNORECASE
)


def protect_output() -> None:
    """Leave secrets out of what this process prints from now on, such as the traceback of an unexpected error.

    What goes to a terminal stays as it is: only files outlive the moment.
    """
    sys.stdout, sys.stderr = map(_protected_stream, (sys.stdout, sys.stderr))


def protected(text: str) -> str:
    """Return the text without secrets and without characters that drive a terminal."""
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
        self._stream.write(protected(lines) + line_end)
        return len(text)

    def flush(self) -> None:
        """Write the rest as well."""
        self._stream.write(protected(self._unfinished))
        self._unfinished = ""
        self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)
