"""Reads JSON from strangers: any mistake is a ValueError, and no number in it is one."""

from __future__ import annotations

import json
from typing import Any

_DIGITS = 400  # of an integer; Python refuses to read one of more than 4,300, and with it the whole document


def loads(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        ValueError: the text is no JSON, or nested too deeply.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def value_at(text: str, start: int) -> tuple[Any, int]:
    """Return the JSON value that begins at a place in a text, and where it ends.

    Raises:
        ValueError: there is none, or it is nested too deeply.
    """
    try:
        return _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS else float("inf")


_DECODER = json.JSONDecoder(strict=False, parse_int=_integer)  # not strict: real feeds have line ends within texts
