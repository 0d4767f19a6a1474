"""Who published a text first, and by how much."""

from __future__ import annotations

from indexer.article import Article
from indexer.copies.order import published_by
from monitor.documents.articles import CopyDocument, PrecedenceDocument, RelatedArticleDocument


def related(article: Article) -> RelatedArticleDocument:
    """Return an article as it is named beside another one or in a list."""
    return RelatedArticleDocument(
        id=article.id,
        url=article.url,
        title=article.title,
        source=article.source,
        published=article.published,
        published_precision=article.published_precision,
    )


def copy_document(story: Article, copy: Article) -> CopyDocument:
    """Return a copy as it is named beside its story."""
    return CopyDocument(**dict(related(copy)), precedence=precedence(story, copy))


def precedence(story: Article, copy: Article) -> PrecedenceDocument:
    """Return by how much a story precedes its copy."""
    first, second = published_by(story), published_by(copy)
    return PrecedenceDocument(
        first=story.id,
        seconds=round((second.at - first.at).total_seconds()),
        is_exact=first.is_exact and second.is_exact,
    )
