"""The words and phrases at the beginnings of stories, each in all its inflected forms: what may be new about them."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from sys import intern

from indexer.article import Article
from indexer.query.context import Words
from indexer.trends.common_words import says_nothing
from indexer.words import SEPARATOR, spans, tokens

_TOP = 1_000  # characters at the start of a text that are read, besides the title
_LONGEST = 3  # words of a phrase
_HYPHENS = ("-", "\u2010", "\u2011")
_BUCKETS, _FULL = 1 << 20, 65_535  # of a table of two megabytes, and the most that one counts
_LOOKED_UP = 10_000  # words whose forms are looked up, each of which takes up to 0.1 ms

Places = tuple[str, ...]  # of a phrase: for each place the word that stands for all its forms


@dataclass(frozen=True, slots=True)
class Beginning:
    """The beginning of a story.

    Attributes:
        head: its title and the start of its text, as written.
        words: their words, folded.
    """

    id: str
    source: str
    head: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, article: Article) -> Beginning:
        """Return the beginning of an article."""
        title, text = article.title or "", article.text[:_TOP]
        if text.startswith(title):  # as in channels, whose titles are made of their texts
            title = ""
        words = tuple(map(intern, (*tokens(title), SEPARATOR, *tokens(text))))  # most words are in many texts
        return cls(article.id, article.source, f"{title}\n{text}", words)


class Folding:
    """Which word stands for all forms of a word, among the words of these stories.

    The commonest spelling of several forms stands for the others. Of very many words, the rarest fold only into a commoner form.
    """

    def __init__(self, stories: Iterable[Beginning], language: str | None, words: Words) -> None:
        self._language, self._words = language, words
        frequency = Counter(word for story in stories for word in set(story.words))
        self._standing: dict[str, str] = {}
        looked_up = 0
        for word in sorted(frequency, key=lambda word: (-frequency[word], word)):
            if looked_up < _LOOKED_UP and word not in self._standing:
                looked_up += 1
                for form in self.forms(word):
                    self._standing.setdefault(form, word)

    def forms(self, word: str) -> frozenset[str]:
        """Return all forms of a word."""
        if self._language not in self._words.languages:
            return frozenset({word})
        return self._words.forms(word, self._language or "")

    def fold(self, words: Iterable[str]) -> list[str]:
        """Return for each word the one that stands for it."""
        return [self._standing.get(word, word) for word in words]

    def is_meaningful(self, word: str) -> bool:
        """Return whether a phrase may begin and end with the word: no function word, number, month or day of the week."""
        if len(word) < 2 or not any(letter.isalpha() for letter in word):
            return False
        return not says_nothing(word, self._language, self._words)


def find_phrases(stories: Sequence[Beginning], folding: Folding, *, least: int, sources: int) -> dict[Places, set[int]]:
    """Return the words and phrases of two and three words, each with the numbers of the stories that have it.

    Args:
        least: stories that each must be in.
        sources: sources that these stories must be of.
    """
    folded = [folding.fold(story.words) for story in stories]
    known: dict[Places, set[int]] = {}
    for length in range(1, _LONGEST + 1):
        known |= _frequent(folded, known, length, least)
    meaningful = {word: folding.is_meaningful(word) for (word, *others) in known if not others}
    return {
        places: numbers
        for places, numbers in known.items()
        if meaningful[places[0]]
        and meaningful[places[-1]]
        and len({stories[number].source for number in numbers}) >= sources
    }


def count_phrases(stories: Iterable[Beginning], folding: Folding, phrases: Mapping[Places, object]) -> Counter[Places]:
    """Return in how many stories each of the phrases is."""
    counts: Counter[Places] = Counter()
    for story in stories:
        counts.update(phrase for phrase in set(_runs(folding.fold(story.words))) if phrase in phrases)
    return counts


def spelled(stories: Iterable[Beginning], folding: Folding, places: Places) -> str:
    """Return a phrase as these stories most often write it."""
    spellings: Counter[str] = Counter()
    for story in stories:
        written = list(spans(story.head))
        folded = folding.fold(word for word, _, _ in written)
        for first in range(len(folded) - len(places) + 1):
            if tuple(folded[first : first + len(places)]) == places:
                spellings[_written(story.head, written[first : first + len(places)])] += 1
    return min(spellings, key=lambda one: (-spellings[one], one), default=" ".join(places))


def _written(head: str, words: Sequence[tuple[str, int, int]]) -> str:
    """Return words as they stand in a text, without what stands between them but hyphens."""
    parts = [head[words[0][1] : words[0][2]]]
    for (_, _, end), (_, start, last) in pairwise(words):
        parts += "-" if head[end:start] in _HYPHENS else " ", head[start:last]
    return "".join(parts)


def _frequent(
    stories: Sequence[Sequence[str]], known: Mapping[Places, object], length: int, least: int
) -> dict[Places, set[int]]:
    """Return the phrases of a length that enough stories have, with these stories.

    Most of the phrases of many texts are in one text alone, and to remember them all takes hundreds of megabytes. So stories are
    counted by the hash of the phrase first, and only what may be frequent is remembered (Park, Chen and Yu, "An effective
    hash-based algorithm for mining association rules", SIGMOD 1995).
    """
    counts = array("H", bytes(2 * _BUCKETS))
    for words in stories:
        for bucket in {hash(places) % _BUCKETS for places in _grown(words, known, length)}:
            counts[bucket] = min(counts[bucket] + 1, _FULL)
    where: dict[Places, set[int]] = defaultdict(set)
    for number, words in enumerate(stories):
        for places in _grown(words, known, length):
            if counts[hash(places) % _BUCKETS] >= least:
                where[places].add(number)
    return {places: numbers for places, numbers in where.items() if len(numbers) >= least}


def _grown(words: Sequence[str], known: Mapping[Places, object], length: int) -> Iterator[Places]:
    """Yield the phrases of a length in a text whose beginnings and ends are frequent."""
    for first in range(len(words) - length + 1):
        places = tuple(words[first : first + length])
        if SEPARATOR not in places and (length == 1 or (places[1:] in known and places[:-1] in known)):
            yield places


def _runs(words: Sequence[str]) -> Iterator[Places]:
    for length in range(1, _LONGEST + 1):
        for first in range(len(words) - length + 1):
            yield tuple(words[first : first + length])
