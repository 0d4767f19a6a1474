"""What a theme may miss: untagged stories that are like its tagged ones, and the phrases that would add most of them.

Stories are alike when they share key words: words that are surely more frequent in tagged stories than in untagged ones, by the
log-likelihood ratio of Dunning (1993), see `indexer.trends.keyness`. The theme's own words are left out, because untagged
stories lack them by definition. A story's likeness is the sum of the log ratios of its key words, as in naive Bayes. An untagged
story is like the theme when its likeness is at least half the median of the tagged ones in its language: half, because the key
words were chosen from the tagged ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.context import Words
from indexer.query.tree import STORIES, Forms, Node, Not, Phrase, all_of, word_leaves
from indexer.themes.sweep import select_tagged
from indexer.trends.keyness import SURE, Keyness, by_articles
from indexer.words import SEPARATOR, tokens

MOST_TAGGED = 500  # newest tagged stories that are read
MOST_UNTAGGED = 1_000  # newest untagged ones
_TOP = 3_000  # characters at the start of a story that are read
_FEWEST = 3  # tagged stories that a key word must appear in
_LEAST = 0.58  # log ratio: half again as frequent
_KEY_WORDS = 60  # of a language
_ADDED = 2  # like stories that a phrase must add
_CANDIDATES = 20  # phrases of a language that the engine counts
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Resembling:
    """An untagged story that is like the tagged ones, with its key words, the weightiest first."""

    article: Article
    likeness: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """A phrase that would add stories to the theme.

    Attributes:
        phrase: one word or two, as they are most often spelled.
        adds: untagged stories among those read that contain it and are like the theme.
        spoils: untagged stories among those read that contain it and are not.
        articles: all untagged articles that contain it and match the context.
        g2: keyness of the phrase in stories that are like the theme, against the other untagged ones.
    """

    phrase: str
    language: str | None
    adds: int
    spoils: int
    articles: int
    g2: float


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a theme may miss.

    Attributes:
        tagged, untagged: numbers of stories that were read.
    """

    tagged: int
    untagged: int
    resembling: tuple[Resembling, ...]
    additions: tuple[Addition, ...]


def find_gaps(engine: Engine, theme: str, query: Node, context: Node, words: Words) -> Gaps:
    """Return what a theme may miss among the untagged stories that match its context.

    Args:
        query: the theme's query without its context.

    Raises:
        EngineError: the engine cannot answer.
    """
    lacking = all_of(context, Not(select_tagged(theme)))
    tagged = _read(engine, all_of(select_tagged(theme), STORIES), MOST_TAGGED)
    untagged = _read(engine, all_of(lacking, STORIES), MOST_UNTAGGED)
    own = frozenset(
        form
        for node in (query, context)
        for leaf in word_leaves(node)
        if isinstance(leaf, Forms)
        for form in leaf.forms
    )
    resembling: list[Resembling] = []
    additions: list[Addition] = []
    for language in sorted({story.article.language for story in tagged}, key=lambda one: one or ""):
        here = [story for story in tagged if story.article.language == language]
        others = [story for story in untagged if story.article.language == language]
        keys = _key_words(here, others, language, words, own)
        if not keys:
            continue
        enough = median(story.likeness(keys) for story in here) / 2
        like = [story for story in others if story.likeness(keys) >= max(enough, _LEAST)]
        resembling += (Resembling(one.article, one.likeness(keys), one.key_words(keys)) for one in like)
        additions += _additions(engine, like, others, language, words, keys.keys() - own, lacking)
    return Gaps(
        len(tagged),
        len(untagged),
        tuple(sorted(resembling, key=lambda one: -one.likeness)[:_SHOWN]),
        tuple(sorted(additions, key=lambda one: (-one.g2, one.phrase))[:_SHOWN]),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    article: Article
    words: tuple[str, ...]
    vocabulary: frozenset[str]

    def likeness(self, keys: Mapping[str, Keyness]) -> float:
        return sum(key.log_ratio for word, key in keys.items() if word in self.vocabulary)

    def key_words(self, keys: Mapping[str, Keyness]) -> tuple[str, ...]:
        inside = (word for word in keys if word in self.vocabulary)
        return tuple(sorted(inside, key=lambda word: (-keys[word].log_ratio, word))[:_SHOWN])


def _read(engine: Engine, node: Node, most: int) -> list[_Read]:
    articles = (hit.article for hit in engine.search(node, limit=most).hits)
    read = ((one, (*tokens(one.title or ""), SEPARATOR, *tokens(one.text[:_TOP]))) for one in articles)
    return [_Read(article, words, frozenset(words) - {SEPARATOR}) for article, words in read]


def _key_words(
    here: Sequence[_Read], others: Sequence[_Read], language: str | None, words: Words, own: frozenset[str]
) -> dict[str, Keyness]:
    counts, other_counts = (Counter(word for story in side for word in story.vocabulary) for side in (here, others))
    keys = {
        word: by_articles(number, len(here), other_counts[word], len(others))
        for word, number in counts.items()
        if number >= _FEWEST and word not in own and _is_meaningful(word, language, words)
    }
    sure = [word for word, key in keys.items() if key.g2 >= SURE and key.log_ratio >= _LEAST]
    surest = sorted(sure, key=lambda word: (-keys[word].g2, word))[:_KEY_WORDS]
    return {word: keys[word] for word in surest}


def _is_meaningful(word: str, language: str | None, words: Words) -> bool:
    is_function_word = language in words.languages and words.is_function_word(word, language or "")
    return len(word) > 1 and not word.isdecimal() and not is_function_word


def _additions(
    engine: Engine,
    like: Sequence[_Read],
    others: Sequence[_Read],
    language: str | None,
    words: Words,
    keys: Iterable[str],
    lacking: Node,
) -> Iterator[Addition]:
    where = _Places(others)
    ids = {story.article.id for story in like}
    liked = frozenset(number for number, story in enumerate(others) if story.article.id in ids)
    key_words = frozenset(keys)
    spellings = Counter(
        phrase
        for story in like
        for phrase in {*((word,) for word in key_words & story.vocabulary), *_pairs(story, key_words, language, words)}
    )
    counted: list[tuple[int, int, tuple[str, ...], tuple[frozenset[str], ...]]] = []
    taken: set[tuple[frozenset[str], ...]] = set()
    for phrase, _ in spellings.most_common():
        forms = tuple(_forms(word, language, words) for word in phrase)
        if forms in taken:
            continue
        taken.add(forms)
        stories = where.of(forms)
        adds = len(stories & liked)
        if adds >= _ADDED:
            counted.append((adds, len(stories) - adds, phrase, forms))

    def keyness(adds: int, spoils: int) -> float:
        return by_articles(adds, len(liked), spoils, len(others) - len(liked)).g2

    best = sorted(counted, key=lambda one: (-keyness(one[0], one[1]), one[2]))[:_CANDIDATES]
    for adds, spoils, phrase, forms in best:
        places = tuple(Forms("words", one) for one in forms)
        node: Node = places[0] if len(places) == 1 else Phrase("words", places)
        articles = engine.count(all_of(lacking, node))
        yield Addition(" ".join(phrase), language, adds, spoils, articles, keyness(adds, spoils))


def _pairs(story: _Read, keys: frozenset[str], language: str | None, words: Words) -> Iterator[tuple[str, str]]:
    """Yield neighbouring words of which one is a key word and neither a function word."""
    for first, second in pairwise(story.words):
        is_key = first in keys or second in keys
        if is_key and all(_is_meaningful(word, language, words) for word in (first, second)):
            yield first, second


def _forms(word: str, language: str | None, words: Words) -> frozenset[str]:
    return words.forms(word, language) if language in words.languages else frozenset({word})


class _Places:
    """In which stories words and pairs of neighbours occur."""

    def __init__(self, stories: Sequence[_Read]) -> None:
        self._words: dict[str, set[int]] = defaultdict(set)
        self._after: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for number, story in enumerate(stories):
            for word in story.vocabulary:
                self._words[word].add(number)
            for first, second in pairwise(story.words):
                self._after[first][second].add(number)

    def of(self, forms: Sequence[frozenset[str]]) -> set[int]:
        """Return the numbers of the stories that contain a phrase in any of its forms."""
        if len(forms) == 1:
            return set().union(*(self._words[form] for form in forms[0] if form in self._words))
        first, second = forms
        after = [self._after[form] for form in first if form in self._after]
        return set().union(*(stories[form] for stories in after for form in second if form in stories))
