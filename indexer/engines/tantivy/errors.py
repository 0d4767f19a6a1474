"""Translating tantivy's errors into ours, with a cure. tantivy raises ValueError for nearly everything, or panics."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import EngineMisconfigured, EngineUnavailable, ParleyError, QueryTooBroad
from indexer.engines.tantivy.checksums import COMMIT, find_damaged_files

_LATER = {
    "no space left": "the disk is full",
    "disk quota exceeded": "the disk quota is used up",
    "too many open files": "too many files are open",
    "cannot allocate memory": "no memory is left",
    "lockbusy": "another process writes to it",
    "failed to acquire lock": "another process writes to it",
    "file too large": "a file would exceed the size limit",
    "writer was killed": "writing failed, most likely because the disk is full",
}
_FILE = re.compile(r'(?:filepath: |FileDoesNotExist\(|\(in file `)"([^"]+)"')
_LONGEST_QUOTE = 100  # characters
_LATER_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EFBIG}


@contextmanager
def translate_errors(folder: Path) -> Iterator[None]:
    """Turn anything that tantivy or the disk raises into a ParleyError that names the folder and the cure."""
    try:
        yield
    except (ParleyError, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except OSError as error:
        raise _of_disk(folder, error) from error
    except BaseException as error:
        if not is_of_tantivy(error):
            raise
        raise _of_tantivy(folder, str(error)) from error


def is_of_tantivy(error: BaseException) -> bool:
    """Tell whether tantivy raised this; a panic of the Rust library is a PanicException, which is not an Exception."""
    return isinstance(error, ValueError) or type(error).__name__ == "PanicException"


def _of_disk(folder: Path, error: OSError) -> ParleyError:
    if error.errno in _LATER_CODES:
        return EngineUnavailable(f"the index in {folder} cannot be used now: {error.strerror}; Parley will try again")
    if error.errno in (errno.EACCES, errno.EPERM):
        return _forbidden(folder)
    return EngineMisconfigured(f"the index in {folder} cannot be used: {error.strerror}; check the folder and its disk")


def _of_tantivy(folder: Path, message: str) -> ParleyError:
    lowered = message.lower()
    if "expansions" in lowered:
        return QueryTooBroad("a prefix or wildcard in a phrase matches more than 16,384 words; write more of the word")
    for sign, reason in _LATER.items():
        if sign in lowered:
            return EngineUnavailable(f"the index in {folder} cannot be used now: {reason}; Parley will try again")
    if "permission denied" in lowered:
        return _forbidden(folder)
    if "read-only file system" in lowered:
        return EngineMisconfigured(f"the index in {folder} cannot be written: its disk is mounted read-only")
    if place := _damaged_file(folder, message):
        return EngineMisconfigured(f"the index in {folder} is damaged ({place}); run `parley repair`")
    quote = " ".join(message.split())[:_LONGEST_QUOTE]
    return EngineMisconfigured(
        f'the index in {folder} cannot be used, though its files are sound (tantivy says "{quote}"); run `parley rebuild`'
    )


def _damaged_file(folder: Path, message: str) -> str:
    """Return the name of a damaged file; empty if none is known."""
    if named := _FILE.search(message):
        return Path(named[1]).name
    try:
        damaged = find_damaged_files(folder)
    except ValueError:
        return COMMIT
    except OSError:
        return ""
    return damaged[0] if damaged else ""


def _forbidden(folder: Path) -> ParleyError:
    cure = "as the account that owns them, set `umask` to 027 and `chmod -R g+rX` the data folder"
    return EngineMisconfigured(
        f"the index in {folder} cannot be used: this account may not read its files; to let its group read them, {cure}"
    )
