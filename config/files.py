"""Where configuration files are found and how they are read.

Shipped files lie beside this one, one folder per section. The folder that PARLEY_CONFIG names may hold folders of the
same names: a file there replaces the shipped one of that name; one that only says `removed = true` takes it away.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from config.errors import ConfigError, Problem
from config.nearest import nearest

Section = Literal["sources", "themes", "fragments"]
SECTIONS: tuple[Section, ...] = get_args(Section)
SHIPPED = Path(__file__).parent
_REMOVED = {"removed": True}


@dataclass(frozen=True, slots=True, order=True)
class ConfigFile:
    """One configuration file.

    Attributes:
        name: the file's name without `.toml`, which is the id of what it describes.
        label: how messages call the file.
    """

    name: str
    path: Path
    label: str


def find(section: Section, folder: Path | None) -> list[ConfigFile]:
    """Return the files of a section by name, those of the overlay folder in place of shipped ones.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    if folder is not None and not folder.is_dir():
        raise ConfigError([Problem(str(folder), "PARLEY_CONFIG names this folder, and it does not exist")])
    found = {file.name: file for root in (SHIPPED, folder) if root is not None for file in _files(root / section, root)}
    return sorted(found.values())


def label_of(section: Section, name: str, folder: Path | None) -> str:
    """Return how messages call the file that describes `name`, for those who check more than its shape."""
    return next((file.label for file in find(section, folder) if file.name == name), f"{section}/{name}.toml")


def read(file: ConfigFile) -> dict[str, Any] | None:
    """Return what the file says, or None when all it says is `removed = true`.

    Raises:
        ConfigError: the file cannot be read or is not TOML; names the line.
    """
    try:
        content = tomllib.loads(file.path.read_bytes().decode("utf-8-sig"))
    except OSError as wrong:
        message = f"cannot be read: {wrong.strerror}"
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        message = f"line {line}: not UTF-8; save the file in that encoding"
    except tomllib.TOMLDecodeError as wrong:
        message = f"not TOML: {wrong}"
    except RecursionError:
        message = "not TOML: nested too deeply"
    else:
        return None if content == _REMOVED else content
    raise ConfigError([Problem(file.label, message)])


def misnamed(folder: Path | None) -> list[Problem]:
    """Return a problem for each entry of the overlay folder that is one of those we read, with a slip of the pen."""
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
            yield Problem(str(entry), f'nothing reads this {what}; did you mean "{match}"?')


def _files(section: Path, root: Path) -> Sequence[ConfigFile]:
    label = section.relative_to(root.parent) if root == SHIPPED else section
    return [ConfigFile(path.stem, path, str(label / path.name)) for path in section.glob("*.toml") if path.is_file()]
