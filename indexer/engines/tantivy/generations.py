"""The folder of an embedded index: one or more generations, and a file that names the live one.

    PATH/CURRENT          the name of the live generation
    PATH/generation-3/    a tantivy index, and parley.json: the versions it was made with and the archive it belongs to

A rebuild fills a new generation while readers use the live one; CURRENT is replaced atomically.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

from config.errors import ConfigError, EngineMisconfigured, Problem
from config.files import NotAFile, bytes_of
from config.replacing import replace_text
from indexer.engines.tantivy.checksums import COMMIT

MADE_BY_FILE = "parley.json"
CURRENT = "CURRENT"  # the file that names the live generation
_ARCHIVE = "archive"
_NAME = "generation-"
_UNFINISHED = "unfinished"  # a file in a generation that was never live


def root_of(url: str) -> Path:
    """Return the folder that an address names.

    Raises:
        ConfigError: it names none.
    """
    path = url.partition(":")[2]
    if not path:
        raise ConfigError([Problem("engine", f'"{url}" names no folder; write tantivy:PATH')])
    try:
        return Path(path).expanduser()
    except RuntimeError:
        message = f'"{url}" starts with a home folder that does not exist'
        raise ConfigError([Problem("engine", message)]) from None


def find_live(root: Path) -> Path | None:
    """Return the folder of the live generation; None if nothing has been indexed here."""
    try:
        name = bytes_of(root / CURRENT).decode("utf-8", "replace").strip()
    except FileNotFoundError:
        return None
    except NotAFile:
        name = ""
    if not _is_generation(name):
        raise EngineMisconfigured(f"{root}/CURRENT is damaged; run `parley repair`")
    return root / name


def named(root: Path) -> Path | None:
    """Return the folder of the live generation; None if CURRENT is missing or damaged."""
    with suppress(EngineMisconfigured):
        return find_live(root)
    return None


def last_promotion(root: Path) -> tuple[int, ...] | None:
    """Return a value that differs between promotions, without reading which generation is live; None before the first."""
    try:
        return version(root / CURRENT)
    except FileNotFoundError:
        return None


def version(path: Path) -> tuple[int, ...]:
    """Return a value that differs between versions of a file that is always replaced as a whole."""
    state = path.stat()
    return state.st_ino, state.st_mtime_ns, state.st_size


def create(root: Path, made_by: dict[str, int], archive: str | None) -> Path:
    """Return the folder of a new generation for this archive, which is not live until `promote`."""
    root.mkdir(parents=True, exist_ok=True)
    taken = [_number(path) for path in root.iterdir() if _is_generation(path.name)]
    folder = root / f"{_NAME}{max(taken, default=0) + 1}"
    folder.mkdir()
    (folder / _UNFINISHED).touch()
    replace_text(folder / MADE_BY_FILE, json.dumps({**made_by, _ARCHIVE: archive} if archive else made_by))
    return folder


def check(folder: Path, made_by: dict[str, int]) -> None:
    """Check that the generation was made by a compatible version.

    Raises:
        EngineMisconfigured: it was made by an incompatible version, or its version cannot be read.
    """
    actual = {key: value for key, value in _read(folder).items() if key != _ARCHIVE}
    if not actual:
        raise EngineMisconfigured(f"{folder} is not an index of this program, or it is damaged; run `parley repair`")
    if actual != made_by:
        raise EngineMisconfigured(
            f"{folder} was created by another version ({_text(actual)}; this one needs {_text(made_by)}); run `parley rebuild`"
        )


def check_archive(folder: Path, archive: str | None) -> None:
    """Check that the generation belongs to this archive or to none yet; None accepts any.

    Raises:
        EngineMisconfigured: it belongs to another archive.
    """
    owner = archive_of(folder)
    if archive and owner and owner != archive:
        raise EngineMisconfigured(
            f"the index in {folder.parent} belongs to another data folder (archive {owner}); set `engine` to another folder, "
            "or move it elsewhere and run `parley index`, which fills a new index from the archive"
        )


def archive_of(folder: Path) -> str | None:
    """Return the archive that the generation belongs to; None if it belongs to none yet, or that cannot be read."""
    noted = _read(folder).get(_ARCHIVE)
    return noted if isinstance(noted, str) else None


def check_archives(root: Path, archive: str | None) -> None:
    """Check that every generation belongs to this archive; see `check_archive`."""
    for path in _in(root):
        check_archive(path, archive)


def claim(folder: Path, archive: str) -> None:
    """Note that the generation belongs to this archive, unless that is noted already."""
    noted = _read(folder)
    if _ARCHIVE not in noted:
        replace_text(folder / MADE_BY_FILE, json.dumps({**noted, _ARCHIVE: archive}))


def promote(root: Path, folder: Path) -> None:
    """Make this generation the live one, atomically and durably."""
    replace_text(root / CURRENT, folder.name)
    note_promotion(folder)


def note_promotion(folder: Path) -> None:
    """Note that this generation was live, so that it is found should CURRENT be lost; a killed `promote` may not have done so."""
    (folder / _UNFINISHED).unlink(missing_ok=True)


def set_aside(root: Path, folder: Path) -> Path:
    """Make this generation no generation any more, by renaming it, and return its new path; if it was live, none is."""
    names = (f"unusable-{number}" for number in count(1))
    aside = next(path for path in (root / name for name in names) if not path.exists())
    if named(root) == folder:
        (root / CURRENT).unlink()
    folder.rename(aside)
    return aside


def find_unfinished(root: Path, made_by: dict[str, int]) -> Path | None:
    """Return the newest compatible generation that was never promoted; None if there is none."""
    current = find_live(root)
    promoted = 0 if current is None else _number(current)
    newer = [path for path in _in(root) if _number(path) > promoted]
    for path in sorted(newer, key=_number, reverse=True):
        try:
            check(path, made_by)
        except EngineMisconfigured:
            continue
        return path
    return None


def once_live(root: Path) -> list[Path]:
    """Return the folders of the generations that are or were live, newest first; an empty folder is none."""
    paths = (path for path in _in(root) if any(path.iterdir()) and not (path / _UNFINISHED).exists())
    return sorted(paths, key=_number, reverse=True)


def remove_others(root: Path, *kept: Path | None) -> None:
    """Delete all other generations; readers that have one open can use it until their next call."""
    for path in _in(root):
        if path not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _is_generation(name: str) -> bool:
    return name.startswith(_NAME) and name.removeprefix(_NAME).isdecimal()


def _in(root: Path) -> list[Path]:
    """Return the folders of all generations; one of such a name with anything else in it is somebody's own."""
    return [path for path in root.iterdir() if _is_generation(path.name) and _is_own(path)]


def _is_own(folder: Path) -> bool:
    names = (MADE_BY_FILE, _UNFINISHED, COMMIT)
    return folder.is_dir() and (any((folder / name).exists() for name in names) or not any(folder.iterdir()))


def _number(folder: Path) -> int:
    return int(folder.name.removeprefix(_NAME))


def _text(made_by: Mapping[str, object]) -> str:
    return ", ".join(f"{key} {value}" for key, value in made_by.items())


def _read(folder: Path) -> dict[str, object]:
    """Return what is noted about a generation; empty if that is missing or damaged."""
    try:
        noted = json.loads(bytes_of(folder / MADE_BY_FILE))
    except (FileNotFoundError, NotAFile, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}
