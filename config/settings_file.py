"""The file settings.toml as it is now, and as it was when it last had no mistake.

Crawler and indexer keep the last good text in the data folder, see `config.last_good`, under the path of the file: settings of
another folder are never taken for it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import ConfigError, Problem
from config.files import ConfigFile, bytes_of, parsed, text_of
from config.last_good import LastGood, Texts

_DATA = re.compile(r"""^[ \t]*(?:data|"data"|'data')[ \t]*=.*$""", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFile:
    """A form of settings.toml.

    Attributes:
        path: None when there is no overlay folder.
        text: None when there is no file.
        content: what it sets; empty when it cannot be read.
        problems: why it cannot be read, or is not TOML.
    """

    path: Path | None = None
    text: str | None = None
    content: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()

    @property
    def label(self) -> str:
        """The name of the file in messages."""
        return str(self.path)

    @property
    def texts(self) -> Texts:
        """The text by the key it is kept under."""
        return {} if self.text is None or self.path is None else {str(self.path.absolute()): self.text}

    def place(self, key: str) -> str:
        """Return the file and the line in which a key is set."""
        name = re.compile(rf"""^[ \t]*["'[]?{re.escape(key)}["']?[ \t]*[=.\]]""", re.MULTILINE)
        match = name.search(self.text or "")
        return f"{self.label}: line {(self.text or '').count(chr(10), 0, match.start()) + 1}" if match else self.label


NO_FILE = SettingsFile(content={})


def read_settings_file(folder: str | Path | None) -> SettingsFile:
    """Return settings.toml of the overlay folder as it is now."""
    if not folder:
        return NO_FILE
    try:
        path = Path(folder).expanduser() / "settings.toml"
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, RuntimeError):
        return NO_FILE  # what is wrong with the folder itself is reported elsewhere
    except OSError:
        pass  # reported below
    try:
        return _form(path, text_of(ConfigFile("settings", path, str(path))))
    except ConfigError as wrong:
        return SettingsFile(path=path, content={}, problems=wrong.problems)


def earlier_form(file: SettingsFile, data: Path) -> SettingsFile | None:
    """Return the last good form of the file that is kept in a data folder; None if there is none."""
    kept = LastGood(data, "settings", is_writable=False).texts.get(str(file.path.absolute())) if file.path else None
    form = _form(file.path, kept) if file.path and kept is not None else None
    return None if form is None or form.problems else form


def written_data_folder(file: SettingsFile) -> str | None:
    """Return the data folder that the line of a file with a mistake sets, if that line can be read."""
    for line in _data_lines(file.path):
        with suppress(tomllib.TOMLDecodeError):
            value = tomllib.loads(line)["data"]
            return value if isinstance(value, str) else None
    return None


def _data_lines(path: Path | None) -> Iterator[str]:
    try:
        text = bytes_of(path).decode("utf-8-sig", "replace") if path else ""
    except OSError:
        return
    yield from _DATA.findall(text)


def _form(path: Path, text: str) -> SettingsFile:
    try:
        return SettingsFile(path=path, text=text, content=parsed(text, str(path)) or {})
    except ConfigError as wrong:
        return SettingsFile(path=path, text=text, content={}, problems=wrong.problems)
