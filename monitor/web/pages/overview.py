"""The Overview: what moved, why, and whether to believe it, in two minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from config.errors import QueryError
from monitor.app import App
from monitor.charts.draw import svg
from monitor.charts.share import share_line
from monitor.documents.moves import MovesDocument
from monitor.documents.trends import PanelDocument
from monitor.sentences import (
    collected,
    counted_only,
    delivering,
    emerged,
    finding,
    nothing_moved,
    percent,
    period,
    risen,
    silence,
    spiked,
    unusual,
    whole,
)
from monitor.sentences import span as spoken
from monitor.services.happenings import Happening, happenings
from monitor.services.moves import moves, steady_in_both
from monitor.services.queries import lint
from monitor.services.standstill import beginning
from monitor.services.steady import clauses, counted_within
from monitor.web.news import News
from monitor.web.only import STEADY, wants_steady
from monitor.web.parameters import Installation, Ready
from monitor.web.rendering import address, page, show_beginning
from monitor.web.span import Span, days_of, span_of
from monitor.web.standing import Standing

router = APIRouter(include_in_schema=False)

PERIODS = (("1d", "24 hours"), ("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"))
_DEFAULT = "7d"
_BRIEFS = 5
_LEAD = {"wide": (500, 210), "narrow": (305, 130)}  # width and height in pixels
_BRIEF = {"wide": (330, 64), "narrow": (305, 64)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page asks for.

    Attributes:
        scope: query that everything is counted within; empty for every article.
        steady: whether only the sources that delivered throughout are counted.
    """

    span: Span
    scope: str = ""
    steady: bool = False

    def link(self) -> str:
        """Return the address."""
        only = STEADY if self.steady else None
        return address("/", **self.span.parameters(_DEFAULT), only=only, scope=self.scope)


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows of a period, as it was counted last.

    Attributes:
        panel: which sources delivered throughout both periods; None where no other is counted, or none fell silent.
        top: largest share of any line.
    """

    counted_at: datetime
    moved: MovesDocument
    panel: PanelDocument | None
    top: float
    lead: Happening | None
    lead_charts: Mapping[str, str]
    briefs: Sequence[tuple[Happening, Mapping[str, str]]]


@router.get("/", response_class=HTMLResponse)
def show(request: Request, app: Installation, ready: Ready) -> HTMLResponse:
    """Show what moved in the last days."""
    if begun := beginning(app):
        return show_beginning(request, app, begun)
    asked = _asked(request)
    span = asked.span
    remarks = lint(app, asked.scope).diagnostics if asked.scope else ()
    every_article = replace(asked, scope="").link()
    try:
        view = ready.get(app, ("overview", asked), lambda: _view(app, asked))
    except QueryError:
        scope = "overview_scope.html"
        return page(request, app, scope, status=422, asked=asked, remarks=remarks, every_article=every_article)
    moved = view.moved
    days = days_of(moved.start, moved.end, app.zone)
    names = {source.id: source.name for source in app.sources}
    news: News = request.app.state.news
    standing: Standing = request.app.state.standing
    state = standing.look()
    return page(
        request,
        app,
        "overview.html",
        counted_at=view.counted_at,
        moved=moved,
        top=view.top,
        asked=asked,
        span=span,
        period=period(moved.end - moved.start) if span.period else spoken(*days),
        longer=_longer(asked),
        periods=[(name, replace(asked, span=span.of_period(one)).link(), one == span.period) for one, name in PERIODS],
        days=days,
        fixed=replace(asked, span=span.of_days(*days)).link(),
        collected=collected(moved),
        state=state,
        delivering=delivering(state, app.zone),
        unwell=app.source(state.unwell[0].id.split("/")[0]) if state.unwell else None,
        lead=view.lead,
        lead_charts=view.lead_charts,
        briefs=view.briefs,
        silence=silence(moved, names),
        panel=view.panel,
        steady=replace(asked, steady=True).link() if _can_be_steady(view) else "",
        only=counted_only(moved.scope, moved.panel, names),
        every_source=replace(asked, steady=False).link(),
        every_article=every_article,
        remarks=remarks,
        clauses=clauses(moved.scope, moved.panel),
        news=news.latest(app, span.period, counted_within(moved)) if span.period else None,
        emerged=emerged,
        risen=risen,
        finding=finding,
        nothing_moved=nothing_moved(moved),
        spiked=spiked,
        whole=whole,
        percent=percent,
        unusual=unusual,
    )


def _asked(request: Request) -> Asked:
    """Return what an address asks for.

    Raises:
        WrongArgument: a part of it is not usable.
    """
    scope = request.query_params.get("scope", "").strip()
    return Asked(span_of(request, _DEFAULT), scope, wants_steady(request))


def _can_be_steady(view: View) -> bool:
    """Return whether counting only the sources that delivered throughout would count something else."""
    return bool(view.panel and view.panel.sources and view.panel.left_out)


def _view(app: App, asked: Asked) -> View:
    now, span = datetime.now(UTC), asked.span
    moved = moves(app, since=span.since, until=span.until, scope=asked.scope or None, steady=asked.steady)
    top = max((point.share or 0 for move in moved.moves for point in move.line), default=0)
    items = happenings(app, moved)
    return View(
        counted_at=now,
        moved=moved,
        panel=steady_in_both(app, moved) if moved.silent and not moved.steady else None,
        top=top,
        lead=items[0] if items else None,
        lead_charts=_charts(items[0], top, _LEAD) if items else {},
        briefs=[(item, _charts(item, top, _BRIEF)) for item in items[1 : 1 + _BRIEFS]],
    )


def _longer(asked: Asked) -> tuple[str, str] | None:
    """Return the next longer period, its name and its address; None for the longest."""
    names = [one for one, _ in PERIODS]
    if asked.span.period not in names[:-1]:
        return None
    one, name = PERIODS[names.index(asked.span.period) + 1]
    return name, replace(asked, span=asked.span.of_period(one)).link()


def _charts(item: Happening, top: float, sizes: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    move = item.move
    says = f"{move.title}: its share day by day."
    return {
        name: svg(share_line(move.line, move.spikes, width=width, height=height, top=top), says)
        for name, (width, height) in sizes.items()
    }
