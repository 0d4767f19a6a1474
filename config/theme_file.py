"""Writes theme files into the overlay folder, in a form that people can edit."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from config.errors import ConfigError, Problem
from config.themes import Example, Fragment, Theme

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def theme_toml(theme: Theme, fragments: Sequence[Fragment]) -> str:
    """Return the contents of a theme file. Reading them returns an equal theme."""
    return "\n".join(_lines(theme, fragments)) + "\n"


def write_theme(folder: Path | None, id: str, text: str) -> Path:
    """Write a theme file atomically and durably, and return its path.

    Args:
        folder: the overlay folder.

    Raises:
        ConfigError: there is no overlay folder, or it is not writable.
    """
    if folder is None:
        message = "themes are saved in your own configuration folder; set PARLEY_CONFIG to one"
        raise ConfigError([Problem("config", message)])
    path = folder / "themes" / f"{id}.toml"
    fresh = path.with_suffix(".new")  # not read as a theme
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as wrong:
        raise ConfigError([Problem(str(path), f"cannot be written: {wrong.strerror}")]) from None
    return path


def _lines(theme: Theme, fragments: Sequence[Fragment]) -> Iterator[str]:
    yield f"title = {_value(theme.title)}"
    yield f"description = {_value(theme.description)}"
    yield f"colour = {_value(theme.colour)}"
    shared = _shared_fragment(theme.context, fragments)
    if shared:
        yield f"context = {_value(shared)}"
    yield from _table("query", theme.query)
    if theme.context and not shared:
        yield from _table("context", theme.context)
    yield from _examples("matches", theme.matches)
    yield from _examples("misses", theme.misses)


def _shared_fragment(context: Mapping[str, str], fragments: Sequence[Fragment]) -> str | None:
    """Return the fragment that serves as context in all its languages, if there is one."""
    wanted = {f"@{fragment.id}": set(fragment.query) for fragment in fragments}
    named = set(context.values())
    return next((name for name in named if len(named) == 1 and wanted.get(name) == set(context)), None)


def _table(name: str, queries: Mapping[str, str]) -> Iterator[str]:
    yield ""
    yield f"[{name}]"
    for language, query in queries.items():
        yield f"{language} = {_value(query)}"


def _examples(name: str, examples: Sequence[Example]) -> Iterator[str]:
    if examples:
        yield ""
        yield f"[{name}]"
    for language in dict.fromkeys(example.language for example in examples):
        yield f"{language} = ["
        yield from (f"    {_value(example.text)}," for example in examples if example.language == language)
        yield "]"


def _value(text: str) -> str:
    """Return the text as a TOML value, without escapes where possible so that people can edit it."""
    literal = not _CONTROL.search(text)
    if literal and "\n" in text and "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}\n'''"
    if literal and "\n" not in text and "'" not in text and ('"' in text or "\\" in text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
