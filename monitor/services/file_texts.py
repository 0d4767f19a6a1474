"""Texts that people hand in as a configuration file, before one is written."""

from __future__ import annotations

from typing import Any

from config.errors import ConfigError, WrongArgument
from config.files import parsed


def content_of(text: str, label: str, *, removal: str) -> dict[str, Any]:
    """Return the keys in the text of a file.

    Args:
        label: how messages name the text.
        removal: what is wrong with a file that only removes something.

    Raises:
        WrongArgument: the text is not TOML, or removes something.
    """
    try:
        content = parsed(text, label)
    except ConfigError as wrong:
        raise WrongArgument(str(wrong), field="text") from None
    if content is None:
        raise WrongArgument(f"{label}: {removal}", field="text")
    return content
