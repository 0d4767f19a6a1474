"""Finds and reads configuration files.

The shipped files are beside this one, one folder per section. The folder `PARLEY_CONFIG` may contain folders with the same
names. A file there replaces the shipped file of that name, or removes it when its only line is `removed = true`.
"""

from __future__ import annotations

import errno
import re
import stat
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from config.errors import ConfigError, Problem
from config.nearest import nearest

Section = Literal["sources", "themes", "fragments", "alerts", "channels", "digests"]
SECTIONS: tuple[Section, ...] = get_args(Section)
SHIPPED = Path(__file__).parent
REMOVED = {"removed": True}

_LIKENESS = 0.85  # of an ending to `.toml`: a letter is missing; `.html` has 0.8
# What editors, patches and package managers leave beside a file, and people who keep an old one.
_COPY = re.compile(r"^[.#]|~$|\.(bak|old|orig|rej|save|sw[a-p]|tmp|\d+|dpkg-\w+|rpm\w+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class ConfigFile:
    """One configuration file.

    Attributes:
        name: the file's name without `.toml`, which is the id of what it describes.
        label: the name of the file in messages.
    """

    name: str
    path: Path
    label: str


def find(section: Section, folder: Path | None, shipped: Collection[str] | None = None) -> list[ConfigFile]:
    """Return the files of a section by name. A file in the overlay folder replaces the shipped one.

    Args:
        shipped: names of the shipped files to use; None for all of them.

    Raises:
        ConfigError: the overlay folder does not exist, or the folder of the section cannot be read.
    """
    files, problems = list_files(section, folder, shipped)
    if problems:
        raise ConfigError(problems)
    return files


def list_files(
    section: Section, folder: Path | None, shipped: Collection[str] | None = None
) -> tuple[list[ConfigFile], tuple[Problem, ...]]:
    """Return the files of a section by name, as `find` does, and why its folder in the overlay cannot be read.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    files = {file.name: file for file in _files(SHIPPED / section, SHIPPED) if shipped is None or file.name in shipped}
    problems: tuple[Problem, ...] = ()
    if folder is not None:
        try:
            check_overlay(folder)
            files |= {file.name: file for file in _files(folder / section, folder)}
        except OSError as wrong:
            problems = (Problem(str(folder / section), f"this folder cannot be read: {wrong.strerror}"),)
    return sorted(files.values()), problems


def check_overlay(folder: Path) -> None:
    """Check that the overlay folder can be read.

    Raises:
        ConfigError: it is missing, or not a folder.
        OSError: it cannot be looked at.
    """
    try:
        is_folder = stat.S_ISDIR(folder.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        is_folder = False
    if not is_folder:
        raise ConfigError([Problem(str(folder), "PARLEY_CONFIG is set to this folder, but it does not exist")])


def overlay_file(section: Section, folder: Path, name: str) -> ConfigFile:
    """Return the file of that name in the overlay folder, whether or not it exists."""
    path = folder / section / f"{name}.toml"
    return ConfigFile(name, path, str(path))


def shipped_file(section: Section, name: str) -> ConfigFile:
    """Return the shipped file of that name, whether or not it exists."""
    path = SHIPPED / section / f"{name}.toml"
    return ConfigFile(name, path, str(path.relative_to(SHIPPED.parent)))


def read(file: ConfigFile) -> dict[str, Any] | None:
    """Return the contents of the file, or None when its only line is `removed = true`.

    Raises:
        ConfigError: the file cannot be read or is not valid TOML. The message names the line.
    """
    return parsed(text_of(file), file.label)


def text_of(file: ConfigFile) -> str:
    """Return the text of the file.

    Raises:
        ConfigError: it cannot be read, or is not UTF-8. The message names the line.
    """
    try:
        return bytes_of(file.path).decode("utf-8-sig")
    except NotAFile:
        message = "is not a file"
    except OSError as wrong:
        message = f"cannot be read: {wrong.strerror}"
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        message = f"line {line}: not UTF-8; save the file in UTF-8"
    raise ConfigError([Problem(file.label, message)])


class NotAFile(OSError):
    """There is a folder, a pipe or a device in the place of a file."""


def bytes_of(path: Path, most: int = -1) -> bytes:
    """Return the content of a file that a person wrote.

    Args:
        most: bytes to read; -1 for all.

    Raises:
        NotAFile: it is anything but a regular file: reading a pipe would wait for ever.
        OSError: it cannot be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotAFile(errno.EINVAL, "it is not a file", str(path))
    with path.open("rb") as file:
        return file.read(most)


def parsed(text: str, label: str) -> dict[str, Any] | None:
    """Return the contents of a file with this text, or None when its only line is `removed = true`.

    Args:
        label: how messages name the file.

    Raises:
        ConfigError: the text is not valid TOML. The message names the line.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        message = f"not TOML: {wrong}"
    except ValueError:  # from int()
        message = "not TOML: a number has too many digits"
    except RecursionError:
        message = "not TOML: nested too deeply"
    else:
        return None if content == REMOVED else content
    raise ConfigError([Problem(label, message)])


def misnamed(folder: Path | None) -> list[Problem]:
    """Return a problem for each entry of the overlay folder and its sections whose name nearly matches one that Parley reads."""
    if folder is None:
        return []
    slips = [
        *_slips("folder", _entries(folder, Path.is_dir), lambda name: _nearest_other(name, SECTIONS)),
        *_slips("file", _entries(folder, Path.is_file), lambda name: _nearest_other(name, ("settings.toml",))),
    ]
    for section in SECTIONS:
        slips += _slips("file", _entries(folder / section, Path.is_file), _name_in_section)
    return slips


def _entries(folder: Path, is_wanted: Callable[[Path], bool]) -> Sequence[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not _COPY.search(path.name) and is_wanted(path))
    except OSError:  # reported where the files are read
        return ()


def _slips(what: str, entries: Iterable[Path], meant: Callable[[str], str | None]) -> Iterator[Problem]:
    for entry in entries:
        if match := meant(entry.name):
            yield Problem(str(entry), f'Parley does not read this {what}, did you mean "{match}"?')


def _nearest_other(name: str, known: Sequence[str]) -> str | None:
    return None if name in known else nearest(name, known)


def _name_in_section(name: str) -> str | None:
    """Return the name that a file of a section should have; None if it has it, or is no such file."""
    shown = name[: -len(".txt")] if name.lower().endswith(".toml.txt") else name  # Windows hides this ending
    stem, dot, ending = shown.rpartition(".")
    if not stem or name == f"{stem}.toml" or not nearest(dot + ending, [".toml"], likeness=_LIKENESS):
        return None
    return f"{stem.lower()}.toml"


def _files(section: Path, root: Path) -> Sequence[ConfigFile]:
    """Return what is named like a configuration file, even where it cannot be read: it is there for a reason.

    Raises:
        OSError: the folder cannot be read; a missing one is empty.
    """
    label = section.relative_to(root.parent) if root == SHIPPED else section
    try:
        paths = sorted(section.iterdir())
    except FileNotFoundError:
        if section.is_symlink():
            raise
        return ()
    visible = [path for path in paths if path.suffix == ".toml" and not path.name.startswith(".")]
    return [ConfigFile(path.stem, path, str(label / path.name)) for path in visible]
