"""Matching themes against texts that are not articles: the examples in a theme's file, or any other text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from config.themes import Example, Theme
from indexer.article import Article
from indexer.search.highlight import matched_words
from indexer.themes.compile import CompiledTheme
from indexer.themes.tagger import Tagger


@dataclass(frozen=True, slots=True)
class Match:
    """A theme that a text matches, with the matching words as spelled in the text."""

    id: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An example for which a theme's query gives the wrong result.

    Attributes:
        matched: True when the query matches and should not, False when it should match and does not.
    """

    example: Example
    matched: bool


def match_themes(text: str, compiled: Sequence[CompiledTheme]) -> list[Match]:
    """Return the themes that a text matches, in the order given.

    Raises:
        QueryTooBroad: a theme's query is too broad for any engine.
    """
    article = text_article(text, serial=1)
    ids = Tagger(compiled).tag([article])[article.id]
    return [Match(theme.id, tuple(matched_words(text, theme.node))) for theme in compiled if theme.id in ids]


def find_failures(theme: Theme, compiled: CompiledTheme) -> list[Failure]:
    """Return the examples in a theme's file for which its query gives the wrong result.

    Raises:
        QueryTooBroad: the theme's query is too broad for any engine.
    """
    expected = [(example, True) for example in theme.matches] + [(example, False) for example in theme.misses]
    articles = [
        text_article(example.text, language=example.language, serial=number)
        for number, (example, _) in enumerate(expected, 1)
    ]
    tagged = Tagger([compiled]).tag(articles)
    return [
        Failure(example, not should_match)
        for article, (example, should_match) in zip(articles, expected, strict=True)
        if bool(tagged[article.id]) != should_match
    ]


def text_article(text: str, *, serial: int, title: str | None = None, language: str | None = None) -> Article:
    """Return an article for a text that was never published; its id is the serial."""
    return Article(
        id=str(serial),
        serial=serial,
        url="",
        site="",
        title=title,
        text=text,
        authors=(),
        source="",
        language=language,
        published=None,
        published_from="none",
        published_precision=None,
        collected=datetime(1970, 1, 1, tzinfo=UTC),
    )
