"""The Overview: what moved, why, and whether to believe it, in two minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.app import App
from monitor.charts.draw import svg
from monitor.charts.share import share_line
from monitor.documents.moves import MovesDocument
from monitor.sentences import (
    collected,
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
from monitor.services.moves import moves
from monitor.services.standstill import beginning
from monitor.web.news import News
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
class View:
    """What the page shows of a period, as it was counted last.

    Attributes:
        top: largest share of any line.
    """

    counted_at: datetime
    moved: MovesDocument
    top: float
    lead: Happening | None
    lead_charts: Mapping[str, str]
    briefs: Sequence[tuple[Happening, Mapping[str, str]]]


@router.get("/", response_class=HTMLResponse)
def show(request: Request, app: Installation, ready: Ready) -> HTMLResponse:
    """Show what moved in the last days."""
    if begun := beginning(app):
        return show_beginning(request, app, begun)
    span = span_of(request, _DEFAULT)
    view = ready.get(app, ("overview", span), lambda: _view(app, span))
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
        span=span,
        period=period(moved.end - moved.start) if span.period else spoken(*days),
        longer=_longer(span.period),
        periods=[
            (name, address("/", for_=None if one == _DEFAULT else one), Span(one) == span) for one, name in PERIODS
        ],
        days=days,
        fixed=address("/", **Span.of_days(*days).parameters(_DEFAULT)),
        collected=collected(moved),
        state=state,
        unwell=app.source(state.unwell[0].id.split("/")[0]) if state.unwell else None,
        lead=view.lead,
        lead_charts=view.lead_charts,
        briefs=view.briefs,
        silence=silence([names.get(id, id) for id in moved.silent], len(names)) if moved.silent else "",
        news=news.latest(app, span.period) if span.period else None,
        emerged=emerged,
        risen=risen,
        finding=finding,
        nothing_moved=nothing_moved(moved),
        spiked=spiked,
        whole=whole,
        percent=percent,
        unusual=unusual,
    )


def _view(app: App, span: Span) -> View:
    now = datetime.now(UTC)
    moved = moves(app, since=span.since, until=span.until)
    top = max((point.share or 0 for move in moved.moves for point in move.line), default=0)
    items = happenings(app, moved)
    return View(
        counted_at=now,
        moved=moved,
        top=top,
        lead=items[0] if items else None,
        lead_charts=_charts(items[0], top, _LEAD) if items else {},
        briefs=[(item, _charts(item, top, _BRIEF)) for item in items[1 : 1 + _BRIEFS]],
    )


def _longer(chosen: str) -> tuple[str, str] | None:
    """Return the next longer period, its name and its address; None for the longest."""
    names = [one for one, _ in PERIODS]
    if chosen not in names[:-1]:
        return None
    one, name = PERIODS[names.index(chosen) + 1]
    return name, address("/", for_=None if one == _DEFAULT else one)


def _charts(item: Happening, top: float, sizes: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    move = item.move
    says = f"{move.title}: its share of all articles day by day."
    return {
        name: svg(share_line(move.line, move.spikes, width=width, height=height, top=top), says)
        for name, (width, height) in sizes.items()
    }
