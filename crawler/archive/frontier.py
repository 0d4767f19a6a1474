"""Known addresses: which are wanted, which are being fetched, and how each ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from crawler.archive import damage, entries
from crawler.archive.batches import batches
from crawler.archive.damage import Damage
from crawler.archive.database import NEVER_REUSED, UTCDateTime, metadata
from crawler.archive.hints import LOST, HintsJSON
from crawler.archive.leases import ENDED, Leases, Owner, lease_columns
from crawler.archive.stepping import each_value
from crawler.outcomes import PASSING, Outcome
from crawler.page import Hints, Link
from crawler.parse.digest import update_digests
from crawler.urls import article_id, canonical, registered_domain
from crawler.wrapped import unwrapped

DAMAGED_ID = "damaged "  # begins what stands in for an id until it is derived from the address again
# What replaces damaged values: those of the first page of the address.
_PAGE = "(SELECT {} FROM pages WHERE pages.serial = urls.serial ORDER BY number LIMIT 1)"

urls = Table(
    "urls",
    metadata,
    Column("serial", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True, info={"neutral": f"'{DAMAGED_ID}' || serial"}),
    Column("url", Text, nullable=False, info={"neutral": f"coalesce({_PAGE.format('final_url')}, '')"}),
    Column("site", Text, nullable=False, info={"neutral": "''"}),
    Column("source", Text, nullable=False, info={"neutral": f"coalesce({_PAGE.format('source')}, '')"}),
    Column("feed", Text, nullable=False, info={"neutral": f"coalesce({_PAGE.format('feed')}, '')"}),
    Column("discovered", UTCDateTime, nullable=False, info={"neutral": f"coalesce({_PAGE.format('collected')}, 0)"}),
    Column("first_collected", UTCDateTime, info={"neutral": _PAGE.format("collected")}),
    Column(
        "state",
        Text,
        nullable=False,
        info={"among": tuple(Outcome), "neutral": f"iif({_PAGE.format('1')} IS NULL, 'wanted', 'collected')"},
    ),
    Column("detail", Text, nullable=False, default=""),
    Column("due", UTCDateTime, nullable=False, info={"neutral": 0}),
    *lease_columns(),
    Column("attempts", Integer, nullable=False, default=0, info={"between": (0, 1_000)}),
    Column("hints", HintsJSON),
    Column("digest", Text),  # of its descriptions in feeds, see crawler.parse.digest.update_digests
    Column("real", Text),  # the address its article is filed under, if that is another one
    Column("same_as", Integer),  # the serial of the address whose article this one leads to
    Index("urls_by_state", "state", "site", "due"),
    Index("urls_by_same_as", "same_as", sqlite_where=text("same_as IS NOT NULL")),
    **NEVER_REUSED,
)


leases = Leases(urls, among=Outcome.LEASED, free=Outcome.WANTED)

# Statements that run for every page are built once: building one takes longer than SQLite takes to run it.
_SERIAL = select(urls.c.serial).where(urls.c.id == bindparam("name"))
_ADD = insert(urls).returning(urls.c.serial)
_SETTLE = (
    update(urls)
    .where(urls.c.serial == bindparam("settled"), urls.c.state == Outcome.LEASED)
    .values(state=bindparam("ended"), detail=bindparam("why"), attempts=0, **ENDED)
)
_SETTLE_FOR_EVER = _SETTLE.values(hints=None)
_COLLECTED = (
    update(urls)
    .where(urls.c.serial == bindparam("settled"), urls.c.state == Outcome.LEASED)
    .values(state=Outcome.COLLECTED, detail=bindparam("why"), hints=None, **ENDED)
)
_TAKE_BACK = (
    update(urls)
    .where(urls.c.serial == bindparam("refused"), urls.c.state == Outcome.COLLECTED)
    .values(state=Outcome.LEASED, hints=bindparam("said"))
    .returning(urls.c.attempts)
)
_SETTLE_FOR_NOW = _SETTLE.values(attempts=bindparam("tried"), due=bindparam("again"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An address leased for fetching."""

    serial: int
    url: str
    site: str
    source: str
    feed: str
    attempts: int  # failed so far
    hints: Hints


def discover(
    connection: Connection, links: Iterable[Link], *, source: str, feed: str, document: str, now: datetime
) -> int:
    """Make addresses wanted that are new or were revised, unless they were pruned; return their number.

    An address that is being fetched becomes wanted again too, so that its revision is not missed.

    Args:
        document: the address of the feed or sitemap that lists them.
    """
    links = list(links)
    forms = {number: forms for number, link in enumerate(links) if (forms := _forms(link))}
    before_by_guid = entries.remembered(connection, feed, links)
    ids = [article_id(url) for urls_of_one in forms.values() for url in urls_of_one]
    known = _known(connection, [*ids, *(entry.id for entry in before_by_guid.values())])
    listed: dict[str, tuple[str, Link]] = {}
    filed: dict[str, tuple[Link, str]] = {}
    for number, addresses in forms.items():
        link = links[number]
        name = _name(link, addresses, known, before_by_guid)
        listed.setdefault(name, (addresses[0], link))
        if link.guid:
            filed[link.guid] = (link, name)
    new = []
    revised = 0
    for name, (url, link) in listed.items():
        before = known.get(name, _UNKNOWN)
        digest, is_revised = (
            update_digests(before.digest, feed, document, link.digest) if link.digest else (before.digest, False)
        )
        if name not in known:
            new.append(_new_row(name, url, link, source=source, feed=feed, now=now) | {"digest": digest})
        elif before.is_only_named:
            # Its source and feed are those that list it: it was named by a page that another one may have listed.
            listed_by = {"source": source, "feed": feed, "digest": digest}
            connection.execute(update(urls).where(urls.c.id == name).values(**listed_by, **_again(link, now)))
            revised += 1
        elif digest != before.digest and before.state != Outcome.PRUNED:
            connection.execute(update(urls).where(urls.c.id == name).values(digest=digest))
            if is_revised:
                fetched = update(urls).where(urls.c.serial == before.fetched, urls.c.state != Outcome.PRUNED)
                revised += connection.execute(fetched.values(**_again(link, now))).rowcount
    if new:
        connection.execute(insert(urls), new)
    entries.remember(connection, feed, filed, before_by_guid)
    return len(new) + revised


def _forms(link: Link) -> list[str]:
    """Return the canonical forms of a link's addresses: the one to file it under, then those it may be known under."""
    addresses = [address for url in (link.url, *link.others) if (address := canonical(url))]
    return list(dict.fromkeys([*(unwrapped(address) for address in addresses[:1]), *addresses]))


def _name(
    link: Link, addresses: Sequence[str], known: Mapping[str, _Known], by_guid: Mapping[str, entries.Entry]
) -> str:
    """Return the id of the address that a link is filed under."""
    ids = list(map(article_id, addresses))
    entry = by_guid.get(link.guid) if link.guid else None
    same = entry.id if entry and entry.id in known and entries.is_same(entry, link) else None
    return next((id for id in ids if id in known), same or ids[0])


def any_known(connection: Connection, addresses: Iterable[str]) -> bool:
    """Return whether any of these addresses is known."""
    return bool(_known(connection, [article_id(url) for address in addresses if (url := canonical(address))]))


def know(connection: Connection, url: str, *, source: str, feed: str, now: datetime) -> int:
    """Return the serial of a canonical address, adding it as collected if it is new."""
    name = article_id(url)
    serial = connection.scalar(_SERIAL, {"name": name})
    if serial is not None:
        return int(serial)
    row = _new_row(name, url, Link(url=url), source=source, feed=feed, now=now) | {"state": Outcome.COLLECTED}
    return int(connection.execute(_ADD, row).scalar_one())


def waiting_sites(connection: Connection, now: datetime, sources: Collection[str] | None = None) -> list[str]:
    """Return the registered domains with an address due now, skipping from one domain to the next in the index."""
    wanted = urls.c.state == Outcome.WANTED
    sites = each_value(urls.c.site, wanted)
    due = select(urls.c.serial).where(wanted, urls.c.site == sites.c.value, urls.c.due <= now)
    if sources is not None:
        due = due.where(urls.c.source.in_(sources))
    return list(connection.scalars(select(sites.c.value).where(sites.c.value.is_not(None), due.exists())))


def claim(
    connection: Connection,
    site: str,
    limit: int,
    *,
    now: datetime,
    lease: timedelta,
    owner: Owner,
    sources: Collection[str] | None = None,
) -> list[Wanted]:
    """Lease up to `limit` due addresses of one registered domain, longest overdue first."""
    due = select(urls.c.serial).where(urls.c.state == Outcome.WANTED, urls.c.site == site, urls.c.due <= now)
    if sources is not None:
        due = due.where(urls.c.source.in_(sources))
    chosen = due.order_by(urls.c.due, urls.c.serial).limit(limit).scalar_subquery()
    shown = [urls.c[name] for name in Wanted.__dataclass_fields__]
    taken = leases.claim(urls.c.serial.in_(chosen), owner, now + lease).returning(*shown)
    claimed = [Wanted(**row) for row in connection.execute(taken).mappings()]
    _drop_lost_hints(connection, claimed)
    return sorted(claimed, key=lambda wanted: wanted.serial)


def _drop_lost_hints(connection: Connection, claimed: Iterable[Wanted]) -> None:
    lost = [wanted for wanted in claimed if wanted.hints is LOST]
    for wanted in lost:
        connection.execute(update(urls).where(urls.c.serial == wanted.serial).values(hints=None))
    detail = "what the feed said of it was damaged and is left out"
    damage.record(
        connection, [Damage(place="urls", row=wanted.url, detail=detail, is_repaired=True) for wanted in lost]
    )


def settle(connection: Connection, serial: int, state: str, detail: str = "") -> None:
    """Set the final state of an address without a page, unless it became wanted again meanwhile.

    What its feed says about it is kept if the outcome may pass, for `want_again`.
    """
    statement = _SETTLE if state in PASSING else _SETTLE_FOR_EVER
    connection.execute(statement, {"settled": serial, "ended": state, "why": detail})


def collect(connection: Connection, serial: int, detail: str = "") -> None:
    """Set the state of a fetched address whose page is kept, unless it became wanted again meanwhile.

    Its failed attempts are kept too: the indexer may find out that the page is no article.
    """
    connection.execute(_COLLECTED, {"settled": serial, "why": detail})


def take_back(connection: Connection, serial: int, hints: Hints) -> int | None:
    """Lease an address again whose page was refused by the indexer, and return its failed attempts until then.

    Whoever does this ends the lease within the same transaction. The result is None, and nothing changes, where the address
    became wanted again meanwhile or has ended.

    Args:
        hints: what its feed says about the page.
    """
    attempts: int | None = connection.scalar(_TAKE_BACK, {"refused": serial, "said": hints})
    return attempts


def settle_for_now(
    connection: Connection, serial: int, state: str, detail: str, *, attempts: int, again: datetime
) -> None:
    """Set the state of a fetched address as `settle` does, until `revive` makes it wanted again."""
    values = {"settled": serial, "ended": state, "why": detail, "tried": attempts, "again": again}
    connection.execute(_SETTLE_FOR_NOW, values)


def revive(connection: Connection, now: datetime) -> int:
    """Make the addresses wanted again that were settled for now, and for which it is time; return their number.

    Their attempts go on counting. Those of an address that was settled for good are 0.
    """
    ended = urls.c.state.in_(PASSING) & (urls.c.attempts > 0) & (urls.c.due <= now)
    return connection.execute(update(urls).where(ended).values(state=Outcome.WANTED, **ENDED)).rowcount


def want_again(connection: Connection, states: Collection[str], now: datetime) -> int:
    """Make the addresses that ended in these outcomes wanted again, and return their number."""
    again = {"state": Outcome.WANTED, "due": now, "attempts": 0, **ENDED}
    return connection.execute(update(urls).where(urls.c.state.in_(states)).values(**again)).rowcount


def postpone(connection: Connection, serial: int, due: datetime, detail: str, *, attempts: int) -> None:
    """Make the address wanted again at `due`, after that many failed attempts."""
    again = {"state": Outcome.WANTED, "due": due, "detail": detail, "attempts": attempts, **ENDED}
    connection.execute(update(urls).where(urls.c.serial == serial, urls.c.state == Outcome.LEASED).values(**again))


def give_back(connection: Connection, serials: Collection[int], owner: Owner) -> int:
    """End the owner's leases of these addresses without counting an attempt, and return their number."""
    return leases.give_back(connection, owner, urls.c.serial.in_(serials))


def rebase(connection: Connection, *, now: datetime, longest: timedelta) -> int:
    """Make addresses due now whose wait is longer than any rule allows because the clock was set back; return their number."""
    stranded = or_(urls.c.discovered > now, urls.c.due > now + longest)
    back = update(urls).where(urls.c.state == Outcome.WANTED, urls.c.due > now, stranded).values(due=now)
    return connection.execute(back).rowcount


def oldest_wanted(connection: Connection, now: datetime) -> datetime | None:
    """Return when the address became due that has waited longest to be fetched; None when none is due."""
    due = select(func.min(urls.c.due)).where(urls.c.state == Outcome.WANTED, urls.c.due <= now)
    oldest: datetime | None = connection.scalar(due)
    return oldest


def count_urls_by_state(connection: Connection) -> dict[str, int]:
    """Return state → number of addresses."""
    rows = connection.execute(select(urls.c.state, func.count()).group_by(urls.c.state))
    return dict(rows.all())


def oldest_due(connection: Connection) -> datetime | None:
    """Return when the wanted address that should be fetched first is or was due; None when none is wanted."""
    due: datetime | None = connection.scalar(select(func.min(urls.c.due)).where(urls.c.state == Outcome.WANTED))
    return due


class _Known(NamedTuple):
    digest: str | None
    state: str
    fetched: int  # serial of the address whose article it leads to, or its own
    is_only_named: bool  # pages name it as their real address, and no feed has listed it


_UNKNOWN = _Known(None, "", 0, is_only_named=False)
_NAMED = (Outcome.SAME_ARTICLE, Outcome.DISPUTED)


def _again(link: Link, now: datetime) -> dict[str, object]:
    return {"state": Outcome.WANTED, "due": now, "attempts": 0, "hints": link.hints, **ENDED}


def _known(connection: Connection, names: list[str]) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    for some in batches(names):
        shown = urls.c.id, urls.c.digest, urls.c.state, urls.c.serial, urls.c.same_as
        for row in connection.execute(select(*shown).where(urls.c.id.in_(some))):
            known[row.id] = _Known(row.digest, row.state, row.same_as or row.serial, row.state in _NAMED)
    return known


def _new_row(name: str, url: str, link: Link, *, source: str, feed: str, now: datetime) -> dict[str, object]:
    return {
        "id": name,
        "url": url,
        "site": registered_domain(url),
        "source": source,
        "feed": feed,
        "discovered": now,
        "state": Outcome.WANTED,
        "due": now,
        "hints": link.hints,
    }
