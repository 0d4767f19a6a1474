"""Search: the articles a query finds, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from config.errors import WrongArgument
from config.sources import Source
from indexer.engine import Sort
from indexer.search import hits
from indexer.search.highlight import Segment
from monitor.app import App
from monitor.documents.articles import HitDocument, SearchDocument
from monitor.documents.queries import AbsentWordDocument
from monitor.services.completeness import searchable
from monitor.services.precedence import precedence, related
from monitor.services.queries import diagnostics
from monitor.services.theme_versions import versions_of
from monitor.services.times import parse_range

MOST = 1_000  # hits on one page, as engines allow


def search(
    app: App,
    query: str,
    *,
    since: str | None = None,
    until: str | None = None,
    limit: int = 20,
    sort: Sort = "date",
    cursor: int | None = None,
) -> SearchDocument:
    """Return one page of the articles that match a query.

    Args:
        since: published at or after this time, as people write it: `2026-11-01`, `7d`.
        until: published before the end of this day, or before this moment.
        limit: hits on the page, 1 to 1,000.
        sort: newest or most relevant first.
        cursor: `next` of the page before; None for the first.

    Raises:
        QueryError: the query is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    if not 1 <= limit <= MOST:
        raise WrongArgument(f"the limit must be 1 to {MOST:,}, not {limit}", field="limit")
    if cursor is not None and not 0 <= cursor < 2**63:
        raise WrongArgument(f"{cursor} is no cursor; give `next` of the page before", field="cursor")
    start, end = parse_range(since, until, now=datetime.now(UTC), zone=app.zone)
    parsed = app.query(query)
    sources = {source.id: source for source in app.sources}
    page = hits.search(app.engine, parsed, since=start, until=end, limit=limit, sort=sort, after=cursor)
    return SearchDocument(
        total=page.total,
        undated=page.undated,
        hits=tuple(_hit(hit, sources.get(hit.article.source)) for hit in page.hits),
        next=page.after,
        absent=tuple(
            AbsentWordDocument(word=word.word, nearest=word.nearest, articles=word.articles) for word in page.absent
        ),
        versions=versions_of(app, parsed.node),
        searchable=searchable(app),
        diagnostics=diagnostics(parsed.diagnostics),
    )


def _hit(hit: hits.SearchHit, source: Source | None) -> HitDocument:
    article = hit.article
    return HitDocument(
        id=article.id,
        url=article.url,
        title=article.title,
        published=article.published,
        published_from=article.published_from,
        published_precision=article.published_precision,
        updated=article.updated,
        updated_precision=article.updated_precision,
        collected=article.collected,
        source=article.source,
        source_name=source.name if source else None,
        source_class=source.source_class if source else None,
        country=source.country if source else None,
        language=article.language,
        themes=tuple(sorted(article.themes)),
        copy_of=article.copy_of,
        story=related(hit.story) if hit.story else None,
        precedence=precedence(hit.story, article) if hit.story else None,
        copies=hit.copies,
        carries=article.carries,
        carriers=hit.carriers,
        snippet="".join(segment.text for segment in hit.snippet),
        highlights=_highlights(hit.snippet),
    )


def _highlights(segments: Sequence[Segment]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    position = 0
    for segment in segments:
        if segment.is_hit:
            spans.append((position, position + len(segment.text)))
        position += len(segment.text)
    return tuple(spans)
