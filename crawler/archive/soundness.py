"""Finds rows with values that are not of their columns' types or ranges, and mends them.

SQLite stores any value in any column, so a disk that changes one byte may leave a text where a number belongs, or a date in the
year 200,000. Crawler and indexer look for such rows when they start, the indexer every six hours, and every command after an
unexpected error. A value is replaced by its column's neutral one (`info["neutral"]`, an SQL expression) or by NULL; a row that
has neither is removed, and its contents are kept in the table of damaged rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Float, Integer, LargeBinary, Table, select, update
from sqlalchemy.exc import IntegrityError

from crawler.archive import damage
from crawler.archive.damage import Damage
from crawler.archive.database import Database, UTCDateTime, metadata
from crawler.archive.frontier import DAMAGED_ID, urls
from crawler.archive.pages import pages
from crawler.urls import article_id, canonical, registered_domain

_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999  # microseconds: the years 1 to 9999
_LONGEST = 120  # characters of a value in the name of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsound:
    """A row with values that its columns cannot have.

    Attributes:
        key: values that select it in its table.
        columns: the columns at fault.
        contents: all its values.
    """

    table: Table
    key: Mapping[str, object]
    columns: Sequence[str]
    contents: Mapping[str, object]

    @property
    def name(self) -> str:
        """What identifies the row for people."""
        columns = [column.name for column in self.table.primary_key] if len(self.key) == 1 else list(self.key)
        return " ".join(f"{column}={str(self.contents[column])[:_LONGEST]}" for column in columns)


def find_unsound(connection: Connection) -> list[Unsound]:
    """Return the rows of all tables with values that their columns cannot have."""
    return [
        row for table in metadata.sorted_tables if "is_unchecked" not in table.info for row in _of(connection, table)
    ]


def mend(database: Database) -> int:
    """Mend all such rows and those that refer to none, record them, and return their number.

    Raises:
        ArchiveError: the archive cannot be read or written.
    """
    with database.read() as connection:
        unsound, lost = find_unsound(connection), _without_address(connection)
    if not unsound and not lost:
        return 0
    with database.write() as connection:
        damage.record(connection, [_mend(connection, row) for row in unsound])
        _restore_names(connection)
        lost = _without_address(connection)
        damage.record(connection, [_readdress(connection, number, url) for number, url in lost])
    return len(unsound) + len(lost)


def _of(connection: Connection, table: Table) -> list[Unsound]:
    names = [column.name for column in table.columns]
    key = ["rowid"] if table.dialect_options["sqlite"]["with_rowid"] else [column.name for column in table.primary_key]
    conditions = [_condition(column) for column in table.columns]
    shown = ", ".join([*_quoted(key), *_quoted(names), *conditions])
    query = f"SELECT {shown} FROM {table.name} WHERE NOT ({' AND '.join(conditions)})"  # noqa: S608 (names of our own)
    rows = []
    for row in connection.exec_driver_sql(query):
        values, checks = row[len(key) : len(key) + len(names)], row[len(key) + len(names) :]
        wrong = [name for name, is_sound in zip(names, checks, strict=True) if not is_sound]
        contents = dict(zip(names, values, strict=True))
        rows.append(Unsound(table=table, key=dict(zip(key, row, strict=False)), columns=wrong, contents=contents))
    return rows


def _condition(column: Column[Any]) -> str:
    name, condition = f'"{column.name}"', _type_condition(column)
    if values := column.info.get("among"):
        allowed = ", ".join(f"'{value}'" for value in values)
        condition = f"{condition} AND {name} IN ({allowed})"
    if limits := column.info.get("between"):
        condition = f"{condition} AND {name} BETWEEN {limits[0]} AND {limits[1]}"
    return f"({name} IS NULL OR ({condition}))" if column.nullable else f"({condition})"


def _type_condition(column: Column[Any]) -> str:
    name, kind = f'"{column.name}"', column.type
    if isinstance(kind, UTCDateTime):
        return f"typeof({name}) = 'integer' AND {name} BETWEEN {_FIRST} AND {_LAST}"
    if isinstance(kind, Boolean):
        return f"typeof({name}) = 'integer' AND {name} IN (0, 1)"
    if isinstance(kind, Integer | BigInteger):
        return f"typeof({name}) = 'integer'"
    if isinstance(kind, Float):
        return f"typeof({name}) IN ('real', 'integer')"
    return f"typeof({name}) = '{'blob' if isinstance(kind, LargeBinary) else 'text'}'"


def _mend(connection: Connection, row: Unsound) -> Damage:
    values = {name: _neutral(row.table.columns[name]) for name in row.columns}
    where, key = " AND ".join(f"{name} = ?" for name in _quoted(row.key)), tuple(row.key.values())
    what = f"{', '.join(row.columns)} {'was' if len(row.columns) == 1 else 'were'} damaged"
    if all(value is not None for value in values.values()):
        assignments = ", ".join(f'"{name}" = {value}' for name, value in values.items())
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"UPDATE {row.table.name} SET {assignments} WHERE {where}", key)  # noqa: S608 (same)
            return Damage(place=row.table.name, row=row.name, detail=f"{what} and is replaced", is_repaired=True)
        except IntegrityError:
            pass  # another row has the neutral value of a unique column
    connection.exec_driver_sql(f"DELETE FROM {row.table.name} WHERE {where}", key)  # noqa: S608 (names of our own)
    if after := row.table.info.get("after_removal"):
        after(connection, row.contents)
    contents = json.dumps(row.contents, default=lambda value: value.hex(), ensure_ascii=False)
    is_repaired = "is_precious" not in row.table.info
    detail = f"{what}; the row is removed"
    return Damage(place=row.table.name, row=row.name, detail=detail, contents=contents, is_repaired=is_repaired)


def _neutral(column: Column[Any]) -> str | None:
    """Return the SQL expression of the value that a damaged one is replaced by; None if there is none."""
    if "neutral" in column.info:
        return str(column.info["neutral"])
    if column.nullable:
        return "NULL"
    default = getattr(column.default, "arg", None)
    return repr(int(default) if isinstance(default, int) else str(default)) if isinstance(default, int | str) else None


def _restore_names(connection: Connection) -> None:
    """Derive id and domain of addresses from their URLs where they were damaged."""
    lost = (urls.c.id.startswith(DAMAGED_ID) | (urls.c.site == "")) & (urls.c.url != "")
    for row in connection.execute(select(urls.c.serial, urls.c.url).where(lost)).all():
        name = article_id(row.url)
        is_taken = connection.scalar(select(urls.c.serial).where(urls.c.id == name, urls.c.serial != row.serial))
        values = {"site": registered_domain(row.url), **({} if is_taken else {"id": name})}
        connection.execute(update(urls).where(urls.c.serial == row.serial).values(values))


def _without_address(connection: Connection) -> list[tuple[int, str]]:
    """Return number and address of the pages whose serial no address has."""
    known = select(urls.c.serial).where(urls.c.serial == pages.c.serial).exists()
    return [(row.number, row.final_url) for row in connection.execute(select(pages).where(~known))]


def _readdress(connection: Connection, number: int, url: str) -> Damage:
    """Give a page and its address the same serial again."""
    serial = connection.execute(select(pages.c.serial).where(pages.c.number == number)).scalar_one()
    name = article_id(canonical(url) or url)
    known = connection.scalar(select(urls.c.serial).where(urls.c.id == name))
    has_pages = known is not None and connection.scalar(select(pages.c.number).where(pages.c.serial == known).limit(1))
    detail = "its address was damaged and is restored"
    if known is not None and not has_pages:
        connection.execute(update(urls).where(urls.c.serial == known).values(serial=serial))
    elif known is not None:
        connection.execute(update(pages).where(pages.c.number == number).values(serial=known))
    else:
        _add_address(connection, number, serial, name)
    return Damage(place=pages.name, row=f"{number} ({url})", detail=detail, is_repaired=True)


def _add_address(connection: Connection, number: int, serial: int, name: str) -> None:
    page = connection.execute(select(pages).where(pages.c.number == number)).one()
    moments = {"discovered": page.collected, "first_collected": page.collected, "due": page.collected}
    url = canonical(page.final_url) or page.final_url
    row = {
        "serial": serial,
        "id": name,
        "url": url,
        "site": registered_domain(url),
        "source": page.source,
        "feed": page.feed,
    }
    connection.execute(urls.insert().values(**row, **moments, state="collected"))


def _quoted(names: Sequence[str] | Mapping[str, object]) -> list[str]:
    return [f'"{name}"' for name in names]
