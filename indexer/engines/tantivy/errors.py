"""What tantivy's errors mean: who must act, in a sentence. tantivy raises ValueError for nearly everything, or panics."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import EngineMisconfigured, EngineUnavailable, ParleyError, QueryTooBroad

_LATER = {
    "no space left": "the disk is full",
    "disk quota exceeded": "the disk quota is used up",
    "too many open files": "too many files are open",
    "cannot allocate memory": "there is no memory left",
    "lockbusy": "another process writes to it",
    "failed to acquire lock": "another process writes to it",
    "file too large": "a file may not grow as large as it must",
    "writer was killed": "writing failed, most likely because the disk is full",
}
_LATER_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EFBIG}


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn whatever tantivy or the disk raises into an error of ours that names the folder and the cure."""
    try:
        yield
    except (ParleyError, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except OSError as error:
        raise _of_disk(folder, error) from error
    except BaseException as error:
        # A panic of the Rust library arrives as PanicException, which is no Exception.
        if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
            raise
        raise _of_tantivy(folder, str(error)) from error


def _of_disk(folder: Path, error: OSError) -> ParleyError:
    if error.errno in _LATER_CODES:
        return EngineUnavailable(f"the index in {folder} cannot be used now: {error.strerror}; it is tried again")
    return EngineMisconfigured(
        f"the index in {folder} cannot be used: {error}; check the folder, its owner and its rights"
    )


def _of_tantivy(folder: Path, message: str) -> ParleyError:
    lowered = message.lower()
    if "expansions" in lowered:
        return QueryTooBroad(
            "a prefix or wildcard in a phrase stands for more than 16,384 words; write more of the word"
        )
    for sign, reason in _LATER.items():
        if sign in lowered:
            return EngineUnavailable(f"the index in {folder} cannot be used now: {reason}; it is tried again")
    if "permission denied" in lowered or "read-only file system" in lowered:
        return EngineMisconfigured(f"the index in {folder} cannot be used: {message}; check its owner and its rights")
    return EngineMisconfigured(f"the index in {folder} is damaged ({message}); run `parley rebuild` to make it anew")
