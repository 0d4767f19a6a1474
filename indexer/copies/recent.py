"""The values used last, as many as fit into a total size; functools.lru_cache counts values, whatever their size."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by key, of which those unused for longest are dropped when all together become too large.

    Args:
        most: total size, in the unit of `keep`. A single larger value is kept until the next one.
    """

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[bytes, tuple[Value, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: bytes) -> Value | None:
        """Return a value and note that it was used; None when it is not kept."""
        known = self._kept.get(key)
        if known is None:
            return None
        self._kept.move_to_end(key)
        return known[0]

    def keep(self, key: bytes, value: Value, size: int = 1) -> None:
        """Keep a value that is not kept yet."""
        self._kept[key] = value, size
        self._size += size
        while self._size > self._most and len(self._kept) > 1:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._size -= dropped
