"""Damaged rows: what the disk changed under us is set aside by name, so that everything else goes on.

A row that cannot be decoded never ends a command. It is repaired from the rest of the archive where that is possible, and
removed otherwise, with its contents kept here. `parley status` counts these rows, and `parley verify` lists them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from config.logs import get_logger
from crawler.archive.batches import batches
from crawler.archive.database import UTCDateTime, metadata

KEEP_REPAIRED = timedelta(days=30)  # for so long `parley status` mentions a row that was repaired

damaged = Table(
    "damaged",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("place", Text, nullable=False),  # name of the table
    Column("row", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("contents", Text),  # JSON, of a row that was removed
    Column("noticed", UTCDateTime, nullable=False),
    Column("repaired", UTCDateTime),
    UniqueConstraint("place", "row"),
    info={"is_unchecked": True},
)

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A damaged row.

    Attributes:
        place: name of its table.
        row: what identifies it there: the id of an article, the address of a page, the key of another row.
        detail: what is wrong and what became of it, a sentence.
        contents: of a row that was removed, as JSON; None for others.
        is_repaired: whether nothing is missing any more.
    """

    place: str
    row: str
    detail: str
    contents: str | None = None
    is_repaired: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.row}: {self.detail}"


def record(connection: Connection, damages: Iterable[Damage]) -> None:
    """Record damaged rows, each once, and log them."""
    now = datetime.now(UTC)
    for damage in damages:
        statement = insert(damaged).values(
            place=damage.place,
            row=damage.row,
            detail=damage.detail,
            contents=damage.contents,
            noticed=now,
            repaired=now if damage.is_repaired else None,
        )
        again = {name: statement.excluded[name] for name in ("detail", "contents", "noticed", "repaired")}
        connection.execute(statement.on_conflict_do_update(index_elements=["place", "row"], set_=again))
        log.warning("damaged row set aside", place=damage.place, row=damage.row, detail=damage.detail)


def mark_repaired(connection: Connection, place: str, rows: Collection[str]) -> None:
    """Record that nothing is missing any more of these rows, if any of them was damaged."""
    for some in batches(rows):
        those = and_(damaged.c.place == place, damaged.c.row.in_(some), damaged.c.repaired.is_(None))
        connection.execute(update(damaged).where(those).values(repaired=datetime.now(UTC)))


def incomplete(place: str) -> Select[tuple[str]]:
    """Return the query for the rows of a table of which something is missing."""
    return select(damaged.c.row).where(damaged.c.place == place, damaged.c.repaired.is_(None))


def recorded(connection: Connection) -> list[Damage]:
    """Return the recorded rows, those that are not repaired first, then the latest."""
    query = select(damaged).order_by(damaged.c.repaired.is_not(None), damaged.c.number.desc())
    return [
        Damage(
            place=row.place,
            row=row.row,
            detail=row.detail,
            contents=row.contents,
            is_repaired=row.repaired is not None,
        )
        for row in connection.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class DamageCount:
    """How many damaged rows are recorded.

    Attributes:
        lost: rows of which something is missing.
        example: one of them; empty when there is none.
    """

    lost: int
    repaired: int
    example: str


NO_DAMAGE = DamageCount(0, 0, "")


def count(connection: Connection) -> DamageCount:
    """Return how many damaged rows are recorded."""
    is_repaired = damaged.c.repaired.is_not(None)
    groups = connection.execute(select(is_repaired, func.count()).group_by(is_repaired))
    numbers = {bool(key): number for key, number in groups}
    example = connection.execute(select(damaged.c.place, damaged.c.row).order_by(is_repaired, damaged.c.number)).first()
    return DamageCount(
        numbers.get(False, 0), numbers.get(True, 0), f"{example.place}: {example.row}" if example else ""
    )


def forget_repaired(connection: Connection, now: datetime) -> None:
    """Forget the rows that were repaired long ago."""
    connection.execute(delete(damaged).where(damaged.c.repaired < now - KEEP_REPAIRED))
