"""How many parameters one SQL statement is given, and lists cut to that size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

# SQLite allows 32,766 (999 before 3.32), PostgreSQL 65,535; a statement with more than some hundreds gains nothing.
AT_ONCE = 500

_Item = TypeVar("_Item")


def batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Yield the items in lists that one statement can be given."""
    remaining = iter(items)
    while batch := list(islice(remaining, AT_ONCE)):
        yield batch
