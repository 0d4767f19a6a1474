"""The sources that delivered throughout a period and the one before, and the queries that count within them alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from indexer.query.tree import Between, Node, all_of
from indexer.trends.calendar import edges_between
from monitor.app import App
from monitor.documents.moves import MovesDocument
from monitor.documents.trends import PanelDocument
from monitor.services.trends import panel_document

_NOTHING = "* -*"  # a query that no article matches


def steady_sources(app: App, scope: Node, start: datetime, end: datetime) -> PanelDocument:
    """Return which sources with an article in a range delivered on each of its days, and why the others are left out.

    Raises:
        EngineError: the engine cannot be asked.
    """
    edges = edges_between(start, end, "day", app.zone)
    sources = app.engine.tally(all_of(scope, Between("published", start, end)), "source")
    return panel_document(app.coverage(edges).panel(sources))


def counted_within(moved: MovesDocument) -> str | None:
    """Return the query that everything was counted within; None for every article."""
    return within(moved.scope, moved.panel.sources if moved.steady else None)


def within(scope: str | None, sources: Collection[str] | None) -> str | None:
    """Return the query for what matches a scope and is of these sources; None for every article.

    Args:
        scope: a query; every article without it.
        sources: ids; all sources where None.
    """
    if sources is None:
        return scope
    ids = " OR ".join(f'"{id}"' for id in sorted(sources))
    of_sources = f"source:({ids})" if ids else _NOTHING
    return f"({scope}) {of_sources}" if scope else of_sources


def clauses(moved: MovesDocument) -> str:
    """Return what is added to a query to find, in either period, what was counted; empty where that is every article.

    It names the sources that were counted or those that were left out, whichever takes fewer words.
    """
    parts = [f"({moved.scope})"] if moved.scope else []
    if moved.steady:
        counted = within(None, moved.panel.sources) or ""
        left_out = " ".join(f'-source:"{id}"' for id in moved.panel.left_out)
        parts.append(min(counted, left_out, key=len) if moved.panel.sources else f"({_NOTHING})")
    return "".join(f" {part}" for part in parts if part)
