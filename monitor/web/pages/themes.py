"""Themes: all of them, and one with its course, its reasons, its newest stories and its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from config.errors import NotFound, WrongArgument
from crawler.presence import heartbeat_of
from indexer.query.tree import Everything
from indexer.trends.calendar import Interval
from monitor.app import App
from monitor.charts.course import HEIGHTS, course, titles_of
from monitor.charts.draw import svg
from monitor.charts.frame import Spec
from monitor.charts.notes import Note, notes_of
from monitor.documents.explanations import ExplanationDocument
from monitor.documents.speakers import By
from monitor.documents.themes import ThemeVersionDocument
from monitor.documents.trends import PanelDocument, SeriesDocument, TrendDocument
from monitor.sentences import counted, counted_only, expectation, finding, left_out, percent, span, spiked
from monitor.services import themes
from monitor.services.lines import line_of, window_of
from monitor.services.moves import moves
from monitor.services.search import search
from monitor.services.speakers import speakers
from monitor.services.standstill import beginning
from monitor.services.steady import clauses, steady_in_buckets, within
from monitor.services.trends import trend
from monitor.services.why import why
from monitor.web.only import STEADY, wants_steady
from monitor.web.pages import vega
from monitor.web.parameters import Id, Installation, Ready
from monitor.web.prepared import Prepared
from monitor.web.rendering import address, page, show_beginning
from monitor.web.span import Span, days_of, span_of

router = APIRouter(include_in_schema=False)

PERIODS = (("30d", "30 days"), ("60d", "60 days"), ("1y", "1 year"))
_DEFAULT = "60d"
_WIDTHS = {"wide": 1_010, "narrow": 290}  # pixels
_NEWEST = 8
_LONGEST_VERSION = 9  # digits
_FEW = 3  # articles in the whole period below which no share is drawn
_THIN = 10  # articles a bucket below which its own share means little


@dataclass(frozen=True, slots=True)
class View:
    """A theme's page as its address has it."""

    theme: str
    span: Span
    interval: Interval
    spike: str
    split: By
    steady: bool = False  # only the sources that delivered throughout
    version: int | None = None  # that a copied link was made with

    def link(
        self,
        *,
        period: str | None = None,
        interval: Interval | None = None,
        spike: str | None = None,
        split: By | None = None,
        steady: bool | None = None,
        path: str = "",
    ) -> str:
        """Return the address of this page with something else, or of what lies below it."""
        span = self.span if period is None else self.span.of_period(period)
        by, parts = interval or self.interval, split or self.split
        return address(
            f"/themes/{self.theme}{path}",
            **span.parameters(_DEFAULT),
            by=None if by == "day" else by,
            spike=self.spike if spike is None else spike,
            split=None if parts == "class" else parts,
            only=STEADY if (self.steady if steady is None else steady) else None,
            v=self.version,
        )


@router.get("/themes", response_class=HTMLResponse)
def list_themes(request: Request, app: Installation) -> HTMLResponse:
    """Show all themes."""
    return page(request, app, "themes.html", themes=themes.list_themes(app).themes)


@router.get("/themes/{id}", response_class=HTMLResponse)
def show(request: Request, app: Installation, ready: Ready, id: Id) -> HTMLResponse:
    """Show one theme."""
    view = _view(request, id)
    detail = themes.show(app, id)
    trended = _trended(app, view)
    only, added = within(None, trended.panel), clauses(None, trended.panel)
    series = trended.series[0]
    if not any(bucket.total for bucket in series.buckets) and (begun := beginning(app)):
        return show_beginning(request, app, begun)
    first_day, last_day = days_of(series.buckets[0].start, series.buckets[-1].end, app.zone)
    days = first_day, min(last_day, datetime.now(app.zone).date())
    notes = _notes(app, ready, view, trended)
    moved = ready.get(app, ("moves", only), lambda: moves(app, scope=only))
    move = next(one for one in moved.moves if one.theme == id)
    history = _history(app, id)
    reasons = ready.get(app, ("why", id, view.spike, only), lambda: _reasons(app, view, only))
    names = {source.id: source.name for source in app.sources}
    panel = trended.panel or _panel(app, ready, view, trended)
    counting = {"interval": view.interval, **view.span.arguments}
    steady = "true" if view.steady else None
    return page(
        request,
        app,
        "theme.html",
        view=view,
        theme=detail,
        others=[(theme.id, theme.title) for theme in app.themes if theme.id != id],
        finding=finding(move, moved),
        latest=spiked(move.spikes[-1]) if move.spikes else "",
        periods=[
            (name, view.link(period=period), view.span.of_period(period) == view.span) for period, name in PERIODS
        ],
        intervals=[(one.capitalize(), view.link(interval=one), one == view.interval) for one in get_args(Interval)],
        charts=_charts(app, detail.title, trended, notes),
        notes=notes,
        vega=vega.PATH,
        sources=_choice_of_sources(view, panel),
        only=counted_only(None, trended.panel, names, during="this period"),
        clauses=added,
        live=replace(view, spike="", split="class", version=None).link(path="/chart"),
        remarks=_remarks(trended, names),
        series=series,
        days=days,
        fixed=replace(view, span=view.span.of_days(*days), version=detail.version).link(),
        reasons=reasons,
        reasons_days=span(*days_of(reasons.start, reasons.end, app.zone)) if reasons else "",
        voices=ready.get(
            app,
            ("speakers", id, view.span, view.split, only),
            lambda: speakers(app, id, by=view.split, since=view.span.since, until=view.span.until, scope=only),
        ),
        voices_csv=address(
            "/api/v1/trends", theme=id, **counting | {"interval": "week"}, split=view.split, scope=only, format="csv"
        ),
        splits=[(one.capitalize(), f"{view.link(split=one)}#who", one == view.split) for one in get_args(By)],
        too_few=_too_few(series, view.span.period),
        pending=_pending(history),
        indexer=heartbeat_of(app.settings.data, "indexer", datetime.now(UTC)),
        names=names,
        classes={source.id: source.source_class for source in app.sources},
        titles={one.id: one.title for one in app.themes},
        newest=search(app, f"theme:{id} is:story{added}", limit=_NEWEST),
        history=history,
        numbers=[
            (name, address("/api/v1/trends", theme=id, **counting, steady=steady, format=form))
            for name, form in (("CSV", "csv"), ("JSON", None))
        ],
        pictures=[
            (form.upper(), address(f"/api/v1/charts/themes/{id}.{form}", **counting, steady=steady))
            for form in ("png", "svg")
        ],
        evidence=address("/evidence/trend", theme=id, **counting, scope=only),
        percent=percent,
        expectation=expectation,
    )


@router.get("/themes/{id}/chart")
def chart(request: Request, app: Installation, ready: Ready, id: Id) -> JSONResponse:
    """Return the specification of a theme's chart as its page draws it, which answers to the pointer besides."""
    view = _view(request, id)
    trended = _trended(app, view)
    notes = _notes(app, ready, view, trended)
    return JSONResponse(_course(app, trended, notes, "wide", is_live=True))


def _trended(app: App, view: View) -> TrendDocument:
    since, until = view.span.since, view.span.until
    return trend(app, themes=[view.theme], interval=view.interval, since=since, until=until, steady=view.steady)


def _panel(app: App, ready: Prepared, view: View, trended: TrendDocument) -> PanelDocument:
    """Return which sources delivered throughout, where all are counted."""
    key = ("panel", view.span, view.interval)
    return ready.get(app, key, lambda: steady_in_buckets(app, Everything(), trended.start, trended.end, view.interval))


def _choice_of_sources(view: View, panel: PanelDocument) -> list[tuple[str, str, bool]]:
    """Return all sources and those that delivered throughout as people choose between them; none where these are the same."""
    if not view.steady and not (panel.sources and panel.left_out):
        return []
    return [
        (f"All {len(panel.sources) + len(panel.left_out)}", view.link(steady=False), not view.steady),
        (f"The {len(panel.sources)} that delivered throughout", view.link(steady=True), view.steady),
    ]


def _notes(app: App, ready: Prepared, view: View, trended: TrendDocument) -> Sequence[Note]:
    spikes, added = trended.series[0].spikes, clauses(None, trended.panel)
    key = ("notes", view.theme, view.span, view.interval, added)
    return ready.get(app, key, lambda: notes_of(app, view.theme, spikes, clauses=added))


def _too_few(series: SeriesDocument, period: str) -> str:
    """Return how few articles there are in a period, where they are too few for a share over time; else nothing."""
    articles = sum(bucket.articles for bucket in series.buckets)
    names = dict(PERIODS)
    return f"{counted(articles, 'article')} in {names.get(period, 'this period')}." if articles < _FEW else ""


def _pending(history: Sequence[ThemeVersionDocument]) -> ThemeVersionDocument | None:
    """Return the newest version while its tags are not up to date."""
    newest = next(iter(history), None)
    return newest if newest and newest.swept is None else None


def _view(request: Request, id: str) -> View:
    given = request.query_params
    interval = given.get("by", "day")
    if interval not in get_args(Interval):
        raise WrongArgument(f"a bucket is an {', a '.join(get_args(Interval))}, not {interval}", field="by")
    split = given.get("split", "class")
    if split not in get_args(By):
        raise WrongArgument(f"a theme is split by {', '.join(get_args(By))}, not {split}", field="split")
    written = given.get("v", "")
    version = int(written) if written.isdecimal() and len(written) < _LONGEST_VERSION else None
    span, spike = span_of(request, _DEFAULT), given.get("spike", "")
    return View(id, span, cast(Interval, interval), spike, cast(By, split), wants_steady(request), version)


def _charts(app: App, title: str, trended: TrendDocument, notes: Sequence[Note]) -> dict[str, str]:
    says = f"{title}: its share of all articles, its articles and everything collected, by {trended.interval}."
    return {name: svg(_course(app, trended, notes, name), says) for name in _WIDTHS}


def _course(app: App, trended: TrendDocument, notes: Sequence[Note], size: str, *, is_live: bool = False) -> Spec:
    buckets = trended.series[0].buckets
    window = window_of(buckets)
    return course(
        buckets,
        line_of(buckets, window),
        trended.series[0].spikes,
        width=_WIDTHS[size],
        heights=HEIGHTS[size],
        titles=titles_of(trended.interval, window, is_steady=trended.steady, is_narrow=size == "narrow"),
        notes=notes,
        sources=len(app.sources),
        is_live=is_live,
    )


def _remarks(trended: TrendDocument, names: Mapping[str, str]) -> list[str]:
    """Return what somebody should know before quoting the chart."""
    series = trended.series[0]
    remarks = [] if trended.searchable is None else [trended.searchable.message]
    each = sum(bucket.total for bucket in series.buckets) / len(series.buckets)
    if each < _THIN:
        remarks.append(
            f"A {trended.interval} has {each:.1f} articles on average, too few for a share of its own; "
            f"each point is the share over {window_of(series.buckets)}."
        )
    remarks += _silences(trended, names)
    if trended.panel and trended.panel.left_out:
        remarks.append(f"Left out of everything here: {', '.join(left_out(trended.panel, names))}.")
    versions = [
        f"{change.recorded.day} {change.recorded:%B} (version {change.version})" for change in series.versions.changes
    ]
    if versions:
        remarks.append(f"The query changed on {', '.join(versions)}; everything is counted with the newest version.")
    return remarks


def _silences(trended: TrendDocument, names: Mapping[str, str]) -> list[str]:
    silent: dict[str, int] = {}
    for bucket in trended.series[0].buckets:
        for gap in bucket.gaps:
            if gap.whole:
                silent[gap.source] = silent.get(gap.source, 0) + 1
    if not silent:
        return []
    sources = ", ".join(
        f"{names.get(id, id)} ({number})" for id, number in sorted(silent.items(), key=lambda item: -item[1])
    )
    return [
        f"At times nothing came from {counted(len(silent), 'source')}; {trended.interval}s without a delivery: {sources}."
    ]


def _reasons(app: App, view: View, scope: str | None) -> ExplanationDocument | None:
    try:
        return why(app, themes=[view.theme], on=view.spike or None, scope=scope)
    except NotFound:  # it has no spike
        return None


def _history(app: App, id: str) -> Sequence[ThemeVersionDocument]:
    try:
        return themes.show_history(app, id).history[::-1]
    except NotFound:  # no indexer has seen it
        return ()
