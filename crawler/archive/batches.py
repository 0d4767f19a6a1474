"""The number of parameters in one SQL statement, and lists split to that size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

# SQLite allows 32,766 (999 before 3.32), PostgreSQL 65,535; beyond a few hundred, a statement gains nothing.
AT_ONCE = 500

_Item = TypeVar("_Item")


def batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Yield the items in lists of at most AT_ONCE."""
    remaining = iter(items)
    while batch := list(islice(remaining, AT_ONCE)):
        yield batch
