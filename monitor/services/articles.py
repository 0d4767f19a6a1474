"""Articles by their ids: in full, and by the start of an id or an address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from config.errors import NotFound, Refused, WrongArgument
from config.sources import Source
from crawler.archive.addresses import ids_of_articles
from crawler.archive.archive import KeptPage
from crawler.outcomes import sentence_of
from crawler.urls import article_id, canonical
from indexer.article import Article
from indexer.jobs.articles import ids_starting_with
from indexer.query.tree import Value
from monitor.app import App
from monitor.documents.articles import ArticleDocument, FullArticleDocument, PageDocument
from monitor.services.completeness import nothing_yet
from monitor.services.origins import origins
from monitor.services.precedence import copy_document, precedence, related

SHORTEST_ID = 8  # characters; of a million articles, the chance that two share them is one in 4,295 for each
MOST_CANDIDATES = 5  # articles named where an id is ambiguous
MOST_COPIES = 100
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{1,32}")


def show(app: App, id: str) -> FullArticleDocument:
    """Return everything that is known of one article.

    Args:
        id: id of the article, at least its first 8 characters, or its address.

    Raises:
        WrongArgument: the id is too short, or the address is none.
        NotFound: no article has it.
        Refused: several articles have ids that begin so; the message lists them.
        EngineError: the engine cannot be asked.
    """
    article = find_article(app, id)
    return describe(app, article, app.archive.pages_of(article.id))


def describe(app: App, article: Article, pages: Sequence[KeptPage]) -> FullArticleDocument:
    """Return everything that is known of an article.

    Args:
        pages: every page collected for it, oldest first.

    Raises:
        EngineError: the engine cannot be asked.
    """
    source = app.source(article.source)
    others = app.engine.get(list(filter(None, (article.copy_of, *article.carries))))
    story = others.get(article.copy_of) if article.copy_of else None
    copies = app.engine.search(Value("copy_of", frozenset({article.id})), limit=MOST_COPIES)
    carriers = app.engine.search(Value("carries", frozenset({article.id})), limit=MOST_COPIES)
    return FullArticleDocument(
        article=article_document(article, source),
        source_name=source.name if source else None,
        origins=origins(article, pages),
        pages=tuple(map(_page, pages)),
        story=related(story) if story else None,
        precedence=precedence(story, article) if story else None,
        copies=copies.total,
        carried_by=tuple(copy_document(article, hit.article) for hit in copies.hits),
        carries=tuple(related(others[id]) for id in article.carries if id in others),
        carriers=carriers.total,
        carried_within=tuple(related(hit.article) for hit in carriers.hits),
    )


def find_article(app: App, id: str) -> Article:
    """Return the article of an id, of the start of an id, or of an address.

    Raises:
        WrongArgument, NotFound, Refused, EngineError: as in `show`.
    """
    wanted = id.strip()
    is_address = "/" in wanted or ":" in wanted
    ids = _of_articles(app, _ids_of_address(wanted) if is_address else _ids_of_start(app, wanted.lower()))
    stored = app.engine.get(ids) if ids else {}
    articles = [stored[id] for id in ids if id in stored]
    if not articles:
        message = f'no article has the id or address "{wanted}"; `parley search` prints both'
        raise NotFound(nothing_yet(app) or message, field="id")
    if len(articles) > 1 and not is_address:
        names = "".join(f"\n  {article.id}  {article.title or article.url}" for article in articles)
        raise Refused(f'several articles have ids that begin with "{wanted}"; give more of one:{names}', field="id")
    return articles[0]


def article_document(article: Article, source: Source | None) -> ArticleDocument:
    """Return an article as programs read it.

    Args:
        source: None when it was removed.
    """
    return ArticleDocument(
        id=article.id,
        url=article.url,
        title=article.title,
        text=article.text,
        authors=article.authors,
        published=article.published,
        published_from=article.published_from,
        published_precision=article.published_precision,
        updated=article.updated,
        updated_precision=article.updated_precision,
        collected=article.collected,
        source=article.source,
        source_class=source.source_class if source else None,
        country=source.country if source else None,
        language=article.language,
        themes=tuple(sorted(article.themes)),
        copy_of=article.copy_of,
        carries=article.carries,
    )


def _ids_of_address(address: str) -> list[str]:
    """Return the ids an article at this address may have: under the scheme given first, then under the other one."""
    bare = _SCHEME.sub("", address)
    schemes = ("http", "https") if address.lower().startswith("http://") else ("https", "http")
    urls = [canonical(f"{scheme}://{bare}") for scheme in schemes]
    if None in urls or "://" in bare:
        raise WrongArgument(f'"{address}" is not an http or https address', field="id")
    return [article_id(url) for url in urls if url]


def _of_articles(app: App, ids: Sequence[str]) -> list[str]:
    """Return the ids, with those of addresses that lead to another address's article replaced by that article's."""
    with app.archive.database.read() as connection:
        leading = ids_of_articles(connection, ids)
    return list(dict.fromkeys(leading.get(id, id) for id in ids))


def _ids_of_start(app: App, start: str) -> list[str]:
    if not _ID.fullmatch(start):
        return [start]  # an id of another form than ours is looked up as it is
    if len(start) < SHORTEST_ID:
        raise WrongArgument(f'"{start}" is too short; give at least {SHORTEST_ID} characters of the id', field="id")
    if len(start) == 32:
        return [start]
    with app.archive.database.read() as connection:
        return ids_starting_with(connection, start, MOST_CANDIDATES)


def _page(kept: KeptPage) -> PageDocument:
    return PageDocument(
        number=kept.page.number,
        collected=kept.page.collected,
        kind=kept.page.kind,
        feed=kept.page.feed,
        state=kept.state,
        explanation=kept.detail or sentence_of(kept.state),
    )
