"""Key words: the words that distinguish the stories of one question from those of another.

Candidates come from a sample of each side, the same on every engine. The engine then counts them in all stories, each word
in all its forms. A word is compared within the stories of its own language, so that a span with more French than usual
does not turn every French word into a key word.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice, pairwise
from typing import NamedTuple

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.context import Words
from indexer.query.tree import STORIES, Between, Forms, Has, Node, Not, Value, all_of, leaves
from indexer.stored_form import sort_key
from indexer.trends.common_words import says_nothing
from indexer.trends.keyness import SURE, Keyness, by_articles
from indexer.words import tokens

SAMPLE = 150  # stories of each side
_TOP = 1_500  # characters at the start of a story that candidates are taken from: its lead and some paragraphs
_SLICES = 10  # parts that a span with more stories than SAMPLE is sampled in, so that not only its last hours count
_FEWEST_SAMPLED = 2  # stories of the sample that a candidate must appear in
_FEWEST = 3  # stories here that a key word must appear in
_SOURCES = 2  # that must use it, where the stories here are of several
_CANDIDATES = 30
_LEAST = 0.58  # log ratio: half again as frequent
_LINKS = 3  # ids of example stories for each word
COSTLY = 20  # clauses of a question that make it worth listing its stories and querying by id from then on
_BY_ID = 2_000  # the largest number of stories for which querying by id is cheaper


@dataclass(frozen=True, slots=True)
class KeyWord:
    """A word that is more frequent here than elsewhere.

    Attributes:
        word: the form that distinguishes the two sides best.
        language: language of the stories it is counted in; None for stories of unknown language.
        forms: all forms counted as this word.
        ids: ids of the newest stories that contain it.
    """

    word: str
    language: str | None
    forms: frozenset[str]
    keyness: Keyness
    ids: tuple[str, ...]

    def is_in(self, article: Article, tokens: Collection[str]) -> bool:
        """Return whether the article, which consists of these tokens, contains the word."""
        return article.language == self.language and not self.forms.isdisjoint(tokens)


class Story(NamedTuple):
    """A story of a costly question; `order` is its position among hits, see `stored_form.sort_key`."""

    order: int
    published: datetime
    id: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """The stories of one question in a time span.

    Attributes:
        node: the query they match, without the time span.
        number: the number of stories.
        stories: all of them, newest first, when querying by id is cheaper than repeating the question; otherwise None.
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
                Story(sort_key(article), article.published, article.id, article.language)
                for article in engine.scan(side.within)
                if article.published
            ),
            reverse=True,
        )
        return replace(side, node=_any_of(stories), stories=stories)

    @classmethod
    def counted(cls, engine: Engine, node: Node, start: datetime, end: datetime) -> Side:
        """Return the side for a query that matches nothing but stories."""
        return cls(node, start, end, engine.count(all_of(node, Between("published", start, end))))

    def in_language(self, engine: Engine, language: str | None) -> Side:
        """Return the stories in one language, or of unknown language for None."""
        if self.stories is not None:
            stories = [story for story in self.stories if story.language == language]
            return Side(_any_of(stories), self.start, self.end, len(stories), stories)
        condition = Not(Has("language")) if language is None else Value("language", frozenset({language}))
        return Side.counted(engine, all_of(self.node, condition), self.start, self.end)

    @property
    def within(self) -> Node:
        """The query they match, including the time span."""
        if self.stories is not None:
            return self.node
        return all_of(self.node, Between("published", self.start, self.end))


@dataclass(frozen=True, slots=True)
class Contrast:
    """The key words, and the sampled stories that contain most of them, each with the number of key words in it."""

    words: tuple[KeyWord, ...]
    stories: tuple[tuple[Article, int], ...]


def find_key_words(engine: Engine, here: Side, elsewhere: Side, words: Words, most: int) -> Contrast:
    """Return the words that are significantly more frequent here, the most significant first.

    Raises:
        EngineError: the engine is unavailable.
    """
    sample, other_sample = _read_sample(engine, here), _read_sample(engine, elsewhere)
    key_words: list[KeyWord] = []
    taken: set[tuple[str | None, str]] = set()
    sides: dict[str | None, tuple[Side, Side]] = {}
    least = min(_SOURCES, len({story.article.source for story in sample}))
    for word, language in _candidates(sample, other_sample, words):
        forms = words.forms(word, language) if language in words.languages else frozenset({word})
        if (language, word) in taken:
            continue
        taken |= {(language, form) for form in forms}
        if _number_of_sources(sample, language, forms) < least:
            continue
        if language not in sides:
            sides[language] = here.in_language(engine, language), elsewhere.in_language(engine, language)
        keyness = _compare(engine, *sides[language], forms)
        if keyness and keyness.g2 >= SURE and keyness.log_ratio >= _LEAST:
            key_words.append(KeyWord(word, language, forms, keyness, _newest(engine, sides[language][0], forms)))
    surest = tuple(sorted(key_words, key=lambda key: (-key.keyness.g2, key.word))[:most])
    return Contrast(surest, _with_most(sample, surest, most))


def _number_of_sources(sample: Sequence[_Sampled], language: str | None, forms: frozenset[str]) -> int:
    """Return how many sources use a word: what one alone uses is its own way of writing."""
    using = (one.article for one in sample if not forms.isdisjoint(one.words))
    return len({article.source for article in using if article.language == language})


def _with_most(sample: Sequence[_Sampled], words: Sequence[KeyWord], most: int) -> tuple[tuple[Article, int], ...]:
    """Return the stories with most of the key words, the newest first among equals."""
    counted = [(story.article, sum(key.is_in(story.article, story.words) for key in words)) for story in sample]
    return tuple(sorted(counted, key=lambda one: (-one[1], -sort_key(one[0])))[:most])


@dataclass(frozen=True)
class _Sampled:
    """A story of a sample."""

    article: Article

    @cached_property
    def words(self) -> frozenset[str]:
        """The words at its start."""
        return frozenset(tokens(f"{self.article.title or ''}\n{self.article.text[:_TOP]}"))


def _read_sample(engine: Engine, side: Side) -> list[_Sampled]:
    """Return the newest stories of the span, or of each slice of it when there are more than SAMPLE."""
    slices = _SLICES if side.number > SAMPLE else 1
    step: timedelta = (side.end - side.start) / slices
    starts = [side.start + number * step for number in range(slices)]
    return [
        _Sampled(article)
        for start, end in pairwise([*starts, side.end])
        for article in _newest_between(engine, side, start, end, SAMPLE // slices)
    ]


def _newest_between(engine: Engine, side: Side, start: datetime, end: datetime, limit: int) -> list[Article]:
    if side.stories is None:
        hits = engine.search(all_of(side.node, Between("published", start, end)), limit=limit).hits
        return [hit.article for hit in hits]
    inside = (story.id for story in side.stories if start <= story.published < end)
    return list(engine.get(list(islice(inside, limit))).values())


def _any_of(stories: Sequence[Story]) -> Node:
    return Value("id", frozenset(story.id for story in stories))


def _candidates(
    sample: Sequence[_Sampled], other_sample: Sequence[_Sampled], words: Words
) -> list[tuple[str, str | None]]:
    """Return the words whose frequency in the first sample exceeds the other most clearly, each with its language."""
    sides = sample, other_sample
    sizes, other_sizes = (Counter(story.article.language for story in side) for side in sides)
    counts = _count_words(sample, None)
    possible = {
        language: {word for word, number in numbers.items() if number >= _FEWEST_SAMPLED and _is_possible(word)}
        for language, numbers in counts.items()
    }
    other_counts = _count_words(other_sample, possible)
    scored = sorted(
        (-by_articles(number, sizes[language], other_number, other_sizes[language]).g2, word, language or "")
        for language, some in possible.items()
        for word in some
        if (number := counts[language][word]) * other_sizes[language]
        >= (other_number := other_counts[language][word]) * sizes[language]
    )
    meaningful = (
        (word, language or None)
        for score, word, language in scored
        if score < 0 and not says_nothing(word, language, words)
    )
    return list(islice(meaningful, _CANDIDATES))


def _is_possible(word: str) -> bool:
    return len(word) > 1 and not word.isdecimal()


def _count_words(
    sample: Sequence[_Sampled], only: Mapping[str | None, Set[str]] | None
) -> Mapping[str | None, Counter[str]]:
    """Return for each language in how many stories of it each word is; with `only`, each of these words.

    Splitting stories into words takes longest, and is spared where no word of a language is looked for.
    """
    counts: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for story in sample:
        language = story.article.language
        if only is None:
            counts[language].update(story.words)
        elif wanted := only.get(language):
            counts[language].update(story.words & wanted)
    return counts


def _compare(engine: Engine, here: Side, elsewhere: Side, forms: frozenset[str]) -> Keyness | None:
    """Compare both sides; return None if too few stories here contain the word."""
    word = Forms("words", forms)
    number = engine.count(all_of(here.within, word))
    if number < _FEWEST:
        return None
    return by_articles(number, here.number, engine.count(all_of(elsewhere.within, word)), elsewhere.number)


def _newest(engine: Engine, side: Side, forms: frozenset[str]) -> tuple[str, ...]:
    hits = engine.search(all_of(side.within, Forms("words", forms)), limit=_LINKS).hits
    return tuple(hit.article.id for hit in hits)
