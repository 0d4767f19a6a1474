"""Themes as the text of their files, in a form that people can edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tomlkit
from tomlkit.container import Container
from tomlkit.items import Table

from config.files import REMOVED
from config.own_files import toml_text
from config.themes import Example, Fragment, Theme


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
        table[key] = tomlkit.value(toml_text(text))


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
            lines = "".join(f"    {toml_text(text)},\n" for text in texts)
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
