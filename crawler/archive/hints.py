"""Hints as they are kept in the database."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from crawler.page import Hints


class HintsJSON(TypeDecorator[Hints]):
    """Hints as JSON without the parts that are missing; NULL when all are."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Hints | None, dialect: Dialect) -> str | None:
        """Return the JSON text."""
        hints = value or Hints()
        said = {key: part for key in Hints.__dataclass_fields__ if (part := getattr(hints, key))}
        text = json.dumps(said, ensure_ascii=False, default=datetime.isoformat)
        return text.encode(errors="replace").decode() if said else None  # half a surrogate pair cannot be stored

    def process_result_value(self, value: str | None, dialect: Dialect) -> Hints:
        """Return the hints, the time of publication in the zone it was given in."""
        said: dict[str, Any] = json.loads(value) if value else {}
        if "published" in said:
            said["published"] = datetime.fromisoformat(said["published"])
        return Hints(**{**said, "authors": tuple(said.get("authors", ()))})
