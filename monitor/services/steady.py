"""The sources that delivered throughout a time, and the queries that count within them alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Literal

from indexer.query.tree import Between, Node, all_of
from indexer.trends.calendar import Interval, edges_between
from indexer.trends.gaps import Panel
from monitor.app import App
from monitor.documents.moves import MovesDocument
from monitor.documents.trends import BucketDocument, PanelDocument

_NOTHING = "* -*"  # a query that no article matches


def steady_in_buckets(app: App, scope: Node, start: datetime, end: datetime, interval: Interval) -> PanelDocument:
    """Return which sources with an article in the buckets of a trend delivered in each of their days, or hours if hourly.

    Raises:
        EngineError: the engine cannot be asked.
    """
    edges = edges_between(start, end, interval, app.zone)
    first, last = edges[0].astimezone(UTC), edges[-1].astimezone(UTC)
    return steady_sources(app, scope, first, last, "hour" if interval == "hour" else "day")


def steady_sources(
    app: App, scope: Node, start: datetime, end: datetime, width: Literal["hour", "day"] = "day"
) -> PanelDocument:
    """Return which sources with an article in a range delivered in all of it, and why the others are left out.

    Args:
        width: of the parts in each of which a source must have delivered.

    Raises:
        EngineError: the engine cannot be asked.
    """
    edges = edges_between(start, end, width, app.zone)
    sources = app.engine.tally(all_of(scope, Between("published", start, end)), "source")
    return panel_document(app.coverage(edges).panel(sources))


def panel_document(panel: Panel) -> PanelDocument:
    """Return the sources that delivered throughout a range as programs read them."""
    return PanelDocument(sources=tuple(sorted(panel.sources)), left_out=dict(sorted(panel.left_out.items())))


def with_gaps_of(sources: Collection[str], buckets: Sequence[BucketDocument]) -> tuple[BucketDocument, ...]:
    """Return the buckets without the gaps of other sources."""
    return tuple(
        bucket.model_copy(update={"gaps": tuple(gap for gap in bucket.gaps if gap.source in sources)})
        for bucket in buckets
    )


def counted_within(moved: MovesDocument) -> str | None:
    """Return the query that everything was counted within; None for every article."""
    return within(moved.scope, moved.panel)


def within(scope: str | None, panel: PanelDocument | None) -> str | None:
    """Return the query for what matches a scope and is of the sources that delivered throughout; None for every article.

    Args:
        scope: a query; every article without it.
        panel: all sources where None.
    """
    if panel is None:
        return scope
    ids = " OR ".join(f'"{id}"' for id in panel.sources)
    of_sources = f"source:({ids})" if ids else _NOTHING
    return f"({scope}) {of_sources}" if scope else of_sources


def clauses(scope: str | None, panel: PanelDocument | None) -> str:
    """Return what is added to a query to find, in the time of the panel, what was counted; empty where that is every article.

    It names the sources that were counted or those that were left out, whichever takes fewer words.
    """
    parts = [f"({scope})"] if scope else []
    if panel:
        counted = within(None, panel) or ""
        left_out = " ".join(f'-source:"{id}"' for id in panel.left_out)
        parts.append(min(counted, left_out, key=len) if panel.sources else f"({_NOTHING})")
    return "".join(f" {part}" for part in parts if part)
