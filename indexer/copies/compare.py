"""How two texts are related: copies of one another, one carried within the other, similar texts about different things, or none.

Words count as shared when they stand in a run of three that both texts have. What is not shared decides. An editor changes words
here and there, cuts, adds, or rewrites a passage in other words about the same things. Two texts made from one template differ in
a passage about different things, in their numbers, or in a name.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum, auto
from operator import itemgetter

from indexer.copies.recent import Recent
from indexer.copies.signature import NAME, Signature, unpacked

LEAST = 8  # words; shorter texts are copies only when equal
SHARED = 0.66  # of the shorter text's words, in a copy
CARRIED = 0.7  # of the shorter text's words, in a text that carries it
CONTAINED = 0.9  # of the shorter text's words, in a text from which it was cut
LONGER = 2.75  # times as many words; a text that much longer than another does not copy it but carries it
LEAST_CARRIED = 30  # words
_RUN = 3
_SHORT = 60  # words; in shorter texts a single number is enough to make another report of it
_SHORT_NAMES = 40  # words; the same for a single name
_PASSAGE = 4  # words in a row that are not shared; fewer are an edit
_OWN = {
    True: 0.045,
    False: 0.12,
}  # by same source: share of words about other things in such passages of another report
_LISTED = 0.33  # share of names in a list of participants
_FEW_PLACES = 3  # in which all words about other things stand, where one source has filled in a template
_FILLED_IN = 0.014  # share of such words, at least one, by which two texts of one template differ
_SAME_SPELLING = 0.75  # similarity of two words that are one in two spellings
_MOST_SPELLED = 20  # words compared letter by letter with one
_SAME_THINGS = 0.4  # share of the long words of a passage that occur in the other text, where it is only rewritten
_STEM = 5  # letters by which two words are taken for the same one
_KEPT_WORDS = 250_000  # of the texts compared last, which take 300 to 450 bytes for each of their words
_CORRECTED = (
    "correct",
    "исправл",
    "уточн",
    "виправл",
    "korrig",
    "korrektur",
    "berichtig",
    "rectifi",
    "corrig",
    "sprostow",
    "poprawi",
)


class Kind(StrEnum):
    """How two texts are related."""

    COPY = auto()
    CARRIED = auto()  # the longer one carries the shorter one
    SIBLING = auto()  # much is the same, but they report different things
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Relation:
    """How two texts are related, whichever comes first.

    Attributes:
        alike: share of the words of both texts together that they share, 0 to 1.
        is_contained: whether nearly all of the shorter text stands in the longer one.
    """

    kind: Kind
    alike: float = 0.0
    is_contained: bool = False


UNRELATED = Relation(Kind.NONE)


def compare(one: Signature, other: Signature, *, same_source: bool) -> Relation:
    """Return how two texts are related; the order of the two makes no difference."""
    if one.digest == other.digest:
        return Relation(Kind.COPY, 1.0, is_contained=True)
    short, long = sorted((one, other), key=lambda text: (text.length, text.digest))
    if short.length < LEAST:
        return UNRELATED
    # Not the digests of the texts: two texts may have the same words and other names.
    pair = (hashlib.blake2b(text.content, digest_size=16).digest() for text in (short, long))
    key = bytes([same_source]).join(pair)
    relation = _relations.get(key)
    if relation is None:
        relation = _compare(short.content, long.content, same_source)
        _relations.keep(key, relation)
    return relation


def _compare(short_content: bytes, long_content: bytes, same_source: bool) -> Relation:
    short, long = _parsed(short_content), _parsed(long_content)
    covered = short.covered_by(long)
    shared = sum(covered) / len(covered)
    if shared < SHARED:
        return UNRELATED
    covering = long.covered_by(short)
    alike = (sum(covered) + sum(covering)) / (len(covered) + len(covering))
    mine, theirs = _Own(short, long, covered), _Own(long, short, covering)
    if _differ(mine, theirs, same_source):
        return Relation(Kind.SIBLING, alike)
    if len(covering) < LONGER * len(covered):
        return Relation(Kind.COPY, alike, is_contained=shared >= CONTAINED)
    if shared < CARRIED or len(covered) < LEAST_CARRIED:
        return UNRELATED
    return Relation(Kind.CARRIED, alike, is_contained=shared >= CONTAINED)


class _Parsed:
    """The words of a text and what is looked up in them."""

    def __init__(self, marked: Sequence[str]) -> None:
        self.words = [word.removeprefix(NAME) for word in marked]
        self.names = {word[1:] for word in marked if word.startswith(NAME)}
        self.is_list = sum(word.startswith(NAME) for word in marked) >= _LISTED * len(marked)
        self.runs = set(zip(*(self.words[start:] for start in range(_RUN)), strict=False))
        self.all = set(self.words)
        self.stems = {word[:_STEM] for word in self.all}
        self.numbers = {word for word in self.all if _is_number(word)}
        self.is_corrected = any(word.startswith(_CORRECTED) for word in self.all)

    def covered_by(self, other: _Parsed) -> list[bool]:
        """Tell of each word whether it stands in a run of words that the other text has too."""
        covered = [False] * len(self.words)
        runs = zip(*(self.words[start:] for start in range(_RUN)), strict=False)
        for place, run in enumerate(runs):
            if run in other.runs:
                covered[place : place + _RUN] = [True] * _RUN
        return covered


_relations: Recent[Relation] = Recent(20_000)
_texts: Recent[_Parsed] = Recent(_KEPT_WORDS)


def _parsed(content: bytes) -> _Parsed:
    text = _texts.get(content)
    if text is None:
        text = _Parsed(unpacked(content))
        _texts.keep(content, text, len(text.words))
    return text


class _Own:
    """What a text says that another does not."""

    def __init__(self, text: _Parsed, other: _Parsed, covered: Sequence[bool]) -> None:
        self.text, self._other = text, other
        self._gaps = list(_gaps(text.words, covered))
        own = set(itertools.chain(*self._gaps))
        self.numbers = {word for word in own if _is_number(word)} - other.numbers
        self.names = {word for word in own & text.names if word[:_STEM] not in other.stems}
        passages = list(itertools.chain(*(gap for gap in self._gaps if len(gap) >= _PASSAGE)))
        long_words = sum(map(_is_long, passages))
        self.foreign = self._foreign_in(passages)
        self.is_rewritten = long_words - len(self.foreign) >= _SAME_THINGS * long_words

    def places(self) -> list[list[str]]:
        """Return the words about other things, by the place in which they stand."""
        return [words for gap in self._gaps if (words := self._foreign_in(gap))]

    def _foreign_in(self, words: Sequence[str]) -> list[str]:
        return [word for word in words if _is_long(word) and word[:_STEM] not in self._other.stems]


def _are_filled_in(mine: _Own, theirs: _Own, length: int) -> bool:
    """Tell whether two texts of one source differ in a few places, as if a template had been filled in."""
    places = mine.places(), theirs.places()
    if not all(0 < len(own) <= _FEW_PLACES for own in places):
        return False
    here, there = (list(itertools.chain(*own)) for own in places)
    if min(len(here), len(there)) < max(1.0, _FILLED_IN * length):
        return False
    return not all(any(_is_spelled_alike(word, other) for other in there[:_MOST_SPELLED]) for word in here)


def _is_spelled_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SAME_SPELLING


def _differ(mine: _Own, theirs: _Own, same_source: bool) -> bool:
    """Tell whether two texts that share most of their words report different things."""
    length = len(mine.text.words)
    if mine.text.is_corrected != theirs.text.is_corrected:
        return False
    if mine.numbers and theirs.numbers:
        many = len(mine.numbers) >= max(3, 0.4 * len(mine.text.numbers))
        if length < _SHORT or many or (same_source and len(mine.numbers) >= max(2, 0.6 * len(mine.text.numbers))):
            return True
    if length < _SHORT_NAMES and mine.names and theirs.names:
        return True
    if same_source and mine.text.is_list and _are_filled_in(mine, theirs, length):
        return True
    least = max(2.0, _OWN[same_source] * length)
    is_other = len(mine.foreign) >= least and len(theirs.foreign) >= least
    return is_other and not mine.is_rewritten and not theirs.is_rewritten


def _gaps(words: Sequence[str], covered: Sequence[bool]) -> Iterator[list[str]]:
    """Yield each run of words that are not shared."""
    for is_shared, run in itertools.groupby(zip(words, covered, strict=True), key=itemgetter(1)):
        if not is_shared:
            yield [word for word, _ in run]


def _is_long(word: str) -> bool:
    return len(word) >= _STEM - 1


def _is_number(word: str) -> bool:
    return word[0].isdigit()
