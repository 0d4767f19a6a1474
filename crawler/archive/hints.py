"""Hints as stored in the database."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from crawler.page import Hints


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
        """Return the hints, with the time of publication in its original time zone."""
        parts: dict[str, Any] = json.loads(value) if value else {}
        for name in ("published", "updated"):
            if name in parts:
                parts[name] = datetime.fromisoformat(parts[name])
        return Hints(**{**parts, "authors": tuple(parts.get("authors", ()))})
