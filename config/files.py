"""Finds and reads configuration files.

The shipped files are beside this one, one folder per section. The folder `PARLEY_CONFIG` may contain folders with the same
names. A file there replaces the shipped file of that name, or removes it when its only line is `removed = true`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from config.errors import ConfigError, Problem
from config.nearest import nearest

Section = Literal["sources", "themes", "fragments"]
SECTIONS: tuple[Section, ...] = get_args(Section)
SHIPPED = Path(__file__).parent
REMOVED = {"removed": True}


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
        ConfigError: the overlay folder does not exist.
    """
    if folder is not None and not folder.is_dir():
        raise ConfigError([Problem(str(folder), "PARLEY_CONFIG is set to this folder, but it does not exist")])
    files = {file.name: file for file in _files(SHIPPED / section, SHIPPED) if shipped is None or file.name in shipped}
    if folder is not None:
        files |= {file.name: file for file in _files(folder / section, folder)}
    return sorted(files.values())


def read(file: ConfigFile) -> dict[str, Any] | None:
    """Return the contents of the file, or None when its only line is `removed = true`.

    Raises:
        ConfigError: the file cannot be read or is not valid TOML. The message names the line.
    """
    try:
        return parsed(file.path.read_bytes().decode("utf-8-sig"), file.label)
    except OSError as wrong:
        message = f"cannot be read: {wrong.strerror}"
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        message = f"line {line}: not UTF-8; save the file in UTF-8"
    raise ConfigError([Problem(file.label, message)])


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
    except RecursionError:
        message = "not TOML: nested too deeply"
    else:
        return None if content == REMOVED else content
    raise ConfigError([Problem(label, message)])


def misnamed(folder: Path | None) -> list[Problem]:
    """Return a problem for each entry of the overlay folder whose name nearly matches one that Parley reads."""
    if folder is None or not folder.is_dir():
        return []
    entries = sorted(folder.iterdir())
    folders = [entry for entry in entries if entry.is_dir()]
    files = [entry for entry in entries if entry.is_file()]
    return [*_slips("folder", folders, SECTIONS), *_slips("file", files, ("settings.toml",))]


def _slips(what: str, entries: Sequence[Path], known: Sequence[str]) -> Iterator[Problem]:
    for entry in entries:
        match = None if entry.name in known else nearest(entry.name, known)
        if match:
            yield Problem(str(entry), f'Parley does not read this {what}, did you mean "{match}"?')


def _files(section: Path, root: Path) -> Sequence[ConfigFile]:
    label = section.relative_to(root.parent) if root == SHIPPED else section
    return [ConfigFile(path.stem, path, str(label / path.name)) for path in section.glob("*.toml") if path.is_file()]
