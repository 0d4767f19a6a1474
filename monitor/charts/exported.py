"""Charts that leave Parley: each carries its finding, its source, the time, the versions and its address."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from config.errors import NotFound
from indexer.trends.calendar import Interval
from monitor.app import App
from monitor.charts.course import HEIGHTS, course, titles_of
from monitor.charts.frame import Spec
from monitor.charts.histogram import histogram
from monitor.charts.light import LIGHT, with_light_colours
from monitor.charts.notes import notes_of
from monitor.documents.escapes import one_line
from monitor.documents.trends import TrendDocument
from monitor.sentences import counted, counted_only, finding, span
from monitor.services.facets import facets
from monitor.services.lines import line_of, window_of
from monitor.services.moves import PERIOD, moves
from monitor.services.questions import theme_of
from monitor.services.steady import clauses, within
from monitor.services.theme_versions import format_versions
from monitor.services.times import parse_span
from monitor.services.trends import trend

DAYS = timedelta(days=60)  # that a chart shows where no start is given
_WIDTH = 1_010  # pixels
_MARGIN = 32
_TITLE, _SUBTITLE, _NOTE = 22, 14, 12  # font sizes in pixels
_LETTER = 0.55  # mean width of a letter, in font sizes
_MOST_LINES = 3


def theme_picture(
    app: App,
    id: str,
    *,
    interval: Interval = "day",
    since: str | None = None,
    until: str | None = None,
    steady: bool = False,
    link: str,
) -> Spec:
    """Return the chart of a theme's course.

    Args:
        since, until, steady: as in `trend`; the last 60 days without a range.
        link: address that leads to what the picture shows.

    Raises:
        NotFound: there is no such theme.
        WrongArgument: the range is not usable.
        EngineError: the engine cannot be asked.
    """
    theme = theme_of(app, id)
    start, end = parse_span(since, until, now=datetime.now(UTC), zone=app.zone, default=DAYS)
    first, last = (moment.isoformat(timespec="seconds") for moment in (start, end))
    trended = trend(app, themes=[id], interval=interval, since=first, until=last, steady=steady)
    panel = trended.panel
    week_before = (end - PERIOD).isoformat(timespec="seconds")
    moved = moves(app, since=week_before, until=last, scope=within(None, panel))
    move = next(one for one in moved.moves if one.theme == id)
    buckets = trended.series[0].buckets
    window = window_of(buckets)
    body = course(
        buckets,
        line_of(buckets, window),
        trended.series[0].spikes,
        width=_WIDTH,
        heights=HEIGHTS["wide"],
        titles=titles_of(interval, window, is_steady=steady),
        notes=notes_of(app, id, trended.series[0].spikes, clauses=clauses(None, panel)),
        sources=len(app.sources),
    )
    return exported(
        body,
        title=f"{finding(move, moved)}.",
        subtitle=f"{theme.description.rstrip('.')}; {_days(trended.start, trended.end)}",
        notes=[*_notes(app, trended), link],
    )


def search_picture(app: App, query: str, *, since: str | None = None, until: str | None = None, link: str) -> Spec:
    """Return the chart of a query's articles over time.

    Args:
        since, until: all time without them.
        link: address that leads to what the picture shows.

    Raises:
        QueryError: the query is invalid.
        WrongArgument: the range is not usable.
        NotFound: no article with a known date matches.
        EngineError: the engine cannot be asked.
    """
    common = facets(app, query, since=since, until=until)
    if not common.bars:
        raise NotFound("no article with a known date matches, so there is nothing to draw", field="query")
    return exported(
        histogram(common.bars, _WIDTH),
        title=f"{counted(common.articles, 'article')}, {counted(common.stories, 'story', 'stories')}: {query}",
        subtitle=f"Articles a {common.interval}, {_days(common.bars[0].start, common.bars[-1].end)}",
        notes=[f"Source: Parley. {_counted_at(app)}", link],
    )


def exported(spec: Spec, *, title: str, subtitle: str, notes: Sequence[str]) -> Spec:
    """Return a chart in literal colours, with a title above and notes below it."""
    body = in_light(spec)
    schema, config = body.pop("$schema"), body.pop("config")
    lines = [line for note in notes for line in _lines(note, _NOTE)]
    foot = {
        "width": _WIDTH,
        "height": (_NOTE + 4) * len(lines),
        "data": {"values": [{}]},
        "mark": {
            "type": "text",
            "text": lines,
            "align": "left",
            "baseline": "top",
            "lineHeight": _NOTE + 4,
            "color": LIGHT["muted"],
        },
        "encoding": {"x": {"value": -40}, "y": {"value": 0}},
    }
    heading = {
        "text": _lines(title, _TITLE),
        "subtitle": _lines(subtitle, _SUBTITLE),
        "fontSize": _TITLE,
        "subtitleFontSize": _SUBTITLE,
        "subtitleColor": LIGHT["muted"],
        "subtitlePadding": 6,
        "offset": 20,
    }
    return {
        "$schema": schema,
        "config": config | {"padding": _MARGIN},
        "title": heading,
        "vconcat": [body, foot],
    }


def in_light(spec: Spec) -> Spec:
    """Return a chart in literal colours on a light ground."""
    body: Spec = json.loads(with_light_colours(json.dumps(spec, ensure_ascii=False)))
    return body | {"config": body["config"] | {"background": LIGHT["page"]}}


def _lines(text: str, size: int) -> list[str]:
    """Return a text in lines that fit the picture; one that is too long is cut."""
    width = round(_WIDTH / (size * _LETTER))
    return textwrap.wrap(one_line(text), width, max_lines=_MOST_LINES, placeholder=" …") or [""]


def _notes(app: App, trended: TrendDocument) -> list[str]:
    """Return what a reader of the picture has to know."""
    series = trended.series[0]
    number = sum(bucket.articles for bucket in series.buckets)
    versions = format_versions(series.versions.themes)
    names = {source.id: source.name for source in app.sources}
    parts = [
        f"{counted(number, 'article')}.",
        *counted_only(None, trended.panel, names, during="this period"),
        _counted_at(app),
        f"Query: {versions}." if versions else "",
        "Tinted: sources silent." if any(gap.whole for bucket in series.buckets for gap in bucket.gaps) else "",
        f"{counted(series.undated, 'article')} without a date left out." if series.undated else "",
        trended.searchable.message if trended.searchable else "",
    ]
    return [f"Source: Parley, {' '.join(filter(None, parts))}"]


def _counted_at(app: App) -> str:
    now = datetime.now(UTC).astimezone(app.zone)
    return f"Counted on {now.day} {now:%B %Y} at {now:%H:%M} {app.zone.key}."


def _days(start: datetime, end: datetime) -> str:
    last = end - timedelta(microseconds=1)
    return f"{span(start.date(), last.date())} {last.year}"
