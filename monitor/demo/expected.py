"""The expected result of a complete pass over the sample site, for the demonstration and the tests of crashes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from monitor.demo.content import Content, SampleArticle, Serving

WITHOUT_ARTICLE: frozenset[Serving] = frozenset({"gone", "consent", "pdf", "robots"})

_EPOCH = 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The expected result of a complete pass.

    Attributes:
        indexed: addresses of the articles in the index, each once.
        left_out: listed address without an article → how it responds instead.
        copies: groups of addresses with the same text; in each group only the article published first is not a copy.
        without_date: indexed addresses whose date is missing or impossible.
        themes: theme → addresses of the articles written for it.
    """

    indexed: frozenset[str]
    left_out: Mapping[str, Serving]
    copies: tuple[frozenset[str], ...]
    without_date: frozenset[str]
    themes: Mapping[str, frozenset[str]]


def expected(content: Content) -> Expected:
    """Return the expected result of a complete pass over the content; equal for equal content."""
    readable = [article for article in content.articles if article.serving not in WITHOUT_ARTICLE]
    return Expected(
        indexed=frozenset(article.url for article in readable),
        left_out={article.url: article.serving for article in content.articles if article.serving in WITHOUT_ARTICLE},
        copies=_copies(readable),
        without_date=frozenset(
            article.url for article in readable if not _is_possible(article.published, content.today)
        ),
        themes=_themes(readable),
    )


def _is_possible(published: datetime | None, today: date) -> bool:
    return published is not None and published.year > _EPOCH and published.date() <= today


def _copies(articles: list[SampleArticle]) -> tuple[frozenset[str], ...]:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for article in articles:
        groups[article.original or article.key].add(article.url)
    return tuple(frozenset(group) for group in groups.values() if len(group) > 1)


def _themes(articles: list[SampleArticle]) -> dict[str, frozenset[str]]:
    themes: defaultdict[str, set[str]] = defaultdict(set)
    for article in articles:
        for theme in article.themes:
            themes[theme].add(article.url)
    return {theme: frozenset(urls) for theme, urls in sorted(themes.items())}
