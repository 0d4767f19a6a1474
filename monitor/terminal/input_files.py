"""Files that people name on the command line, or standard input for `-`, read up to a limit."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from config.errors import WrongArgument


@contextmanager
def input_file(file: str, *, field: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`, which stays open.

    Args:
        field: the argument that names it.

    Raises:
        WrongArgument: the file cannot be opened or read.
    """
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as opened:
            yield opened
    except OSError as wrong:
        raise WrongArgument(f"{file}: cannot be read: {wrong.strerror}", field=field) from None


def read_lines(file: str, most: int) -> Iterator[bytes]:
    """Yield the lines of a file, or of standard input for `-`, in constant memory.

    Args:
        most: bytes that a line may have.

    Raises:
        WrongArgument: the file cannot be read, or a line is longer.
    """
    with input_file(file, field="file") as opened:
        number = 0
        while line := opened.readline(most + 1):
            number += 1
            if len(line) > most:
                message = f"{file}: line {number}: longer than {most:,} bytes, as `max_bytes` allows"
                raise WrongArgument(message, field="file")
            yield line


def read_text(file: str, most: int) -> str:
    """Return the text of a file, or of standard input for `-`.

    Args:
        most: bytes up to which it is read.

    Raises:
        WrongArgument: the file cannot be read, is longer, or is not UTF-8.
    """
    with input_file(file, field="file") as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        message = f"{file}: longer than {most:,} bytes, as `max_bytes` allows; give a part of it"
        raise WrongArgument(message, field="file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongArgument(f"{file}: not UTF-8; save the text in that encoding", field="file") from None
