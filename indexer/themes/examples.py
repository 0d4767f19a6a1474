"""What themes make of a text that is no article yet: an example in a theme's file, or whatever somebody has at hand."""

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
    """A theme that a text belongs to, and the words in it that say so, as written."""

    id: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that a theme treats otherwise than its file says.

    Attributes:
        matched: whether the theme found it, which it should not have.
    """

    example: Example
    matched: bool


def themes_of(text: str, compiled: Sequence[CompiledTheme]) -> list[Match]:
    """Return the themes a text belongs to, in the order given.

    Raises:
        QueryTooBroad: a theme that no engine would answer.
    """
    article = _article(text, None, 1)
    found = Tagger(compiled).tag([article])[article.id]
    return [Match(theme.id, tuple(matched_words(text, theme.node))) for theme in compiled if theme.id in found]


def failures(theme: Theme, compiled: CompiledTheme) -> list[Failure]:
    """Return the examples of a theme's file that its query does not treat as the file says.

    Raises:
        QueryTooBroad: the theme is one that no engine would answer.
    """
    wanted = [(example, True) for example in theme.matches] + [(example, False) for example in theme.misses]
    articles = [_article(example.text, example.language, number) for number, (example, _) in enumerate(wanted, 1)]
    tagged = Tagger([compiled]).tag(articles)
    return [
        Failure(example, not should_match)
        for article, (example, should_match) in zip(articles, wanted, strict=True)
        if bool(tagged[article.id]) != should_match
    ]


def _article(text: str, language: str | None, serial: int) -> Article:
    return Article(
        id=str(serial),
        serial=serial,
        url="",
        site="",
        title=None,
        text=text,
        authors=(),
        source="",
        language=language,
        published=None,
        published_from="none",
        published_precision=None,
        collected=datetime(1970, 1, 1, tzinfo=UTC),
    )
