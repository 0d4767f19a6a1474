"""Compare: themes beside one another, over time, by who says it and by what comes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from indexer.trends.keyness import SURE
from monitor.app import App
from monitor.charts.draw import svg
from monitor.charts.overlay import HEIGHT, MOST, overlay
from monitor.documents.comparisons import ComparisonDocument, PairDocument
from monitor.documents.contrasts import ContrastDocument, GroupDocument
from monitor.documents.moves import PointDocument
from monitor.documents.trends import SpikeDocument, TrendDocument
from monitor.sentences import between, contrasts, grain, group_name, percent
from monitor.services.compare import compare
from monitor.services.contrasts import contrast, groups
from monitor.services.lines import line_of, window_of
from monitor.services.standstill import beginning
from monitor.services.trends import trend
from monitor.web.parameters import Installation
from monitor.web.rendering import address, language, page, show_beginning
from monitor.web.span import Span, days_of, span_of

router = APIRouter(include_in_schema=False)

Width = Literal["wide", "narrow"]

PERIODS = (("30d", "30 days"), ("60d", "60 days"), ("1y", "1 year"))
_DEFAULT = "60d"
_WIDE, _NARROW = 1_160, 290  # pixels: of the plot and the names beside it, and of the plot alone
_LETTER = 8  # pixels that a letter of a name takes at most
_USUAL = ("state", "independent")  # classes that are compared at first
_OFTEN = 4  # times as often as by chance


@dataclass(frozen=True, slots=True)
class View:
    """The page as its address has it."""

    themes: tuple[str, ...]
    span: Span
    scope: str
    first: str
    second: str

    def link(self, period: str | None = None) -> str:
        """Return the address of this page, or of another period."""
        span = self.span if period is None else self.span.of_period(period)
        return address(
            "/compare",
            themes=",".join(self.themes),
            **span.parameters(_DEFAULT),
            scope=self.scope,
            a=self.first,
            b=self.second,
        )


@dataclass(frozen=True, slots=True)
class Course:
    """One theme over time."""

    id: str
    title: str
    articles: int
    share: float | None  # at its end
    line: Sequence[PointDocument]
    spikes: Sequence[SpikeDocument]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many articles two themes share."""

    articles: int
    kind: Literal["own", "most", "more", ""]


@router.get("/compare", response_class=HTMLResponse)
def show(request: Request, app: Installation) -> HTMLResponse:
    """Show the themes beside one another."""
    view = _view(request)
    scope = view.scope or None
    compared = compare(app, since=view.span.since, until=view.span.until, scope=scope)
    if not compared.total and (begun := beginning(app)):
        return show_beginning(request, app, begun)
    trended = trend(app, since=view.span.since, until=view.span.until, scope=scope)
    courses = _courses(app, compared, trended)
    chosen = [one for one in courses if one.id in view.themes] or courses
    present = groups(app, since=view.span.since, until=view.span.until, scope=scope).groups
    contrasted = _contrast(app, view, present)
    names = _names(contrasted)
    days = days_of(compared.start, compared.end, app.zone)
    return page(
        request,
        app,
        "compare.html",
        view=view,
        periods=[(name, view.link(period), period == view.span.period) for period, name in PERIODS],
        total=compared.total,
        days=days,
        fixed=replace(view, span=view.span.of_days(*days)).link(),
        window=window_of(trended.series[0].buckets),
        courses=courses,
        chosen=chosen[:MOST],
        left_out=chosen[MOST:] if view.themes else (),
        top=max((point.share or 0 for one in courses for point in one.line), default=0),
        charts=_charts(chosen[:MOST]),
        present=present,
        contrasted=contrasted,
        widest=_widest(contrasted),
        names=names,
        heading=between(contrasted, *names) if contrasted else "Who says it",
        differences=contrasts(contrasted, *names) if contrasted else (),
        grain=grain(contrasted, *names) if contrasted else "",
        cells=_cells([one.id for one in courses], compared),
        searchable=compared.searchable,
        percent=percent,
        SURE=SURE,
    )


def _view(request: Request) -> View:
    given = request.query_params
    themes = (one for several in given.getlist("themes") for one in several.split(","))
    return View(
        themes=tuple(dict.fromkeys(filter(None, themes))),
        span=span_of(request, _DEFAULT),
        scope=given.get("scope", "").strip(),
        first=given.get("a", ""),
        second=given.get("b", ""),
    )


def _courses(app: App, compared: ComparisonDocument, trended: TrendDocument) -> list[Course]:
    """Return all themes, the one with the most articles first."""
    titles = {theme.id: theme.title for theme in app.themes}
    articles = {voice.theme: voice.articles for voice in compared.themes}
    window = window_of(trended.series[0].buckets)
    courses = []
    for series in trended.series:
        line = line_of(series.buckets, window)
        last = next((point.share for point in reversed(line) if point.share is not None), None)
        id = series.theme
        courses.append(Course(id, titles[id], articles[id], last, line, series.spikes))
    return sorted(courses, key=lambda one: (-one.articles, one.title))


def _charts(courses: Sequence[Course]) -> dict[Width, str]:
    lines = {f"{one.title} {percent(one.share, 0)}": one.line for one in courses}
    says = f"The share of all articles over time, of {', '.join(one.title for one in courses)}."
    widths: Mapping[Width, int] = {"wide": _WIDE - _LETTER * max(map(len, lines)), "narrow": _NARROW}
    return {
        name: svg(overlay(lines, width=max(width, _NARROW), height=HEIGHT[name], labels=name == "wide"), says)
        for name, width in widths.items()
    }


def _contrast(app: App, view: View, present: Sequence[GroupDocument]) -> ContrastDocument | None:
    """Return the two groups that the address names or, without any, two classes; None where there are no two."""
    first, second = view.first, view.second
    if not first or not second:
        classes = [group.value for group in present if group.kind == "class"]
        pair = _USUAL if set(_USUAL) <= set(classes) else classes[:2]
        if len(pair) < 2:
            return None
        first, second = pair
    return contrast(app, first, second, since=view.span.since, until=view.span.until, scope=view.scope or None)


def _names(contrasted: ContrastDocument | None) -> tuple[str, str]:
    if contrasted is None:
        return "", ""
    first, second = (group_name(one, language(one.value)) for one in (contrasted.first, contrasted.second))
    return first, second


def _widest(contrasted: ContrastDocument | None) -> float:
    if contrasted is None:
        return 0.0
    shares = (share for one in contrasted.themes for share in (one.share_first, one.share_second, one.share_others))
    return max((share or 0.0 for share in shares), default=0.0)


def _cells(themes: Sequence[str], compared: ComparisonDocument) -> list[list[Cell]]:
    """Return how many articles each two themes share, in the order of the themes."""
    own = {voice.theme: voice.articles for voice in compared.themes}
    pairs = {frozenset(pair.themes): pair for pair in compared.pairs}
    return [
        [Cell(own[row], "own") if row == column else _cell(pairs[frozenset((row, column))]) for column in themes]
        for row in themes
    ]


def _cell(pair: PairDocument) -> Cell:
    if pair.g2 < SURE:
        return Cell(pair.articles, "")
    return Cell(pair.articles, "most" if (pair.lift or 0) >= _OFTEN else "more")
