"""The words that tell the stories of one question from those of another.

Candidates come from samples of both that are the same on every engine; the figures are then counted by the engine over all
stories, a word with all its forms. A word is compared among the stories of its own language, so that a span with more
French than usual does not make every French word a key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import NamedTuple

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.context import Words
from indexer.query.tree import STORIES, Between, Forms, Has, Node, Not, Value, all_of, leaves
from indexer.stored_form import order
from indexer.trends.keyness import SURE, Keyness, by_articles
from indexer.words import tokens

SAMPLE = 150  # stories of each side
_TOP = 3_000  # characters of each that candidates are taken from: what matters stands at the top
_SLICES = 10  # of a span with more stories than are sampled, so that the sample is not of its last hours
_SEEN = 2  # stories of the sample that must have a form
_FEWEST = 3  # stories of all that must have the word
_CANDIDATES = 30
_LEAST = 0.58  # log ratio: half as often again
_LINKS = 3
COSTLY = 20  # clauses of a question from which on its stories are asked for by their ids
_BY_ID = 2_000  # stories up to which that costs less


@dataclass(frozen=True, slots=True)
class KeyWord:
    """A word that is more frequent here than elsewhere.

    Attributes:
        word: as it stands in most stories.
        language: of the stories it is counted in; None where they have none.
        forms: what is counted as the same word.
        ids: the newest stories that have it.
    """

    word: str
    language: str | None
    forms: frozenset[str]
    keyness: Keyness
    ids: tuple[str, ...]

    def is_in(self, article: Article, said: Collection[str]) -> bool:
        """Say whether an article that says these words has it."""
        return article.language == self.language and not self.forms.isdisjoint(said)


class Story(NamedTuple):
    """What is remembered of a story of a costly question; `order` as hits are ordered by."""

    order: int
    published: datetime
    id: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """Stories of one question in a span of time.

    Attributes:
        node: what they match, the span left out.
        number: how many there are.
        stories: all of them, newest first, where asking for their ids costs less than asking the question again and again.
    """

    node: Node
    start: datetime
    end: datetime
    number: int
    stories: Sequence[Story] | None = None

    @classmethod
    def of(cls, engine: Engine, node: Node, start: datetime, end: datetime) -> Side:
        """Return the stories among the articles that match."""
        side = cls.counted(engine, all_of(node, STORIES), start, end)
        if side.number > _BY_ID or sum(1 for _ in leaves(node)) < COSTLY:
            return side
        stories = sorted(
            (
                Story(order(article), article.published, article.id, article.language)
                for article in engine.scan(side.within)
                if article.published
            ),
            reverse=True,
        )
        return replace(side, node=_any_of(stories), stories=stories)

    @classmethod
    def counted(cls, engine: Engine, node: Node, start: datetime, end: datetime) -> Side:
        """Return what matches, all of it stories."""
        return cls(node, start, end, engine.count(all_of(node, Between("published", start, end))))

    def speaking(self, engine: Engine, language: str | None) -> Side:
        """Return those of them in a language."""
        if self.stories is not None:
            spoken = [story for story in self.stories if story.language == language]
            return Side(_any_of(spoken), self.start, self.end, len(spoken), spoken)
        said = Not(Has("language")) if language is None else Value("language", frozenset({language}))
        return Side.counted(engine, all_of(self.node, said), self.start, self.end)

    @property
    def within(self) -> Node:
        """What they match, the span included."""
        if self.stories is not None:
            return self.node
        return all_of(self.node, Between("published", self.start, self.end))


@dataclass(frozen=True, slots=True)
class Telling:
    """The words, and the stories of the sample that have most of them, each with how many it has."""

    words: tuple[KeyWord, ...]
    stories: tuple[tuple[Article, int], ...]


def key_words(engine: Engine, here: Side, elsewhere: Side, words: Words, most: int) -> Telling:
    """Return the words that are surely more frequent here, the surest first.

    Raises:
        EngineError: as the engine found it.
    """
    read, others = _read(engine, here), _read(engine, elsewhere)
    found: list[KeyWord] = []
    taken: set[tuple[str | None, str]] = set()
    sides: dict[str | None, tuple[Side, Side]] = {}
    for word, language in _candidates(read, others, words):
        forms = words.forms(word, language) if language in words.languages else frozenset({word})
        if (language, word) in taken:
            continue
        taken |= {(language, form) for form in forms}
        if language not in sides:
            sides[language] = here.speaking(engine, language), elsewhere.speaking(engine, language)
        keyness = _counted(engine, *sides[language], forms)
        if keyness and keyness.g2 >= SURE and keyness.log_ratio >= _LEAST:
            found.append(KeyWord(word, language, forms, keyness, _newest(engine, sides[language][0], forms)))
    surest = tuple(sorted(found, key=lambda key: (-key.keyness.g2, key.word))[:most])
    return Telling(surest, _with_most(read, surest, most))


def _with_most(read: Sequence[_Read], words: Sequence[KeyWord], most: int) -> tuple[tuple[Article, int], ...]:
    """Return the stories with most of the words; of those with as many, the newest."""
    counted = [(story.article, sum(key.is_in(story.article, story.words) for key in words)) for story in read]
    return tuple(sorted(counted, key=lambda one: (-one[1], -order(one[0])))[:most])


@dataclass(frozen=True, slots=True)
class _Read:
    """A story of a sample and the words at its top."""

    article: Article
    words: frozenset[str]


def _read(engine: Engine, side: Side) -> list[_Read]:
    """Return the newest stories of the span, or of each of its slices where there are more than are sampled."""
    slices = _SLICES if side.number > SAMPLE else 1
    step: timedelta = (side.end - side.start) / slices
    starts = [side.start + number * step for number in range(slices)]
    found = [
        article
        for start, end in pairwise([*starts, side.end])
        for article in _newest_between(engine, side, start, end, SAMPLE // slices)
    ]
    return [_Read(each, frozenset(tokens(f"{each.title or ''}\n{each.text[:_TOP]}"))) for each in found]


def _newest_between(engine: Engine, side: Side, start: datetime, end: datetime, limit: int) -> list[Article]:
    if side.stories is None:
        hits = engine.search(all_of(side.node, Between("published", start, end)), limit=limit).hits
        return [hit.article for hit in hits]
    inside = (story.id for story in side.stories if start <= story.published < end)
    return list(engine.get(list(islice(inside, limit))).values())


def _any_of(stories: Sequence[Story]) -> Node:
    return Value("id", frozenset(story.id for story in stories))


def _candidates(read: Sequence[_Read], others: Sequence[_Read], words: Words) -> list[tuple[str, str | None]]:
    """Return the words that seem most more frequent in one sample than in the other, each with its language."""
    here, elsewhere = (Counter(story.article.language for story in side) for side in (read, others))
    held, held_elsewhere = (
        Counter((story.article.language, word) for story in side for word in story.words) for side in (read, others)
    )
    scored = sorted(
        (-by_articles(number, here[key[0]], held_elsewhere[key], elsewhere[key[0]]).g2, key[1], key[0] or "")
        for key, number in held.items()
        if number >= _SEEN
        and number * elsewhere[key[0]] >= held_elsewhere[key] * here[key[0]]
        and len(key[1]) > 1
        and not key[1].isdecimal()
    )
    saying = (
        (word, language or None)
        for score, word, language in scored
        if score < 0 and not _says_nothing(word, language, words)
    )
    return list(islice(saying, _CANDIDATES))


def _says_nothing(word: str, language: str, words: Words) -> bool:
    return language in words.languages and words.is_function_word(word, language)


def _counted(engine: Engine, here: Side, elsewhere: Side, forms: frozenset[str]) -> Keyness | None:
    """Compare both sides; None where too few stories here have the word."""
    asked = Forms("words", forms)
    held = engine.count(all_of(here.within, asked))
    if held < _FEWEST:
        return None
    return by_articles(held, here.number, engine.count(all_of(elsewhere.within, asked)), elsewhere.number)


def _newest(engine: Engine, side: Side, forms: frozenset[str]) -> tuple[str, ...]:
    hits = engine.search(all_of(side.within, Forms("words", forms)), limit=_LINKS).hits
    return tuple(hit.article.id for hit in hits)
