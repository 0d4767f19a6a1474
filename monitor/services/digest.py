"""Digests: what the Overview says of a day, a week or another period, to be read elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from config.errors import WrongArgument
from indexer.query.tree import Between, Has, Not, all_of
from monitor.app import App
from monitor.documents.articles import HitDocument
from monitor.documents.digests import DigestDocument, DigestFeedDocument, HappeningDocument, HeadlineDocument
from monitor.documents.moves import MovesDocument
from monitor.sentences import collected, counted, counted_only, finding, period, sentence, silence, span, spiked, whole
from monitor.services.emerging import SHORTEST, emerging
from monitor.services.happenings import Happening, happenings
from monitor.services.moves import PERIOD, moves
from monitor.services.status import status
from monitor.services.steady import counted_within
from monitor.services.times import parse_period, parse_span, until_now
from monitor.services.why import why

MOST = 6  # happenings
NEW = 10  # phrases
_WORDS = 3


def digest(
    app: App,
    *,
    day: str | None = None,
    week: str | None = None,
    since: str | None = None,
    until: str | None = None,
    scope: str | None = None,
    steady: bool = False,
) -> DigestDocument:
    """Return the digest of a period: the last 7 days unless another one is given.

    Args:
        day: a day, such as `2026-11-20` or `yesterday`.
        week: a week, such as `2026-W47` or `last week`, instead of a day.
        since: start of another range, as people write it, instead of both.
        until: last day or moment of that range; now without it.
        scope, steady: as in `moves`.

    Raises:
        QueryError: the scope is invalid.
        WrongArgument: the period is not usable, or there is no theme.
        EngineError: the engine cannot be asked.
    """
    now = datetime.now(UTC)
    start, end = _period(app, now, day=day, week=week, since=since, until=until)
    first, last = (moment.isoformat(timespec="seconds") for moment in (start, end))
    # A day that has just begun is too short to have news.
    news_since = min(start, end - SHORTEST).isoformat(timespec="seconds")
    moved = moves(app, since=first, until=last, scope=scope, steady=steady)
    happened = happenings(app, moved)[:MOST]
    is_given = any((day, week, since, until))
    return DigestDocument(
        title=_title(moved, is_given=is_given),
        start=moved.start,
        end=moved.end,
        timezone=moved.timezone,
        made=now.replace(microsecond=0).astimezone(app.zone),
        collected=collected(moved),
        happenings=tuple(_happening(app, one, moved) for one in each_story_once(happened)),
        moves=moved,
        emerging=emerging(app, since=news_since, until=last, scope=counted_within(moved), largest=NEW),
        unwell=tuple(_unwell(app)),
        remarks=tuple(_remarks(app, moved)),
    )


def _period(
    app: App, now: datetime, *, day: str | None, week: str | None, since: str | None, until: str | None
) -> tuple[datetime, datetime]:
    given = [name for name, value in (("day", day), ("week", week), ("since", since or until)) if value]
    if len(given) > 1:
        raise WrongArgument("give a day, a week or a range, not two of them", field=given[1])
    if since or until or not given:
        return parse_span(since, until, now=now, zone=app.zone, default=PERIOD)
    length = timedelta(days=1) if day else timedelta(weeks=1)
    chosen = parse_period(day or week or "", now=now, zone=app.zone, field=given[0])
    if abs((chosen.end - chosen.start) - length) > timedelta(hours=2):  # clocks may change within it
        example = "2026-11-20" if day else "2026-W47"
        raise WrongArgument(f'"{day or week}" is not a {given[0]}; write one such as {example}', field=given[0])
    return chosen.start, until_now(chosen.start, chosen.end, now=now, zone=app.zone, field=given[0])


def _title(moved: MovesDocument, *, is_given: bool) -> str:
    if not is_given:
        return f"What moved in {period(moved.end - moved.start)}"
    first, last = moved.start.date(), (moved.end - timedelta(microseconds=1)).date()
    days = span(first, last)
    return f"What moved {'on' if first == last else 'from'} {days} {last.year}"


def each_story_once(happened: Sequence[Happening]) -> Iterator[Happening]:
    """Yield what happened, each headline only where it comes first, so that the same story is not news twice."""
    shown: set[str] = set()
    for one in happened:
        fresh = [hit for hit in one.headlines if shown.isdisjoint(_keys(hit))]
        shown.update(key for hit in fresh for key in _keys(hit))
        yield replace(one, headlines=fresh)


def _keys(hit: HitDocument) -> tuple[str, ...]:
    return hit.copy_of or hit.id, *((hit.title.casefold(),) if hit.title else ())


def _unwell(app: App) -> Iterator[DigestFeedDocument]:
    names = {feed.id: source.name for source in app.sources for feed in source.feeds}
    for one in status(app).unwell:
        yield DigestFeedDocument(**dict(one), source_name=names.get(one.id))


def _happening(app: App, one: Happening, moved: MovesDocument) -> HappeningDocument:
    details = [
        *(spiked(spike) for spike in one.move.spikes[-1:]),
        *([whole(one.move, moved)] if one.move.spikes else ()),
    ]
    return HappeningDocument(
        themes=tuple(move.theme for move in (one.move, *one.also)),
        finding=finding(one.move, moved, also=one.also),
        details=tuple(filter(None, details)),
        words=tuple(_words(app, one, moved)),
        headlines=tuple(map(_headline, one.headlines)),
    )


def _words(app: App, one: Happening, moved: MovesDocument) -> Sequence[str]:
    """Return the words that stand out in its stories; those of a fall would be of what is no longer said."""
    if one.move.direction == "down":
        return ()
    first, last = (moment.isoformat(timespec="seconds") for moment in (moved.start, moved.end))
    reasons = why(app, themes=[one.move.theme], since=first, until=last, scope=counted_within(moved))
    return [f"{word.word} ({word.language})" if word.language else word.word for word in reasons.words[:_WORDS]]


def _headline(hit: HitDocument) -> HeadlineDocument:
    return HeadlineDocument(
        id=hit.id,
        url=hit.url,
        title=hit.title,
        source=hit.source,
        published=hit.published,
        published_precision=hit.published_precision,
        source_name=hit.source_name or hit.source,
        source_class=hit.source_class,
        language=hit.language,
    )


def _remarks(app: App, moved: MovesDocument) -> Iterator[str]:
    names = {source.id: source.name for source in app.sources}
    if moved.searchable:
        yield sentence(
            f"not everything is counted yet: {moved.searchable.message}"
            if moved.searchable.kept
            else moved.searchable.message
        )
    yield from counted_only(moved.scope, moved.panel, names)
    if warning := silence(moved, names):
        yield warning
    meanwhile = Between("collected", moved.start.astimezone(UTC), moved.end.astimezone(UTC))
    undated = app.engine.count(all_of(Not(Has("published")), meanwhile, app.query(counted_within(moved) or "*").node))
    if undated:
        were = "was" if undated == 1 else "were"
        yield f"{counted(undated, 'article')} without a known date {were} collected meanwhile, and {were} not counted."
