"""The values of a column, found by stepping from one to the next in its index; DISTINCT and GROUP BY read all rows."""

from __future__ import annotations

from sqlalchemy import CTE, Column, ColumnElement, func, select


def each_value(column: Column[str], *conditions: ColumnElement[bool]) -> CTE:
    """Select every value of an indexed column once, as `value`; the last row has none.

    Args:
        conditions: that a row must meet; the index should begin with their columns.
    """
    first = select(func.min(column).label("value")).where(*conditions).cte(f"each_{column.name}", recursive=True)
    following = select(func.min(column)).where(*conditions, column > first.c.value).scalar_subquery()
    return first.union_all(select(following).where(first.c.value.is_not(None)))
