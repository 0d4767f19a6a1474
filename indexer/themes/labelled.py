"""Documents that a reader has labelled with the themes they speak of, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.errors import WrongArgument
from config.languages import language_code
from indexer.extract.language import language_of
from indexer.stored_form import replace_surrogates


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A document and its labels.

    Attributes:
        line: its line in the file, from 1.
        language: ISO 639-1, as the line states it or as detected; None when it is unclear.
        themes: ids of the themes it speaks of.
        borderline: ids of the themes it merely touches; they count neither as right nor as wrong.
    """

    line: int
    title: str | None
    text: str
    language: str | None
    themes: frozenset[str]
    borderline: frozenset[str]


def read_labelled(lines: Iterable[bytes], label: str) -> Iterator[Labelled]:
    """Yield the documents of a file; blank lines are skipped.

    Args:
        label: the name of the file in messages.

    Raises:
        WrongArgument: a line is not such a document; the message gives its number.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _document(number, _object(line))
        except ValueError as wrong:
            raise WrongArgument(f"{label}: line {number}: {wrong}", field="file") from None


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8; save the file in that encoding") from None
    except json.JSONDecodeError as wrong:
        raise ValueError(f"not JSON: {wrong.msg} at character {wrong.pos + 1}; write one object a line") from None
    except (RecursionError, ValueError):
        raise ValueError("not JSON that can be read; write one object with `text` and `themes`") from None
    if isinstance(content, dict):
        return content
    raise ValueError("not an object; write one with `text` and `themes`")


def _document(number: int, content: Mapping[str, Any]) -> Labelled:
    title, text = _text(content, "title"), _text(content, "text")
    if not (title or text):
        raise ValueError("`text` is missing or empty")
    themes, borderline = _ids(content, "themes"), _ids(content, "borderline")
    if "themes" not in content:
        raise ValueError("`themes` is missing; write [] for a document that speaks of none")
    if both := sorted(themes & borderline):
        raise ValueError(f'"{both[0]}" is both in `themes` and in `borderline`; keep one of them')
    stated = _text(content, "language")
    return Labelled(
        line=number,
        title=title or None,
        text=text or "",
        language=language_code(stated) or language_of(text or title or ""),
        themes=themes,
        borderline=borderline,
    )


def _text(content: Mapping[str, Any], key: str) -> str | None:
    value = content.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"`{key}` is not a text")
    return value and replace_surrogates(value)


def _ids(content: Mapping[str, Any], key: str) -> frozenset[str]:
    value = content.get(key)
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(id, str) for id in value):
        raise ValueError(f'`{key}` is not a list of theme ids, such as ["truce", "arms"]')
    return frozenset(map(replace_surrogates, value))
