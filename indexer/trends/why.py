"""Why: what makes the articles of a span of time differ from those of the weeks before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.context import Words
from indexer.query.tree import Between, Everything, Node, Not, Value, all_of
from indexer.stored_form import order
from indexer.trends.baseline import BASELINE, GUARD
from indexer.trends.counting import count, plain_theme
from indexer.trends.keyness import SURE, Keyness, by_articles, by_time
from indexer.trends.keywords import KeyWord, Side, Telling, key_words
from indexer.words import tokens

ENOUGH = 20  # stories before the span below which it is compared with everything else in it
MOST = 15  # of each kind
_LINKS = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A story of the span.

    Attributes:
        articles: of the span that carry it, itself included.
        words: how many of the words that make the difference it has.
    """

    article: Article
    articles: int
    words: int


@dataclass(frozen=True, slots=True)
class Named:
    """A source or theme that is more frequent here than elsewhere, and the newest articles that show it."""

    name: str
    keyness: Keyness
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What makes the difference.

    Attributes:
        here: the stories of the span.
        elsewhere: what they are compared with.
        is_before: whether that is the same question in the weeks before; else, where it had too little then, it is
            everything else in the span.
        expected: stories of the question that are usual in such a span; None where the weeks before have too few to say.
        words, stories, sources, themes: those that make most of the difference first; sources are compared with the weeks
            before alone, so there are none where these have too few.
    """

    here: Side
    elsewhere: Side
    is_before: bool
    expected: float | None
    words: tuple[KeyWord, ...]
    stories: tuple[Told, ...]
    sources: tuple[Named, ...]
    themes: tuple[Named, ...]


def why(engine: Engine, node: Node, *, start: datetime, end: datetime, words: Words, scope: Node | None = None) -> Why:
    """Compare the matching articles between two moments with those of the weeks before.

    Args:
        words: tells which forms are the same word, and which words say nothing.
        scope: within which everything is asked; None is every article.

    Raises:
        EngineError: as the engine found it.
    """
    scope = scope or Everything()
    asked = all_of(node, scope)
    last = start - timedelta(days=GUARD)
    before = Side.of(engine, asked, _began(engine, scope, last), last)
    here = Side.of(engine, asked, start, end)
    is_before = before.number >= ENOUGH
    elsewhere = before if is_before else Side.of(engine, all_of(scope, Not(node)), start, end)
    telling = key_words(engine, here, elsewhere, words, MOST)
    return Why(
        here=here,
        elsewhere=elsewhere,
        is_before=is_before,
        expected=before.number * ((end - start) / (before.end - before.start)) if is_before else None,
        words=telling.words,
        stories=_stories(engine, all_of(asked, Between("published", start, end)), here, telling),
        sources=_sources(engine, asked, here, before) if is_before else (),
        themes=_themes(engine, here, elsewhere, plain_theme(node)),
    )


def _began(engine: Engine, scope: Node, last: datetime) -> datetime:
    """Return the first of the days before that holds an article: those before all articles say nothing of what is usual."""
    days = [last - timedelta(days=number) for number in range(BASELINE, -1, -1)]
    counts = count(engine, scope, days)
    return next((day for day, counted in zip(days, counts, strict=False) if counted.articles), days[0])


def _stories(engine: Engine, within: Node, here: Side, telling: Telling) -> tuple[Told, ...]:
    """Return the stories that most articles carry, and of those carried as often the ones with most of the words."""
    copies = engine.tally(within, "copy_of")
    spread = sorted(copies, key=lambda id: (-copies[id], id))[:MOST]
    told = {article.id: Told(article, 1 + copies.get(article.id, 0), words) for article, words in telling.stories}
    for id, article in engine.get([id for id in spread if id not in told]).items():
        inside = article.published is not None and here.start <= article.published < here.end
        said = set(tokens(f"{article.title or ''} {article.text}"))
        words = sum(key.is_in(article, said) for key in telling.words)
        told[id] = Told(article, copies[id] + inside, words)
    ranked = sorted(told.values(), key=lambda one: (-one.articles, -one.words, -order(one.article)))
    return tuple(ranked[:MOST])


def _sources(engine: Engine, asked: Node, here: Side, before: Side) -> tuple[Named, ...]:
    spans = [all_of(asked, Between("published", side.start, side.end)) for side in (here, before)]
    now, usual = (engine.tally(span, "source") for span in spans)
    days = [(side.end - side.start) / timedelta(days=1) for side in (here, before)]
    found = {name: by_time(number, days[0], usual.get(name, 0), days[1]) for name, number in now.items()}
    return _surest(engine, found, lambda name: all_of(spans[0], Value("source", frozenset({name}))))


def _themes(engine: Engine, here: Side, elsewhere: Side, own: str | None) -> tuple[Named, ...]:
    now, usual = (engine.tally(side.within, "themes") for side in (here, elsewhere))
    found = {
        name: by_articles(number, here.number, usual.get(name, 0), elsewhere.number)
        for name, number in now.items()
        if name != own
    }
    return _surest(engine, found, lambda name: all_of(here.within, Value("themes", frozenset({name}))))


def _surest(engine: Engine, found: dict[str, Keyness], shown: Callable[[str], Node]) -> tuple[Named, ...]:
    sure = [name for name, keyness in found.items() if keyness.g2 >= SURE]
    chosen = sorted(sure, key=lambda name: (-found[name].g2, name))[:MOST]
    return tuple(Named(name, found[name], _newest(engine, shown(name))) for name in chosen)


def _newest(engine: Engine, node: Node) -> tuple[str, ...]:
    return tuple(hit.article.id for hit in engine.search(node, limit=_LINKS).hits)
