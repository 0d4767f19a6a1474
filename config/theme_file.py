"""Writes theme files into the overlay folder, in a form that people can edit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomlkit
from tomlkit.container import Container
from tomlkit.items import Table

from config.errors import ConfigError, Problem
from config.files import REMOVED
from config.replacing import replace_text
from config.themes import Example, Fragment, Theme

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def theme_toml(theme: Theme, fragments: Sequence[Fragment], *, existing: str = "") -> str:
    """Return the text of a file that describes the theme; reading it gives the theme back.

    Args:
        existing: the file's text until now, whose comments and order of keys are kept; it must be TOML.
    """
    document = tomlkit.parse(existing)
    if document.unwrap() == REMOVED:
        document = tomlkit.document()
    for key, text in (("title", theme.title), ("description", theme.description), ("colour", theme.colour)):
        _set_text(document, key, text)
    shared = _shared_fragment(theme.context, fragments)
    if shared:
        _set_text(document, "context", shared)
    _set_texts(document, "query", theme.query)
    if not shared:
        _set_texts(document, "context", theme.context)
    _set_lists(document, "matches", theme.matches)
    _set_lists(document, "misses", theme.misses)
    return tomlkit.dumps(document)


def write_theme(folder: Path | None, id: str, text: str) -> Path:
    """Write a theme file atomically and durably, and return its path.

    Args:
        folder: the overlay folder.

    Raises:
        ConfigError: there is no overlay folder, or it is not writable.
    """
    path = theme_path(folder, id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(path, text)
    except OSError as wrong:
        raise ConfigError([Problem(str(path), f"cannot be written: {wrong.strerror}")]) from None
    return path


def delete_theme(folder: Path | None, id: str) -> Path:
    """Delete the file of a theme from the overlay folder and return where it lay.

    Raises:
        ConfigError: there is no overlay folder, or the file cannot be deleted.
    """
    path = theme_path(folder, id)
    try:
        path.unlink(missing_ok=True)
    except OSError as wrong:
        raise ConfigError([Problem(str(path), f"cannot be deleted: {wrong.strerror}")]) from None
    return path


def theme_path(folder: Path | None, id: str) -> Path:
    """Return the path of a theme file in the overlay folder.

    Raises:
        ConfigError: there is no overlay folder.
    """
    if folder is None:
        message = "themes are saved in your own configuration folder; set PARLEY_CONFIG to one"
        raise ConfigError([Problem("config", message)])
    return folder / "themes" / f"{id}.toml"


def _shared_fragment(context: Mapping[str, str], fragments: Sequence[Fragment]) -> str | None:
    """Return the fragment that serves as context in all its languages, if there is one."""
    wanted = {f"@{fragment.id}": set(fragment.query) for fragment in fragments}
    names = set(context.values())
    return next((name for name in names if len(names) == 1 and wanted.get(name) == set(context)), None)


def _set_text(table: Container | Table, key: str, text: str) -> None:
    """Set a text, and leave it as it is written where it says the same; readers strip it."""
    current = table.get(key)
    if not isinstance(current, str) or current.strip() != text:
        table.pop(key, None) if isinstance(current, dict) else None
        table[key] = tomlkit.value(_value(text))


def _set_texts(document: Container, name: str, texts: Mapping[str, str]) -> None:
    table = _table(document, name, texts)
    for language, text in texts.items():
        _set_text(table, language, text)


def _set_lists(document: Container, name: str, examples: Sequence[Example]) -> None:
    lists: dict[str, list[str]] = {}
    for example in examples:
        lists.setdefault(example.language, []).append(example.text)
    table = _table(document, name, lists)
    for language, texts in lists.items():
        if [text.strip() for text in table.get(language, ())] != texts:
            lines = "".join(f"    {_value(text)},\n" for text in texts)
            table[language] = tomlkit.value(f"[\n{lines}]")


def _table(document: Container, name: str, wanted: Mapping[str, object]) -> Table:
    """Return the table of that name without the languages that are not wanted; a new one if there is none."""
    if not wanted or isinstance(document.get(name), str):
        document.pop(name, None)
    if wanted and name not in document:
        document[name] = tomlkit.table()
    table: Table = document.get(name, tomlkit.table())
    for language in [language for language in table if language not in wanted]:
        del table[language]
    return table


def _value(text: str) -> str:
    """Return the text as a TOML value, without escapes where possible so that people can edit it."""
    literal = not _CONTROL.search(text)
    if literal and "\n" in text and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}\n'''"
    if literal and "\n" not in text and "'" not in text and ('"' in text or "\\" in text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
