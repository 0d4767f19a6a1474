"""The base of all documents: frozen models whose fields have descriptions, and their JSON format."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.config import JsonDict

from monitor.documents.escapes import escaped

Moment = Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=str, when_used="json")]


class Document(BaseModel):
    """A frozen model whose fields have descriptions."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True)

    def to_json(self) -> str:
        """Return the document as JSON: UTF-8, indented by two, times in ISO 8601 with their offset from UTC.

        Control and direction-changing characters are escaped.
        """
        return escaped(self.model_dump_json(indent=2, ensure_ascii=False))


def described(text: str, *, example: Any, unit: str | None = None, **more: Any) -> Any:
    """Return the field of a document.

    Args:
        text: its meaning, in one line.
        example: a value it may have; `{}` for a document, whose own fields have examples.
        unit: what a number counts or measures, where the name does not say.
        more: what else pydantic's `Field` takes, such as `alias` or `default`.
    """
    extra: JsonDict | None = {"unit": unit} if unit else None
    return Field(description=text, examples=[example], json_schema_extra=extra, **more)
