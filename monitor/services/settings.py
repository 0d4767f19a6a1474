"""The settings in force, as readers of the pages may see them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from config.settings import Settings

Origin = Literal["default", "environment", "file"]

# Folders, hosts and addresses of the server are nobody's business but the operator's.
_PRIVATE = frozenset(
    ("config", "data", "cache", "engine", "allow_private", "proxy", "web_hosts", "web_proxies", "web_password_file")
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        value: as text; `set` or `not set` where it says something about the server.
        origin: where the value is from.
    """

    name: str
    value: str
    meaning: str
    origin: Origin


def settings_in_force(settings: Settings) -> Iterator[Setting]:
    """Yield all settings, in the order in which docs/settings.md lists them."""
    variables = {name.upper() for name in os.environ}
    for name, field in Settings.model_fields.items():
        is_elsewhere = f"PARLEY_{name.upper()}" in variables
        origin: Origin = (
            "default" if name not in settings.model_fields_set else "environment" if is_elsewhere else "file"
        )
        yield Setting(name, _text(name, getattr(settings, name)), field.description or "", origin)


def _text(name: str, value: object) -> str:
    if name in _PRIVATE:
        return "set" if value else "not set"
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return "all"  # shipped sources alone
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case float():
            return f"{value:g}"
        case int():
            return f"{value:,}" if abs(value) >= 10_000 else str(value)
    return str(value) or "not set"
