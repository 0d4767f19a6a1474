"""Hints as stored in the database."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from crawler.page import Hints

LOST = Hints()  # stands for hints that are damaged; compare with `is`


class HintsJSON(TypeDecorator[Hints]):
    """Hints as JSON without the missing parts; NULL when all are missing."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Hints | None, dialect: Dialect) -> str | None:
        """Return the JSON text."""
        hints = value or Hints()
        parts = {key: part for key in Hints.__dataclass_fields__ if (part := getattr(hints, key))}
        text = json.dumps(parts, ensure_ascii=False, default=datetime.isoformat)
        return text.encode(errors="replace").decode() if parts else None  # half a surrogate pair cannot be stored

    def process_result_value(self, value: str | None, dialect: Dialect) -> Hints:
        """Return the hints, with the time of publication in its original time zone; LOST when they are damaged."""
        if not value:
            return Hints()
        try:
            return _hints(json.loads(value))
        except (ValueError, TypeError, RecursionError):
            return LOST


def _hints(parts: dict[str, Any]) -> Hints:
    """Return the hints that these parts are of.

    Raises:
        ValueError, TypeError: they are of none.
    """
    for name in ("published", "updated"):
        if name in parts:
            parts[name] = datetime.fromisoformat(parts[name])
            if parts[name].tzinfo is None:
                raise ValueError(f"{name} has no time zone")
    hints = Hints(**{**parts, "authors": tuple(parts.get("authors", ()))})
    texts = hints.title, hints.language, hints.html, hints.published_precision
    if not all(text is None or isinstance(text, str) for text in (*texts, *hints.authors)):
        raise TypeError("a text is none")
    return hints
