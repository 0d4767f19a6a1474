"""Files in the overlay folder that Parley writes itself, in a form that people can edit."""

from __future__ import annotations

import json
import re
from pathlib import Path

from config.errors import ConfigError, Problem
from config.files import Section, overlay_file
from config.replacing import replace_text

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def own_path(section: Section, folder: Path | None, id: str) -> Path:
    """Return the path of a file in the overlay folder.

    Raises:
        ConfigError: there is no overlay folder.
    """
    if folder is None:
        message = f"{section} are saved in your own configuration folder; set PARLEY_CONFIG to one"
        raise ConfigError([Problem("config", message)])
    return overlay_file(section, folder, id).path


def write_own(section: Section, folder: Path | None, id: str, text: str) -> Path:
    """Write a file atomically and durably, and return its path.

    Args:
        folder: the overlay folder.

    Raises:
        ConfigError: there is no overlay folder, or it is not writable.
    """
    path = own_path(section, folder, id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, text)
    except OSError as wrong:
        raise ConfigError([Problem(str(path), f"cannot be written: {wrong.strerror}")]) from None
    return path


def delete_own(section: Section, folder: Path | None, id: str) -> Path:
    """Delete a file from the overlay folder and return where it lay.

    Raises:
        ConfigError: there is no overlay folder, or the file cannot be deleted.
    """
    path = own_path(section, folder, id)
    try:
        path.unlink(missing_ok=True)
    except OSError as wrong:
        raise ConfigError([Problem(str(path), f"cannot be deleted: {wrong.strerror}")]) from None
    return path


def toml_text(text: str) -> str:
    """Return the text as a TOML value, without escapes where possible so that people can edit it."""
    literal = not _CONTROL.search(text)
    if literal and "\n" in text and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}\n'''"
    if literal and "\n" not in text and "'" not in text and ('"' in text or "\\" in text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
