"""Feeds that readers subscribe to: the newest stories of a theme, a search or a source, and the spikes of all themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote

from monitor.app import App
from monitor.documents.articles import HitDocument
from monitor.documents.escapes import one_line, web_address
from monitor.documents.trends import SpikeDocument
from monitor.sentences import counted, span, spiked
from monitor.services.questions import theme_of
from monitor.services.search import search
from monitor.services.sources import choose_sources
from monitor.services.stories import fold
from monitor.services.trends import trend

MOST = 50  # entries of a feed
_LOOKED_AT = 200  # newest articles that are folded into entries
_SPIKES_SINCE = timedelta(days=90)
_IDS = "tag:parley.invalid,2026:"
"""Begins the ids (RFC 4151). They name no host, so that entries stay read when an installation moves. Nobody can own a name
under `.invalid` (RFC 2606)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed: a story, or a spike.

    Attributes:
        id: a URI that stays the same.
        url: address of the original; None where it is none of the web's, or for a spike.
        page: path of the entry's page.
        author: whoever published it.
        updated: when it last changed, or became known.
        themes: id → title.
        paragraphs: the text, each with the spans to mark.
        note: what Parley adds.
    """

    id: str
    title: str
    url: str | None
    page: str
    author: str
    published: datetime | None
    updated: datetime
    language: str | None
    themes: Mapping[str, str]
    paragraphs: Sequence[tuple[str, Sequence[tuple[int, int]]]]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed.

    Attributes:
        id: a URI that stays the same.
        page: path of the page that shows the same, with its parameters.
        entries: newest first.
    """

    id: str
    title: str
    subtitle: str
    page: str
    parameters: Mapping[str, str]
    entries: Sequence[Entry]


def theme_feed(app: App, id: str) -> Feed:
    """Return the newest stories of a theme.

    Raises:
        NotFound: there is no such theme.
        EngineError: the engine cannot be asked.
    """
    theme = theme_of(app, id, field="id")
    return Feed(
        id=f"{_IDS}themes/{id}",
        title=theme.title,
        subtitle=theme.description,
        page=f"/themes/{id}",
        parameters={},
        entries=_entries(app, f"theme:{id}"),
    )


def search_feed(app: App, query: str) -> Feed:
    """Return the newest stories that match a query.

    Raises:
        QueryError: the query is invalid.
        EngineError: the engine cannot be asked.
    """
    return Feed(
        id=f"{_IDS}search/{quote(one_line(query), safe='')}",
        title=one_line(query),
        subtitle="The newest stories that match this query.",
        page="/search",
        parameters={"q": query},
        entries=_entries(app, query),
    )


def source_feed(app: App, id: str) -> Feed:
    """Return the newest stories of a source, and its copies of the stories of others.

    Raises:
        NotFound: there is no such source.
        EngineError: the engine cannot be asked.
    """
    source = choose_sources(app, [id])[0]
    return Feed(
        id=f"{_IDS}sources/{id}",
        title=source.name,
        subtitle=f"The newest articles of {source.name}.",
        page=f"/sources/{id}",
        parameters={},
        entries=_entries(app, f"source:{id}"),
    )


def spikes_feed(app: App) -> Feed:
    """Return the spikes of all themes in the last 90 days.

    Raises:
        WrongArgument: there is no theme.
        EngineError: the engine cannot be asked.
    """
    since = (datetime.now(UTC) - _SPIKES_SINCE).astimezone(app.zone).date()
    titles = {theme.id: theme.title for theme in app.themes}
    spikes = [
        _spike(app, series.theme, titles[series.theme], spike)
        for series in trend(app, since=since.isoformat()).series
        for spike in series.spikes
    ]
    return Feed(
        id=f"{_IDS}spikes",
        title="Spikes",
        subtitle="Days on which themes have more stories than the weeks before explain.",
        page="/",
        parameters={},
        entries=sorted(spikes, key=lambda entry: (entry.updated, entry.id), reverse=True)[:MOST],
    )


def _entries(app: App, query: str) -> list[Entry]:
    hits = fold(app, app.query(query).node, search(app, query, limit=_LOOKED_AT).hits)[:MOST]
    texts = app.engine.get([hit.id for hit in hits]) if app.settings.feed_text == "full" else {}
    titles = {theme.id: theme.title for theme in app.themes}
    return [_entry(hit, titles, texts[hit.id].text if hit.id in texts else None) for hit in hits]


def _entry(hit: HitDocument, titles: Mapping[str, str], text: str | None) -> Entry:
    parts = (hit.source_name or hit.source, hit.source_class, hit.country)
    copies = f"{counted(hit.copies, 'copy', 'copies')} of it" if hit.copies else ""
    paragraphs: list[tuple[str, Sequence[tuple[int, int]]]] = [(hit.snippet, hit.highlights)]
    if text is not None:
        paragraphs = [(line, ()) for line in text.splitlines() if line.strip()]
    return Entry(
        id=f"{_IDS}stories/{hit.copy_of or hit.id}",
        title=one_line(hit.title or "") or "No title",
        url=web_address(hit.url),
        page=f"/articles/{hit.id}",
        author=hit.source_name or hit.source,
        published=hit.published,
        updated=max(filter(None, (hit.updated, hit.collected))),
        language=hit.language,
        themes={id: titles.get(id, id) for id in hit.themes},
        paragraphs=paragraphs,
        note=". ".join(filter(None, (" · ".join(filter(None, parts)), copies))),
    )


def _spike(app: App, theme: str, title: str, spike: SpikeDocument) -> Entry:
    # The day in which it was detected is the one thing about a spike that later days do not change.
    begun, last = (datetime.combine(day, time(), app.zone) for day in (spike.detected, spike.end))
    stories = counted(spike.stories, "story", "stories")
    return Entry(
        id=f"{_IDS}spikes/{theme}/{spike.detected}",
        title=f"{title}: {stories}, {span(spike.start, spike.end)}",
        url=None,
        page=f"/themes/{theme}?spike={spike.peak}",
        author="Parley",
        published=begun,
        updated=last,
        language="en",
        themes={theme: title},
        paragraphs=[(f"{spiked(spike)} Most above that were on {span(spike.peak, spike.peak)}.", ())],
        note="",
    )
