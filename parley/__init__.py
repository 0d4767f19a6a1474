"""Parley for notebooks and scripts. What docs/python.md describes is public; every other module may change at any time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from config.errors import ParleyError
from monitor.app import App
from monitor.services import (
    articles,
    compare,
    digest,
    emerging,
    export,
    leads,
    search,
    sources,
    status,
    themes,
    trends,
    why,
)

if TYPE_CHECKING:
    from indexer.engine import Sort
    from indexer.trends.calendar import Interval
    from indexer.trends.spikes import Sensitivity
    from indexer.trends.splits import Among, By, LeadInterval
    from monitor.documents.articles import FullArticleDocument, SearchDocument
    from monitor.documents.comparisons import ComparisonDocument
    from monitor.documents.digests import DigestDocument
    from monitor.documents.emerging import EmergingDocument
    from monitor.documents.explanations import ExplanationDocument
    from monitor.documents.leads import LeadsDocument
    from monitor.documents.operations import StatusDocument
    from monitor.documents.sources import SourcesDocument
    from monitor.documents.themes import ThemesDocument
    from monitor.documents.trends import TrendDocument
    from monitor.services.export import Export

__all__ = ["Parley", "ParleyError", "open"]

Time = str | date | None  # a datetime is a date


class Parley:
    """One installation, read only. It may be used from several threads and follows changes of theme and source files.

    Every method raises `ParleyError` on failure. Its message says what to do, and its `code` is the kind of error.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def search(
        self,
        query: str,
        *,
        since: Time = None,
        until: Time = None,
        limit: int = 20,
        sort: Sort = "date",
        cursor: int | None = None,
    ) -> SearchDocument:
        """Return one page of the articles that match a query; `next` of a page is the cursor of the one after it."""
        return search.search(
            self._app, query, since=_text(since), until=_text(until), limit=limit, sort=sort, cursor=cursor
        )

    def show(self, id: str) -> FullArticleDocument:
        """Return an article in full. The first characters of its id, or its address, are enough."""
        return articles.show(self._app, id)

    def trend(
        self,
        *themes: str,
        queries: Mapping[str, str] | None = None,
        interval: Interval = "day",
        since: Time = None,
        until: Time = None,
        scope: str | None = None,
        split: By | None = None,
        largest: int = trends.LARGEST,
        corrected: bool = False,
        steady: bool = False,
        sensitivity: Sensitivity = "medium",
    ) -> TrendDocument:
        """Return themes, and queries by name, over time; all themes where neither is given."""
        return trends.trend(
            self._app,
            themes=themes,
            queries=queries,
            interval=interval,
            since=_text(since),
            until=_text(until),
            scope=scope,
            split=split,
            largest=largest,
            corrected=corrected,
            steady=steady,
            sensitivity=sensitivity,
        )

    def why(
        self,
        theme: str | None = None,
        *,
        queries: Mapping[str, str] | None = None,
        on: Time = None,
        interval: Interval = "day",
        since: Time = None,
        until: Time = None,
        scope: str | None = None,
    ) -> ExplanationDocument:
        """Return what makes the latest spike of a theme or query, or any other span, differ from the weeks before."""
        return why.why(
            self._app,
            themes=(theme,) if theme is not None else (),
            queries=queries,
            on=_text(on),
            interval=interval,
            since=_text(since),
            until=_text(until),
            scope=scope,
        )

    def compare(
        self,
        *themes: str,
        queries: Mapping[str, str] | None = None,
        since: Time = None,
        until: Time = None,
        scope: str | None = None,
    ) -> ComparisonDocument:
        """Compare themes, and queries by name; without any, compare all themes."""
        return compare.compare(
            self._app, themes=themes, queries=queries, since=_text(since), until=_text(until), scope=scope
        )

    def digest(
        self,
        *,
        day: Time = None,
        week: str | None = None,
        since: Time = None,
        until: Time = None,
        scope: str | None = None,
        steady: bool = False,
    ) -> DigestDocument:
        """Return what moved in a day, a week or another period, and what is new; the last 7 days without one."""
        return digest.digest(
            self._app, day=_text(day), week=week, since=_text(since), until=_text(until), scope=scope, steady=steady
        )

    def emerging(
        self,
        theme: str | None = None,
        *,
        since: Time = None,
        until: Time = None,
        scope: str | None = None,
        largest: int = emerging.LARGEST,
    ) -> EmergingDocument:
        """Return the words and phrases whose stories rose, outside all themes or inside one."""
        return emerging.emerging(
            self._app, theme=theme, since=_text(since), until=_text(until), scope=scope, largest=largest
        )

    def leads(
        self,
        *themes: str,
        queries: Mapping[str, str] | None = None,
        among: Among | None = None,
        interval: LeadInterval = "day",
        since: Time = None,
        until: Time = None,
        scope: str | None = None,
    ) -> LeadsDocument:
        """Return who leads whom: classes, countries or languages in one theme or query, or themes among one another."""
        return leads.leads(
            self._app,
            themes=themes,
            queries=queries,
            among=among,
            interval=interval,
            since=_text(since),
            until=_text(until),
            scope=scope,
        )

    def export(self, query: str, *, since: Time = None, until: Time = None) -> Export:
        """Return every article that matches a query; iterating over the result reads them in constant memory."""
        return export.export(self._app, query, since=_text(since), until=_text(until))

    def themes(self) -> ThemesDocument:
        """Return the themes with their numbers of articles."""
        return themes.list_themes(self._app)

    def sources(self) -> SourcesDocument:
        """Return the sources and the health of their feeds."""
        return sources.sources(self._app)

    def status(self) -> StatusDocument:
        """Return what runs and what is collected and indexed."""
        return status.status(self._app)


def open(data: str | Path | None = None, config: str | Path | None = None) -> Parley:
    """Open an installation.

    Args:
        data: its data folder; the one the environment names, or the default, without it.
        config: your own configuration folder; the one the environment names without it.

    Raises:
        ParleyError: a setting or configuration folder is wrong.
    """
    return Parley(App.load(data=_folder(data), config=_folder(config)))


def _folder(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path).expanduser().absolute()


def _text(moment: Time) -> str | None:
    """Return a time as services take it."""
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="seconds")
    return moment.isoformat() if isinstance(moment, date) else moment
