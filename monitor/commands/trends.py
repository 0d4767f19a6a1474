"""`parley trends`: themes over time, as share of everything that matches the scope."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import get_args

from rich.text import Text

from config.errors import QueryError
from indexer.calendar import DEFAULT_SPAN, Interval
from indexer.query.tree import Value
from indexer.trends import Bucket, Series, Trend, trend
from monitor.app import App
from monitor.output import add_json, console, print_json, table
from monitor.times import parse_moment

HELP = "Show themes over time: articles, stories, and share of everything collected"

_BAR = 24  # characters of the longest bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("themes", nargs="+", metavar="THEME", help="theme ids, see `parley themes`")
    parser.add_argument(
        "--interval", choices=get_args(Interval), default="day", help="width of a bucket (default: day)"
    )
    parser.add_argument(
        "--since", metavar="TIME", help="first moment: 2026-11-01, 7d, 4w … (default depends on the interval)"
    )
    parser.add_argument("--until", metavar="TIME", help="last day or moment (default: now)")
    parser.add_argument("--scope", metavar="QUERY", help="what the share is a share of (default: every article)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the trend."""
    app, now = App.load(), datetime.now(UTC)
    known = {theme.id for theme in app.themes}
    for name in arguments.themes:
        if name not in known:
            raise QueryError(f'there is no theme "{name}" ({", ".join(sorted(known))})')
    zone = app.zone
    until = parse_moment(arguments.until, now=now, zone=zone, end_of_day=True) if arguments.until else now
    span = DEFAULT_SPAN[arguments.interval]
    since = parse_moment(arguments.since, now=now, zone=zone) if arguments.since else until - span
    found = trend(
        app.engine,
        {name: Value("themes", frozenset({name})) for name in dict.fromkeys(arguments.themes)},
        interval=arguments.interval,
        since=since,
        until=until,
        zone=zone,
        now=now,
        scope=app.query(arguments.scope).node if arguments.scope else None,
    )
    print_json(_document(found)) if arguments.json else _show(found)
    return 0


def _document(found: Trend) -> dict[str, object]:
    return {
        "interval": found.interval,
        "from": found.start,
        "to": found.end,
        "series": [
            {
                "theme": series.name,
                "undated": series.undated,
                "day_only": series.day_only,
                "buckets": [_bucket_document(bucket) for bucket in series.buckets],
            }
            for series in found.series
        ],
    }


def _bucket_document(bucket: Bucket) -> dict[str, object]:
    return {
        "start": bucket.start,
        "articles": bucket.articles,
        "stories": bucket.stories,
        "total": bucket.total,
        "share": bucket.share,
        "sources": bucket.sources,
        "partial": bucket.partial,
    }


def _show(found: Trend) -> None:
    screen = console()
    for series in found.series:
        columns = [found.interval, "share", "", "articles", "stories", "of", "sources"]
        screen.print(
            table(
                series.name,
                columns,
                _rows(series, found.interval),
                right=["share", "articles", "stories", "of", "sources"],
            )
        )
        for line in _notes(series):
            screen.print(Text(line, style="dim"))
        screen.print()


def _rows(series: Series, interval: Interval) -> Iterable[list[object]]:
    most = max((bucket.share or 0 for bucket in series.buckets), default=0)
    form = "%Y-%m-%d %H:%M" if interval == "hour" else "%Y-%m" if interval == "month" else "%Y-%m-%d"
    for bucket in series.buckets:
        share = "–" if bucket.share is None else f"{bucket.share:.1%}"
        bar = "█" * round(_BAR * (bucket.share or 0) / most) if most else ""
        when = f"{bucket.start:{form}}" + (" …" if bucket.partial else "")
        yield [when, share, bar, bucket.articles, bucket.stories, bucket.total, bucket.sources]


def _notes(series: Series) -> Iterable[str]:
    if any(bucket.partial for bucket in series.buckets):
        yield "… this one is not over yet"
    if series.undated:
        yield f"{series.undated} matching articles have no known date and are in no row"
    if series.day_only:
        yield f"{series.day_only} matching articles are known by their day alone and are in no hour"
