"""Installations as evidence sees them: the real one at one moment, and the one that a file describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from config.configuration import Configuration
from config.settings import Settings
from config.sources import Source
from config.themes import Theme
from crawler.archive.feed_hours import FeedHours
from crawler.schedule import as_polled
from indexer.engine import Engine
from indexer.query.context import QueryContext
from indexer.trends.gaps import Coverage
from monitor.app import App, InZone


class AtMoment(InZone):
    """An installation whose clock stands still.

    Args:
        deliveries: when feeds delivered, for the whole range that is asked about.
        slowed: id of a feed → seconds between its polls, where its domain allows no more.
    """

    def __init__(
        self, app: App, moment: datetime, deliveries: Mapping[str, FeedHours], slowed: Mapping[str, int]
    ) -> None:
        super().__init__(app, app.zone)
        self._moment, self._deliveries, self._slowed = moment, deliveries, slowed

    @property
    def polled_sources(self) -> tuple[Source, ...]:
        """The sources, with the intervals at which their feeds are really polled."""
        return tuple(
            replace(source, feeds=tuple(as_polled(feed, self._slowed.get(feed.id)) for feed in source.feeds))
            for source in self.sources
        )

    def context(self, configuration: Configuration | None = None) -> QueryContext:
        """Return what names and words in a query stand for, at the moment."""
        return replace(super().context(configuration), now=self._moment)

    def coverage(self, edges: Sequence[datetime]) -> Coverage:
        """Return which feeds delivered in the buckets between these edges."""
        return _coverage(self.polled_sources, edges, self._deliveries, self._moment)


class Packed(App):
    """The installation that an evidence file describes; it has no archive.

    Args:
        settings: of the Parley at hand; only its folder of word tables and its limits count.
        engine: contains the articles of the file.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        configuration: Configuration,
        zone: ZoneInfo,
        moment: datetime,
        deliveries: Mapping[str, FeedHours],
        engine: Engine,
    ) -> None:
        super().__init__(settings)
        vars(self)["zone"] = zone
        self._configuration, self._moment = configuration, moment
        self._deliveries, self._packed_engine = deliveries, engine

    @property
    def configuration(self) -> Configuration:
        """Sources, themes and fragments of the file."""
        return self._configuration

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the file."""
        return self._configuration.sources

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes of the file."""
        return self._configuration.themes

    @property
    def engine(self) -> Engine:
        """The engine with the articles of the file."""
        return self._packed_engine

    def context(self, configuration: Configuration | None = None) -> QueryContext:
        """Return what names and words in a query stand for, at the moment of the file."""
        return replace(super().context(configuration), now=self._moment)

    def coverage(self, edges: Sequence[datetime]) -> Coverage:
        """Return which feeds delivered in the buckets between these edges."""
        return _coverage(self.sources, edges, self._deliveries, self._moment)


def _coverage(
    sources: Sequence[Source], edges: Sequence[datetime], deliveries: Mapping[str, FeedHours], moment: datetime
) -> Coverage:
    feeds = [feed for source in sources for feed in source.feeds]
    return Coverage(edges, deliveries, feeds, moment)
