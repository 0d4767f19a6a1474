"""Writes docs/documents.md from the documents themselves: `python -m tests.support.documents_page`."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import types
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from config import errors
from config.errors import CODES, ParleyError
from monitor import documents
from monitor.documents.base import Document

PAGE = Path(__file__).parents[2] / "docs" / "documents.md"
COMMAND = "python -m tests.support.documents_page"
_PLAIN = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "true or false",
    datetime: "moment",
    date: "day",
    type(None): "null",
}
_LONGEST_EXAMPLE = 60  # characters
_INTRODUCTION = """# Documents

The documents that programs read. `--json` on the command line and Python return the same ones. This page is generated from the
documents themselves. Names stay as they are; new fields may be added.

A *moment* is a string in ISO 8601 with its offset from UTC, such as `2026-11-20T09:30:00+00:00`; a *day* is one such as
`2026-11-20`. A field is always present; `null` means that its value is unknown or that there is none.

## Errors

With `--json` an error is one [`FailureDocument`](#failuredocument) on standard error. Its code is one of these;
the wording of its message may change. The exit code is 2 for `wrong_argument` and `wrong_query`, and 1 for all others.

| code | raised as | meaning |
| --- | --- | --- |
"""


def document_types() -> dict[str, list[type[Document]]]:
    """Return module name → the documents it defines, modules by name and documents as they stand in the file."""
    modules = {
        info.name: importlib.import_module(f"{documents.__name__}.{info.name}")
        for info in sorted(pkgutil.iter_modules(documents.__path__), key=lambda info: info.name)
    }
    return {name: result for name, module in modules.items() if (result := list(_defined(module)))}


def page() -> str:
    """Return the page."""
    parts = [_INTRODUCTION + "\n".join(_error_rows())]
    for module, several in document_types().items():
        parts.append(f"## {module.replace('_', ' ').capitalize()}")
        parts += [_section(document) for document in several]
    return "\n\n".join(parts) + "\n"


def json_name(name: str, field: FieldInfo) -> str:
    """Return the name a field has in JSON."""
    return field.alias or name


def _defined(module: types.ModuleType) -> Iterator[type[Document]]:
    for value in vars(module).values():
        is_document = inspect.isclass(value) and issubclass(value, Document) and value is not Document
        if is_document and value.__module__ == module.__name__:
            yield value


def _error_rows() -> Iterator[str]:
    for code in CODES:
        kinds = [kind for kind in _error_types() if kind.code == code]
        meanings = " ".join(_first_line(kind) for kind in kinds)
        yield f"| `{code}` | {', '.join(f'`{kind.__name__}`' for kind in kinds)} | {meanings} |"


def _error_types() -> Iterator[type[ParleyError]]:
    for value in vars(errors).values():
        if inspect.isclass(value) and issubclass(value, ParleyError) and value is not ParleyError:
            yield value


def _section(document: type[Document]) -> str:
    rows = [_row(json_name(name, field), field) for name, field in document.model_fields.items()]
    table = ["| field | type | meaning | example |", "| --- | --- | --- | --- |", *rows]
    return "\n".join([f"### {document.__name__}", "", _first_line(document), "", *table])


def _row(name: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra
    unit = f" ({extra['unit']})" if isinstance(extra, dict) and "unit" in extra else ""
    return f"| `{name}` | {type_name(field.annotation)} | {_cell(field.description or '')}{unit} | {_example(field)} |"


def _example(field: FieldInfo) -> str:
    text = json.dumps((field.examples or [None])[0], ensure_ascii=False)
    return f"`{_cell(text)}`" if len(text) <= _LONGEST_EXAMPLE and text not in ("[]", "{}", "null", '""') else ""


def type_name(annotation: Any) -> str:
    """Return a type in words; a document is a link to its section."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if origin is Annotated:
        return type_name(inner[0])
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(map(type_name, inner)))
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin is tuple and inner[1:] == (Ellipsis,):
        return f"list of {type_name(inner[0])}"
    if origin is tuple:
        return f"list of {len(inner)}: {', '.join(map(type_name, inner))}"
    if origin is dict:
        return f"object, {type_name(inner[0])} → {type_name(inner[1])}"
    if inspect.isclass(annotation) and issubclass(annotation, StrEnum):
        return " or ".join(f"`{value}`" for value in annotation)
    if inspect.isclass(annotation) and issubclass(annotation, Document):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    raise TypeError(f"{annotation} has no name here yet; add one to {__name__}")


def _first_line(documented: type) -> str:
    return _cell((inspect.getdoc(documented) or "").split("\n\n")[0].replace("\n", " "))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
