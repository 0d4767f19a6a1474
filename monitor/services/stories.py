"""Stories: what a query finds, with copies folded under the story they repeat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from indexer.engine import Sort
from indexer.query.tree import And, Between, Has, Node, Or, Value, all_of
from monitor.app import App
from monitor.documents.articles import CopyDocument, HitDocument
from monitor.documents.stories import StoriesDocument, StoryDocument
from monitor.services.precedence import copy_document
from monitor.services.search import MOST, search
from monitor.services.times import parse_range

_LISTED = 10  # copies of one story
_COPIES = 100  # copies of all stories of a page together
_LOOKED_AT = 200  # copies whose order is known, of all stories of a page that do not match themselves
_TRIES = 5  # searches for one page, which is then as it is
_SPARE = 3  # times as many hits as stories, where there is no second page to take more from


def stories(
    app: App,
    query: str,
    *,
    since: str | None = None,
    until: str | None = None,
    limit: int = 20,
    sort: Sort = "date",
    cursor: int | None = None,
) -> StoriesDocument:
    """Return one page of the stories that match a query.

    A page may have fewer stories than the limit, and another one may follow, where long runs of copies come between.

    Args:
        as of `search`; the limit is of stories.

    Raises:
        QueryError, WrongArgument, EngineError: as of `search`.
    """
    start, end = parse_range(since, until, now=datetime.now(UTC), zone=app.zone)
    node = app.query(query).node
    if start or end:
        node = all_of(node, Between("published", start, end))
    wanted = min(limit * _SPARE, MOST) if sort == "score" else limit
    page = first = search(app, query, since=since, until=until, limit=wanted, sort=sort, cursor=cursor)
    chosen = fold(app, node, page.hits)
    for _ in range(_TRIES - 1):
        if page.next is None or len(chosen) >= limit:
            break
        missing = limit - len(chosen)
        page = search(app, query, since=since, until=until, limit=missing, sort=sort, cursor=page.next)
        chosen += fold(app, node, page.hits)
    copies = _copies(app, [hit.id for hit in chosen[:limit] if hit.copies])
    return StoriesDocument(
        total=first.total,
        undated=first.undated,
        stories=tuple(_story(app, hit, copies.get(hit.id, ())) for hit in chosen[:limit]),
        next=page.next,
        absent=first.absent,
        searchable=first.searchable,
    )


def _story(app: App, hit: HitDocument, copies: Sequence[CopyDocument]) -> StoryDocument:
    sources = {copy.source for copy in copies}
    if len(copies) < hit.copies:
        sources |= app.engine.tally(Value("copy_of", frozenset({hit.id})), "source").keys()
    return StoryDocument(hit=hit, copies=tuple(copies), outlets=len(sources - {hit.source}))


def fold(app: App, node: Node, hits: Sequence[HitDocument]) -> list[HitDocument]:
    """Return one hit of each story: the story itself if it matches, else the earliest of its copies that do.

    A query that asks for copies has all of them. Of a story with hundreds of matching copies that does not match itself,
    several may be kept.

    Args:
        node: what the hits match.
        hits: at most 1,000 of them, in any order.

    Raises:
        EngineError: the engine cannot be asked.
    """
    origins = frozenset(hit.copy_of for hit in hits if hit.copy_of)
    if not origins or _asks_for_copies(node):
        return list(hits)
    page = app.engine.search(all_of(node, Value("id", origins)), limit=len(origins))
    lost = origins - {hit.article.id for hit in page.hits}
    earliest: dict[str, str] = {}
    seen: set[str] = set()
    if lost:
        for copy in app.engine.search(all_of(node, Value("copy_of", lost)), limit=_LOOKED_AT).hits:  # newest first
            seen.add(copy.article.id)
            earliest[copy.article.copy_of or ""] = copy.article.id
    return [
        hit
        for hit in hits
        if not hit.copy_of or (hit.copy_of in lost and (hit.id not in seen or earliest[hit.copy_of] == hit.id))
    ]


def _asks_for_copies(node: Node) -> bool:
    match node:
        case And(children) | Or(children):
            return any(map(_asks_for_copies, children))
        case Has("copy_of") | Value("copy_of"):
            return True
    return False


def _copies(app: App, ids: Sequence[str]) -> Mapping[str, list[CopyDocument]]:
    """Return the newest copies of stories."""
    if not ids:
        return {}
    originals = app.engine.get(ids)
    copies: dict[str, list[CopyDocument]] = defaultdict(list)
    for hit in app.engine.search(Value("copy_of", frozenset(ids)), limit=_COPIES).hits:
        story = originals.get(hit.article.copy_of or "")
        if story and len(copies[story.id]) < _LISTED:
            copies[story.id].append(copy_document(story, hit.article))
    return copies
