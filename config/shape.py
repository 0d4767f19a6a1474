"""Validates the contents of configuration files and explains mistakes in plain words.

Validation is strict (no text in place of a number) and rejects unknown keys. Every mistake is reported at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from typing import Annotated, Any, ClassVar, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from config.errors import Problem
from config.languages import mistaken
from config.nearest import suggestion

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SHOWN = 80  # characters of a value
_LONGEST_TITLE = 200  # characters
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
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


def check_title(value: str) -> str:
    """Return a title, which is one line in subjects of mails, on pages and in tables.

    Raises:
        ValueError: it has a line break, a control character or one that changes the direction, or is too long.
    """
    if _UNSHOWN.search(value):
        raise ValueError("must be one line, without control characters and without signs that change its direction")
    if len(value) > _LONGEST_TITLE:
        raise ValueError(f"has {len(value):,} characters; at most {_LONGEST_TITLE} are shown everywhere")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Title = Annotated[Text, AfterValidator(check_title)]
Name = Annotated[str, AfterValidator(check_name)]
Language = Annotated[str, AfterValidator(check_language)]


def _problem(model: type[BaseModel], error: ErrorDetails, label: str) -> Problem:
    path = [step for step in error["loc"] if step != "[key]"]
    *tables, key = _spoken(path) or [""]
    keys = ".".join(step for step in path if isinstance(step, str))
    return Problem(": ".join([label, *tables]), _sentence(model, error, path[:-1], key), keys)


def _spoken(path: Sequence[int | str]) -> list[str]:
    """Return `feed 2`, `url` for ("feeds", 1, "url")."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and words:
            words[-1] = f"{_singular(words[-1])} {step + 1}"
        else:
            words.append(str(step))
    return words


def _singular(word: str) -> str:
    """Return `feed` for `feeds`, `class` for `classes`, `country` for `countries`."""
    for many, one in (("ies", "y"), ("sses", "ss"), ("s", "")):
        if word.endswith(many):
            return f"{word.removesuffix(many)}{one}"
    return word


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
            return f"{key}: must be {_WANTED[kind]}, not {_shown(error['input'])}"
        case _:
            return f"{key}: {error['msg']}, not {_shown(error['input'])}"


def _shown(value: object) -> str:
    """Return a value as a message shows it: not as Python writes it, and not at any length."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (date, time)):
        return value.isoformat()
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


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
