"""Search: find and narrow, and see at once how the query was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from config.errors import QueryError
from indexer.engine import Sort
from monitor.app import App
from monitor.charts.draw import svg
from monitor.charts.histogram import histogram
from monitor.documents.articles import SearchDocument
from monitor.documents.facets import FacetsDocument, FacetValueDocument
from monitor.sentences import counted
from monitor.services.facets import facets
from monitor.services.queries import clause, lint
from monitor.services.search import search
from monitor.services.standstill import beginning
from monitor.services.stories import stories
from monitor.services.times import parse_range
from monitor.services.wording import wording
from monitor.web.parameters import Installation
from monitor.web.rendering import address, of_day, page, show_beginning
from monitor.web.span import Span, days_of, span_of

router = APIRouter(include_in_schema=False)

Width = Literal["wide", "narrow"]

PERIODS = (("7d", "7 days"), ("30d", "30 days"), ("60d", "60 days"), ("", "Any time"))
_SORTS: tuple[tuple[Sort, str], ...] = (("date", "Newest"), ("score", "Best match"))
_PER_PAGE = 20
_LONGEST_CURSOR = 19  # digits; cursors are below 2⁶³
_WIDTHS: dict[Width, int] = {"wide": 880, "narrow": 290}  # pixels of the histogram


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to narrow the search down to, or, if it is chosen, to widen it again."""

    label: str
    articles: int
    part: float  # of the most frequent value, 0 to 1
    link: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class View:
    """A search as its address has it."""

    query: str
    span: Span
    sort: Sort

    def link(
        self, *, query: str | None = None, period: str | None = None, sort: Sort | None = None, after: int | None = None
    ) -> str:
        """Return the address of this search with something else."""
        chosen = self.sort if sort is None else sort
        span = self.span if period is None else self.span.of_period(period)
        return address(
            "/search",
            q=self.query if query is None else query,
            **span.parameters(""),
            sort=None if chosen == "date" else chosen,
            after=after,
        )


@router.get("/search", response_class=HTMLResponse)
def show(request: Request, app: Installation) -> HTMLResponse:
    """Show one page of hits, and what they have in common."""
    given = request.query_params
    after = given.get("after", "")
    sort: Sort = "score" if given.get("sort") == "score" else "date"
    view = View(given.get("q", "").strip(), span_of(request, ""), sort)
    if not view.query:
        return page(request, app, "search.html", view=view, remarks=(), result=None)
    remarks = lint(app, view.query).diagnostics
    try:
        result = stories(
            app,
            view.query,
            since=view.span.since,
            until=view.span.until,
            limit=_PER_PAGE,
            sort=view.sort,
            cursor=int(after) if after.isdecimal() and len(after) <= _LONGEST_CURSOR else None,
        )
    except QueryError:
        return page(request, app, "search.html", status=422, view=view, remarks=remarks, result=None)
    if not result.total and (begun := beginning(app)):
        return show_beginning(request, app, begun)
    common = facets(app, view.query, since=view.span.since, until=view.span.until)
    caption = _caption(common)
    return page(
        request,
        app,
        "search.html",
        view=view,
        remarks=remarks,
        read_as=wording(app, view.query),
        result=result,
        names={source.id: source.name for source in app.sources},
        common=common,
        outside=_outside(app, view) if not result.total and view.span.is_limited else None,
        groups=_groups(view, common),
        charts=_charts(common, caption),
        caption=caption,
        titles={theme.id: theme.title for theme in app.themes},
        periods=[
            (name, view.link(period=period), view.span.of_period(period) == view.span) for period, name in PERIODS
        ],
        sorts=[(name, view.link(sort=sort), sort == view.sort) for sort, name in _SORTS],
        fixed=_fixed(app, view).link(),
        undated=view.link(query=_narrowed(view.query, "is:undated"), period=""),
        next=view.link(after=result.next) if result.next is not None else None,
        numbers=[
            (name, address("/api/v1/export", query=view.query, **view.span.arguments, format=form))
            for name, form in (("CSV", "csv"), ("JSON", "jsonl"))
        ],
        pictures=[
            (form.upper(), address(f"/api/v1/charts/search.{form}", query=view.query, **view.span.arguments))
            for form in ("png", "svg")
            if common.bars
        ],
        evidence=address("/evidence/search", query=view.query, **view.span.arguments),
    )


def _fixed(app: App, view: View) -> View:
    """Return the search of the same days, also later; one without a period stays what it is."""
    now = datetime.now(UTC)
    start, _ = parse_range(view.span.since, None, now=now, zone=app.zone)
    return replace(view, span=view.span.of_days(*days_of(start, now, app.zone))) if view.span.period and start else view


def _outside(app: App, view: View) -> SearchDocument | None:
    """Return what matches at other times; None where nothing does."""
    elsewhere = search(app, view.query, limit=1)
    return elsewhere if elsewhere.total else None


def _groups(view: View, common: FacetsDocument) -> list[tuple[str, list[Choice]]]:
    fields = (
        ("Class", "class", common.classes),
        ("Language", "language", common.languages),
        ("Country", "country", common.countries),
        ("Theme", "theme", common.themes),
        ("Source", "source", common.sources),
    )
    return [(title, _choices(view, field, values)) for title, field, values in fields if values]


def _choices(view: View, field: str, values: Sequence[FacetValueDocument]) -> list[Choice]:
    most = values[0].articles
    choices = []
    for value in values:
        narrowing = clause(field, value.value)
        is_chosen = view.query.endswith(f" {narrowing}")
        query = _widened(view.query, narrowing) if is_chosen else _narrowed(view.query, narrowing)
        choices.append(Choice(value.label, value.articles, value.articles / most, view.link(query=query), is_chosen))
    return choices


def _narrowed(query: str, clause: str) -> str:
    """Return the query and the clause; a query of several parts stands in brackets."""
    return f"{query} {clause}" if _is_whole(query) else f"({query}) {clause}"


def _widened(query: str, clause: str) -> str:
    rest = query.removesuffix(f" {clause}")
    return rest[1:-1] if rest.startswith("(") and rest.endswith(")") and _is_whole(rest) else rest


def _is_whole(query: str) -> bool:
    """Return whether a clause can follow without changing what the query means: no OR stands outside brackets and quotes."""
    depth, in_quotes, outside = 0, False, ""
    for sign in query:
        if sign == '"':
            in_quotes = not in_quotes
        elif not in_quotes:
            depth += (sign == "(") - (sign == ")")
            outside += sign if depth == 0 else " "
    return not re.search(r"\bOR\b|\|\|", outside)


def _charts(common: FacetsDocument, caption: str) -> dict[Width, str]:
    """Return the pictures of the articles over time, by width; none where there is one bar at most."""
    if len(common.bars) < 2:
        return {}
    says = f"{caption}: {counted(sum(bar.articles for bar in common.bars), 'article')}."
    return {width: svg(histogram(common.bars, pixels), says) for width, pixels in _WIDTHS.items()}


def _caption(common: FacetsDocument) -> str:
    """Return what the bars of the picture are."""
    if not common.bars:
        return ""
    first, last = days_of(common.bars[0].start, common.bars[-1].end, ZoneInfo(common.timezone))
    return f"Articles a {common.interval}, {of_day(first)} to {of_day(last)}"
