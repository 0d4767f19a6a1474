"""Validates the contents of configuration files and explains mistakes in plain words.

Validation is strict (no text in place of a number) and rejects unknown keys. Every mistake is reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, ClassVar, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from config.errors import Problem
from config.languages import mistaken
from config.nearest import suggestion

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}")
_WANTED = {
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "date_type": "a date such as 2026-07-18",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}


FORM = "new"  # /themes/new and /alerts/new are the forms, which would hide the page of something with this id


class Shape(BaseModel):
    """The keys that a file, or a table in it, may have."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, frozen=True)


ShapeT = TypeVar("ShapeT", bound=Shape)


def shaped(
    model: type[ShapeT], content: Mapping[str, Any], label: str, known: Mapping[str, Collection[str]]
) -> ShapeT | list[Problem]:
    """Return the content as an instance of the model, or every problem with it.

    Args:
        known: names that the model's validators need in their context.
    """
    try:
        return model.model_validate(content, context=known)
    except ValidationError as wrong:
        return problems_of(model, wrong, label)


def problems_of(model: type[BaseModel], wrong: ValidationError, label: str) -> list[Problem]:
    """Return pydantic's validation errors as problems in plain words."""
    return [_problem(model, error, label) for error in wrong.errors()]


def choose(value: str, allowed: Collection[str], what: str) -> str:
    """Return the value if it is allowed.

    Raises:
        ValueError: it is not. The message lists the allowed values and suggests the nearest.
    """
    if value in allowed:
        return value
    raise ValueError(f'unknown {what} "{value}"{suggestion(value, allowed)} ({", ".join(allowed)})')


def check_name(value: str) -> str:
    """Return a name that is valid in ids.

    Raises:
        ValueError: it contains anything but lower-case Latin letters, digits and single hyphens between them.
    """
    if _NAME.fullmatch(value):
        return value
    raise ValueError(f'"{value}" is not a valid name; use lower-case Latin letters, digits and hyphens')


def check_page_name(value: str) -> str:
    """Return a name that is valid as the id of a theme or a rule, which have pages of their own.

    Raises:
        ValueError: it is no valid name, or the form of a new one has its address.
    """
    if value == FORM:
        raise ValueError(f'"{FORM}" cannot be an id, because its page would have the address of a form; choose another')
    return check_name(value)


def check_language(value: str) -> str:
    """Return an ISO 639-1 code.

    Raises:
        ValueError: not two small letters, or the code of a country, as in `ua`.
    """
    intended = mistaken(value)
    if _LANGUAGE.fullmatch(value) and intended is None:
        return value
    hint = f', did you mean "{intended}"?' if intended else ""
    raise ValueError(f'"{value}" is not a language code{hint} (ISO 639-1: en, ru, uk, de, fr, pl, …)')


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, AfterValidator(check_name)]
Language = Annotated[str, AfterValidator(check_language)]


def _problem(model: type[BaseModel], error: ErrorDetails, label: str) -> Problem:
    path = [step for step in error["loc"] if step != "[key]"]
    *tables, key = _spoken(path) or [""]
    return Problem(": ".join([label, *tables]), _sentence(model, error, path[:-1], key))


def _spoken(path: Sequence[int | str]) -> list[str]:
    """Return `feed 2`, `url` for ("feeds", 1, "url")."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and words:
            words[-1] = f"{words[-1].removesuffix('s')} {step + 1}"
        else:
            words.append(str(step))
    return words


def _sentence(model: type[BaseModel], error: ErrorDetails, tables: Sequence[int | str], key: str) -> str:
    match error["type"]:
        case "missing":
            return f'"{key}" is missing{_example(_model_at(model, tables), key)}'
        case "extra_forbidden":
            keys = _keys(_model_at(model, tables))
            return f'unknown key "{key}"{suggestion(key, keys)} (allowed: {", ".join(keys)})'
        case "value_error":
            return f"{key}: {error['ctx']['error']}"
        case "string_too_short" | "too_short":
            return f"{key}: must not be empty"
        case kind if kind in _WANTED:
            return f"{key}: must be {_WANTED[kind]}, not {error['input']!r}"
        case _:
            return f"{key}: {error['msg']}, not {error['input']!r}"


def _example(model: type[BaseModel], key: str) -> str:
    examples = next((field.examples for name, field in model.model_fields.items() if key in (name, field.alias)), None)
    return f'; for example {key} = "{examples[0]}"' if examples else ""


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(model: type[BaseModel], tables: Sequence[int | str]) -> type[BaseModel]:
    for step in tables:
        if isinstance(step, str):
            annotation = model.model_fields[step].annotation
            parts = (annotation, *get_args(annotation))
            inner = [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
            model = inner[0] if inner else model
    return model
