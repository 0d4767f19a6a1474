"""Adding a time stamp to an evidence file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from config.errors import WrongArgument
from monitor.evidence.opening import open_evidence
from monitor.evidence.parts import TOKEN, Writer
from monitor.evidence.timestamps import LONGEST, Stamp, read_stamp


def stamp(path: Path, token: Path) -> tuple[Stamp, Iterator[bytes]]:
    """Return the time that a token states, and the bytes of the evidence file with it.

    Args:
        token: the response of a time-stamping authority (RFC 3161) to a request for the file's manifest.

    Raises:
        WrongArgument: one of them cannot be read.
        Refused: the file is not evidence, or the token is not of its manifest.
    """
    try:
        content = token.read_bytes()[: LONGEST + 1]
    except OSError as error:
        raise WrongArgument(f"{token}: {error.strerror or error}", field="token") from None
    file = open_evidence(path)
    stamped = read_stamp(file.manifest_bytes, content)

    def pieces() -> Iterator[bytes]:
        writer = Writer()
        for name in file.names():
            if name != TOKEN:
                yield from writer.part(name, file.pieces(name))
        yield from writer.part(TOKEN, [content])
        yield from writer.end()
        file.close()

    return stamped, pieces()
