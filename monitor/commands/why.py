"""`parley why`: what makes a day, a week or a spike of a theme differ from the weeks before."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import get_args

from rich.table import Table
from rich.text import Text

from config.errors import QueryError
from indexer.query.tree import TIMED, Node, all_of
from indexer.trends.calendar import Interval, after, floor
from indexer.trends.keyness import Keyness
from indexer.trends.keywords import KeyWord
from indexer.trends.series import trend
from indexer.trends.why import Named, Told, Why, why
from monitor.app import App
from monitor.services import theme_versions
from monitor.services.theme_versions import Versions, versions
from monitor.services.times import parse_moment
from monitor.terminal import options
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, plain, print_json, table
from monitor.terminal.theme_versions import notes

HELP = "Say why: the words, stories, sources and themes that make a spike or any day"
EXAMPLES = ("why truce", "why truce --on 2026-11-20")

_RECENT = timedelta(days=90)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.add_questions(parser)
    parser.add_argument("--on", metavar="TIME", help="the bucket that holds this moment (default: the latest spike)")
    parser.add_argument(
        "--interval", choices=get_args(Interval), default="day", help="width of that bucket (default: day)"
    )
    options.add_range(parser, "the latest spike")
    options.add_scope(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what makes the difference."""
    app, now = load_app(), datetime.now(UTC)
    asked, scope = options.questions(app, arguments), options.scope(app, arguments)
    if len(asked) > 1:
        raise QueryError(f"why is asked of one theme or query at a time, not of {', '.join(asked)}")
    [(name, node)] = asked.items()
    start, end = _span(app, arguments, {name: node}, scope, now)
    if arguments.interval == "hour":
        scope = all_of(scope, TIMED)
    found = why(app.engine, node, start=start, end=min(end, now), words=app.morphology, scope=scope)
    used = versions(app, node, scope, min(found.here.start, found.elsewhere.start), found.here.end)
    print_json(_document(name, found, used, app)) if arguments.json else _show(name, found, used, app)
    return 0


def _span(
    app: App, arguments: argparse.Namespace, asked: dict[str, Node], scope: Node, now: datetime
) -> tuple[datetime, datetime]:
    if arguments.on and (arguments.since or arguments.until):
        raise QueryError("--on names one bucket; say either that or --since and --until")
    if arguments.since or arguments.until:
        start, end = options.between(app, arguments, now, timedelta(days=1))
    elif arguments.on:
        local = floor(parse_moment(arguments.on, now=now, zone=app.zone).astimezone(app.zone), arguments.interval)
        start, end = local.astimezone(UTC), after(local, arguments.interval).astimezone(UTC)
    else:
        start, end = _latest_spike(app, asked, scope, now)
    if start >= min(end, now):
        raise QueryError(
            f"{start.astimezone(app.zone):%Y-%m-%d %H:%M} is not in the past, or after the end of the span"
        )
    return start, end


def _latest_spike(app: App, asked: dict[str, Node], scope: Node, now: datetime) -> tuple[datetime, datetime]:
    found = trend(
        app.engine,
        asked,
        interval="day",
        since=now - _RECENT,
        until=now,
        zone=app.zone,
        now=now,
        scope=scope,
        cover=app.coverage,
    )
    (series,) = found.series
    if not series.spikes:
        raise QueryError(f"{series.name} has no spike in the last {_RECENT.days} days; say when: --on 2026-11-01")
    spike = series.spikes[-1]
    first, last = (datetime.combine(day, time(), app.zone) for day in (spike.start, spike.end))
    return first.astimezone(UTC), after(last, "day").astimezone(UTC)


def _document(name: str, found: Why, used: Versions, app: App) -> dict[str, object]:
    elsewhere = found.elsewhere
    return {
        "theme": name,
        **theme_versions.document(used),
        "from": found.here.start.astimezone(app.zone),
        "to": found.here.end.astimezone(app.zone),
        "number": found.here.number,
        "expected": found.expected,
        "compared_with": {
            "what": "the weeks before" if found.is_before else "everything else in the span",
            "from": elsewhere.start.astimezone(app.zone),
            "to": elsewhere.end.astimezone(app.zone),
            "number": elsewhere.number,
        },
        "words": [_word(word) for word in found.words],
        "stories": [_told(told) for told in found.stories],
        "sources": [_named("source", each) for each in found.sources],
        "themes": [_named("theme", each) for each in found.themes],
    }


def _word(word: KeyWord) -> dict[str, object]:
    return {
        "word": word.word,
        "language": word.language,
        "forms": sorted(word.forms),
        **_keyness(word.keyness),
        "ids": list(word.ids),
    }


def _named(kind: str, named: Named) -> dict[str, object]:
    return {kind: named.name, **_keyness(named.keyness), "ids": list(named.ids)}


def _keyness(keyness: Keyness) -> dict[str, object]:
    return {
        "number": keyness.here,
        "expected": keyness.expected,
        "compared": keyness.elsewhere,
        "g2": keyness.g2,
        "log_ratio": keyness.log_ratio,
    }


def _told(told: Told) -> dict[str, object]:
    article = told.article
    return {
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "published": article.published,
        "articles": told.articles,
        "words": told.words,
        "ids": [article.id],
    }


def _show(name: str, found: Why, used: Versions, app: App) -> None:
    screen = console()
    for line in _heading(name, found, app):
        screen.print(Text(plain(line)), soft_wrap=True)
    tables = (
        _table("Words", "word", ((_said(word), word.keyness, word.ids) for word in found.words)),
        table(
            "Stories",
            ["story", "articles", "words", "id"],
            map(_row, found.stories),
            right=["articles", "words"],
            whole=["id"],
        ),
        _table("Sources", "source", ((each.name, each.keyness, each.ids) for each in found.sources)),
        _table("Themes", "theme", ((each.name, each.keyness, each.ids) for each in found.themes)),
    )
    for shown in tables:
        if shown.row_count:
            screen.print()
            screen.print(shown)
    for note in notes([used]):
        screen.print(note, soft_wrap=True)


def _heading(name: str, found: Why, app: App) -> Iterator[str]:
    start, end = (moment.astimezone(app.zone) for moment in (found.here.start, found.here.end))
    yield f"{name}, {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}: {found.here.number:,} stories"
    if found.is_before:
        since, until = (moment.astimezone(app.zone) for moment in (found.elsewhere.start, found.elsewhere.end))
        yield (
            f"compared with the {found.elsewhere.number:,} stories from {since:%Y-%m-%d} to {until:%Y-%m-%d}, "
            f"{found.expected:.1f} in such a span"
        )
    else:
        yield f"compared with the {found.elsewhere.number:,} other stories of the same time: it had too few before"


def _said(word: KeyWord) -> str:
    return f"{word.word} ({word.language})" if word.language else word.word


def _table(title: str, kind: str, items: Iterable[tuple[str, Keyness, tuple[str, ...]]]) -> Table:
    figures = ["here", "usual", "times", "G²"]
    rows = [
        [what, keyness.here, f"{keyness.expected:.1f}", f"{2**keyness.log_ratio:.1f}", f"{keyness.g2:.0f}", ids[0]]
        for what, keyness, ids in items
    ]
    return table(title, [kind, *figures, "newest"], rows, right=figures, whole=["newest"])


def _row(told: Told) -> list[object]:
    article = told.article
    return [f"{article.title or '(without title)'} ({article.source})", told.articles, told.words, article.id]
