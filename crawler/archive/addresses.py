"""Several addresses of one article: each known address may lead to the article of another one.

The article is kept under the serial and the id of the address that it was first collected at, its owner, so that its id stays;
`real` is the address it is shown and searched under. Rows of addresses that were only named by a page have never been collected.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from crawler.archive.frontier import urls
from crawler.outcomes import Outcome
from crawler.urls import article_id, registered_domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A known address.

    Attributes:
        real: the address its article is filed under; None for its own.
        same_as: serial of the owner of the article it leads to; None when it is an owner itself.
        first_collected: None when it was never collected itself.
    """

    serial: int
    id: str
    url: str
    real: str | None
    same_as: int | None
    state: str
    source: str
    feed: str
    first_collected: datetime | None


_SHOWN = select(*(urls.c[name] for name in Address.__dataclass_fields__))


def known_addresses(connection: Connection, addresses: Collection[str]) -> dict[str, Address]:
    """Return those of these canonical addresses, at most AT_ONCE, that are known, by address."""
    rows = connection.execute(_SHOWN.where(urls.c.id.in_([article_id(url) for url in addresses])))
    return {row["url"]: Address(**row) for row in rows.mappings()}


def address_of(connection: Connection, serial: int) -> Address:
    """Return the address with this serial."""
    return Address(**connection.execute(_SHOWN.where(urls.c.serial == serial)).mappings().one())


def owner_of(connection: Connection, address: Address) -> Address:
    """Return the owner of the article that an address leads to, which may be itself."""
    return address if address.same_as is None else address_of(connection, address.same_as)


def name_real(connection: Connection, owner: Address, url: str | None) -> None:
    """File the article of an owner under this address; None means its own."""
    connection.execute(update(urls).where(urls.c.serial == owner.serial).values(real=url))


def add_leading(connection: Connection, url: str, owner: Address, now: datetime) -> None:
    """Add an address that is not known yet and leads to the article of an owner."""
    row = {"id": article_id(url), "url": url, "site": registered_domain(url), "same_as": owner.serial}
    origin = {"source": owner.source, "feed": owner.feed, "discovered": now, "due": now}
    connection.execute(insert(urls).values(**row, **origin, state=Outcome.SAME_ARTICLE))


def join(connection: Connection, address: Address, owner: Address) -> None:
    """Make an address, and all that lead to it, lead to the article of an owner."""
    ours = or_(urls.c.serial == address.serial, urls.c.same_as == address.serial)
    connection.execute(update(urls).where(ours).values(same_as=owner.serial, real=None))


def part(connection: Connection, address: Address) -> None:
    """Make an address an owner, whose article is its own."""
    connection.execute(update(urls).where(urls.c.serial == address.serial).values(same_as=None, real=None))


def dispute(connection: Connection, address: Address) -> None:
    """Record that pages with different texts name this address, which was never collected itself, as theirs."""
    disputed = update(urls).where(urls.c.serial == address.serial)
    connection.execute(disputed.values(same_as=None, state=Outcome.DISPUTED))


def serials_of_article(article_id: str) -> ColumnElement[bool]:
    """Select the addresses that lead to the article with this id, or to the one that the address with this id leads to."""
    row = select(urls.c.serial, urls.c.same_as).where(urls.c.id == article_id).subquery()
    owner = select(row.c.same_as).where(row.c.same_as.is_not(None)).scalar_subquery()
    own = select(row.c.serial).scalar_subquery()
    return or_(urls.c.serial == own, urls.c.same_as == own, urls.c.serial == owner, urls.c.same_as == owner)


def ids_of_articles(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Return id of an address → id of the article it leads to, for those of the ids that lead to another one."""
    other = urls.alias()
    pairs = select(urls.c.id, other.c.id).join(other, other.c.serial == urls.c.same_as).where(urls.c.id.in_(ids))
    return {row[0]: row[1] for row in connection.execute(pairs)}


def pruned(connection: Connection, ids: Collection[str]) -> set[str]:
    """Return those of these ids, at most AT_ONCE, whose address is known to have been pruned."""
    return set(connection.scalars(select(urls.c.id).where(urls.c.id.in_(ids), urls.c.state == Outcome.PRUNED)))


def put_back(connection: Connection, serial: int, *, id: str, url: str, source: str, collected: datetime) -> int:
    """Return the serial of the address with this id; if it was lost, add it, under the given serial unless another has that."""
    known = connection.scalar(select(urls.c.serial).where(urls.c.id == id))
    if known is not None:
        return int(known)
    row = {
        "id": id,
        "url": url,
        "site": registered_domain(url),
        "source": source,
        "feed": "",
        "state": Outcome.COLLECTED,
    }
    times = {"discovered": collected, "first_collected": collected, "due": collected}
    is_free = connection.scalar(select(urls.c.serial).where(urls.c.serial == serial)) is None
    statement = insert(urls).values(**row, **times, **({"serial": serial} if is_free else {}))
    return int(connection.execute(statement.returning(urls.c.serial)).scalar_one())
