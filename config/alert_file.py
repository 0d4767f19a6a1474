"""Alert rules as the text of their files, in a form that people can edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item, Table

from config.alerts import OWN, Quiet, Rule, RuleFile, Scope
from config.files import REMOVED
from config.own_files import toml_text


def rule_toml(content: Mapping[str, Any], *, existing: str = "") -> str:
    """Return the text of a file with this content.

    Args:
        content: keys and values as a file in alerts/ has them; `scope`, a mapping, comes last.
        existing: the file's text until now, whose comments and order of keys are kept where it is TOML.
    """
    document = _document(existing)
    _fill(document, content)
    return tomlkit.dumps(document)


def content_of(rule: Rule) -> Mapping[str, Any]:
    """Return the keys of a file that describes a rule; what says nothing, or is for another trigger, is left out."""
    given = {key: getattr(rule, key) for key in RuleFile.model_fields if OWN.get(key, rule.on) == rule.on}
    written = {key: _written(value) for key, value in given.items()}
    return {key: value for key, value in written.items() if value is not False and value not in (None, [], {})}


def _written(value: Any) -> Any:
    """Return a value of a rule as its file has it."""
    match value:
        case Scope():
            return {key: list(names) for key, names in asdict(value).items() if names}
        case Quiet():
            return f"{value.start:%H:%M}-{value.end:%H:%M}"
        case timedelta():
            hours = int(value.total_seconds()) // 3_600
            return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"
        case ZoneInfo():
            return value.key
        case tuple():
            return list(value)
        case _:
            return value


def _document(existing: str) -> tomlkit.TOMLDocument:
    try:
        document = tomlkit.parse(existing)
    except (TOMLKitError, RecursionError):
        return tomlkit.document()
    return tomlkit.document() if document.unwrap() == REMOVED else document


def _fill(table: tomlkit.TOMLDocument | Table, content: Mapping[str, Any]) -> None:
    for key in [key for key in table if key not in content]:
        del table[key]
    for key, value in content.items():
        if isinstance(value, Mapping):
            if not isinstance(table.get(key), Table):
                table.pop(key, None)  # one on a line of its own would become the head of the keys after it
                table[key] = tomlkit.table()
            _fill(table[key], value)
        elif not _says(table.get(key), value):
            table[key] = _item(value)


def _says(item: Any, value: Any) -> bool:
    """Return whether a key has a value already; readers strip texts."""
    return bool(item.strip() == value if isinstance(item, str) else item == value)


def _item(value: Any) -> Item:
    return tomlkit.value(toml_text(value)) if isinstance(value, str) else tomlkit.item(value)
