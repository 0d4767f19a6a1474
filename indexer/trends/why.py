"""Explaining a time span: what distinguishes its articles from those of the weeks before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.context import Words
from indexer.query.tree import Between, Everything, Node, Not, Value, all_of
from indexer.stored_form import sort_key
from indexer.trends.baseline import BASELINE, GUARD
from indexer.trends.counting import count, plain_theme
from indexer.trends.keyness import SURE, Keyness, by_articles, by_time
from indexer.trends.keywords import Contrast, KeyWord, Side, find_key_words
from indexer.words import tokens

ENOUGH = 20  # stories in the weeks before; with fewer, the span is compared with everything else in it
MOST = 15  # results of each kind
_LINKS = 3  # ids of example articles for each source and theme


@dataclass(frozen=True, slots=True)
class SpanStory:
    """A story of the span.

    Attributes:
        articles: number of articles in the range with its text, including the story itself.
        words: number of key words in it.
    """

    article: Article
    articles: int
    words: int


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """A source or theme that is more frequent here than elsewhere, with the ids of its newest articles."""

    name: str
    keyness: Keyness
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What distinguishes a time span.

    Attributes:
        here: the stories of the span.
        elsewhere: the stories they are compared with.
        is_before: True when `elsewhere` is the same question in the weeks before; False when that had too few stories
            and `elsewhere` is everything else in the span.
        expected: the usual number of stories for a span of this length; None when the weeks before have too few.
        words, stories, sources, themes: the most distinctive first. Sources are only compared with the weeks before, so
            there are none when these have too few stories.
    """

    here: Side
    elsewhere: Side
    is_before: bool
    expected: float | None
    words: tuple[KeyWord, ...]
    stories: tuple[SpanStory, ...]
    sources: tuple[KeyGroup, ...]
    themes: tuple[KeyGroup, ...]


def why(engine: Engine, node: Node, *, start: datetime, end: datetime, words: Words, scope: Node | None = None) -> Why:
    """Compare the matching articles from `start` to `end` with those of the weeks before.

    Args:
        words: knows which forms belong to one word, and which words are function words.
        scope: query that limits all articles considered; None considers every article.

    Raises:
        EngineError: the engine is unavailable.
    """
    scope = scope or Everything()
    question = all_of(node, scope)
    last = start - timedelta(days=GUARD)
    before = Side.of(engine, question, _first_day(engine, scope, last), last)
    here = Side.of(engine, question, start, end)
    is_before = before.number >= ENOUGH
    elsewhere = before if is_before else Side.of(engine, all_of(scope, Not(node)), start, end)
    contrast = find_key_words(engine, here, elsewhere, words, MOST)
    return Why(
        here=here,
        elsewhere=elsewhere,
        is_before=is_before,
        expected=before.number * ((end - start) / (before.end - before.start)) if is_before else None,
        words=contrast.words,
        stories=_stories(engine, all_of(question, Between("published", start, end)), here, contrast),
        sources=_sources(engine, question, here, before) if is_before else (),
        themes=_themes(engine, here, elsewhere, plain_theme(node)),
    )


def _first_day(engine: Engine, scope: Node, last: datetime) -> datetime:
    """Return the first day of the weeks before that has an article; earlier days cannot show what is usual."""
    days = [last - timedelta(days=number) for number in range(BASELINE, -1, -1)]
    counts = count(engine, scope, days)
    return next((day for day, counted in zip(days, counts, strict=False) if counted.articles), days[0])


def _stories(engine: Engine, within: Node, here: Side, contrast: Contrast) -> tuple[SpanStory, ...]:
    """Return the stories with the most copies; among equals, those with the most key words first."""
    copies = engine.tally(within, "copy_of")
    spread = sorted(copies, key=lambda id: (-copies[id], id))[:MOST]
    stories = {
        article.id: SpanStory(article, 1 + copies.get(article.id, 0), words) for article, words in contrast.stories
    }
    for id, article in engine.get([id for id in spread if id not in stories]).items():
        inside = article.published is not None and here.start <= article.published < here.end
        own_tokens = set(tokens(f"{article.title or ''} {article.text}"))
        words = sum(key.is_in(article, own_tokens) for key in contrast.words)
        stories[id] = SpanStory(article, copies[id] + inside, words)
    ranked = sorted(stories.values(), key=lambda story: (-story.articles, -story.words, -sort_key(story.article)))
    return tuple(ranked[:MOST])


def _sources(engine: Engine, question: Node, here: Side, before: Side) -> tuple[KeyGroup, ...]:
    spans = [all_of(question, Between("published", side.start, side.end)) for side in (here, before)]
    now, usual = (engine.tally(span, "source") for span in spans)
    days = [(side.end - side.start) / timedelta(days=1) for side in (here, before)]
    groups = {name: by_time(number, days[0], usual.get(name, 0), days[1]) for name, number in now.items()}
    return _surest(engine, groups, lambda name: all_of(spans[0], Value("source", frozenset({name}))))


def _themes(engine: Engine, here: Side, elsewhere: Side, own: str | None) -> tuple[KeyGroup, ...]:
    now, usual = (engine.tally(side.within, "themes") for side in (here, elsewhere))
    groups = {
        name: by_articles(number, here.number, usual.get(name, 0), elsewhere.number)
        for name, number in now.items()
        if name != own
    }
    return _surest(engine, groups, lambda name: all_of(here.within, Value("themes", frozenset({name}))))


def _surest(engine: Engine, groups: dict[str, Keyness], examples: Callable[[str], Node]) -> tuple[KeyGroup, ...]:
    sure = [name for name, keyness in groups.items() if keyness.g2 >= SURE]
    chosen = sorted(sure, key=lambda name: (-groups[name].g2, name))[:MOST]
    return tuple(KeyGroup(name, groups[name], _newest(engine, examples(name))) for name in chosen)


def _newest(engine: Engine, node: Node) -> tuple[str, ...]:
    return tuple(hit.article.id for hit in engine.search(node, limit=_LINKS).hits)
