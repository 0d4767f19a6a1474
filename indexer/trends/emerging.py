"""What is new: words and phrases whose stories rose against their own past, with a stated rate of false alarms.

Candidates come from the beginnings of up to 3,000 stories of the window; each is in several of them and in several sources.
They are compared roughly with a sample of the weeks before, and the engine counts the most striking ones exactly: stories (not
copies) per window of the past. How the stories of a phrase divide between the past and the window is compared with how all
stories do: given their sum, a binomial, or a beta-binomial as far as the phrase varied more than by chance from window to
window before. A candidate is one only because several stories of the window have it, so its probability is conditional on that:
otherwise every rare phrase whose few stories happen to fall together would count. The procedure of Benjamini and Hochberg,
"Controlling the false discovery rate", JRSS B 57 (1995), over all candidates, those that were not counted exactly included,
keeps the expected part of false ones below the level.
Figures: `python -m bench.emerging`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.context import Words
from indexer.query.tree import STORIES, Between, Forms, Has, Node, Not, Phrase, Value, all_of
from indexer.trends.discoveries import discoveries
from indexer.trends.keyness import by_articles
from indexer.trends.phrases import Beginning, Folding, Places, count_phrases, find_phrases, spelled

LEVEL = 0.05  # of what is reported, the expected part that is false, at most
PAST = timedelta(days=84)  # that a window is compared with, at least four times the window itself
LEAST_PAST = 4  # windows of the past that have articles
FEWEST = 3  # stories
SOURCES, SOURCES_OF_FEW, FEW = 3, 2, 6  # sources a phrase must have; where fewer than six write in a language, two
READ, READ_BEFORE = 3_000, 1_500  # stories whose beginnings are read, now and of the past
_SLICES = 14
_AT_ONCE = 1_000  # hits of a search, at most
_COUNTED = 100  # candidates that are counted exactly
_LEAST_RISE = 2.0  # times the usual
_PART = 0.7  # of the stories of a shorter phrase that make a longer one the better name of both
_SAME = 0.5  # of the stories of either that two phrases share when they are about the same
_LINKS = 3
_POISSON = 1.001  # dispersion up to which counts are as noisy as chance


@dataclass(frozen=True, slots=True)
class Emerging:
    """A word or phrase whose stories rose.

    Attributes:
        phrase: as it is most often written.
        places: for each of its words, all forms that count.
        also: other risen phrases of mostly the same stories.
        stories: stories of the window that have it.
        sources: their sources.
        expected: the usual number of stories in such a window.
        chance: the probability of so many without a reason, not corrected for the number of candidates.
        newest: its newest stories.
    """

    phrase: str
    language: str | None
    places: tuple[frozenset[str], ...]
    also: tuple[str, ...]
    stories: int
    sources: int
    expected: float
    chance: float
    newest: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class News:
    """What is new in a window.

    Attributes:
        stories: stories of the window, of sources that wrote before it too.
        read: how many of them were read for candidates.
        past: stories of the past they are compared with.
        since: start of that past; None where there is too little of it to compare.
        new_sources: sources that wrote nothing in the past and are left out.
        candidates: words and phrases that were compared.
        phrases: those that rose, the surest first.
    """

    stories: int
    read: int
    past: int
    since: datetime | None
    new_sources: tuple[str, ...]
    candidates: int
    phrases: tuple[Emerging, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A word or phrase of the stories that were read.

    Attributes:
        where: numbers of those that have it.
        least: of them that it takes to be a candidate.
        sources: that it takes to be reported.
        g2: how striking it is.
    """

    folding: Folding
    language: str | None
    places: Places
    where: frozenset[int]
    least: int
    sources: int
    g2: float

    @property
    def node(self) -> Node:
        forms = tuple(Forms("words", self.folding.forms(word)) for word in self.places)
        return forms[0] if len(forms) == 1 else Phrase("words", forms)


@dataclass(frozen=True, slots=True)
class _Risen:
    candidate: _Candidate
    stories: int
    sources: int
    expected: float
    chance: float


def find_emerging(engine: Engine, node: Node, *, start: datetime, end: datetime, words: Words, most: int = 20) -> News:
    """Return what is new among the stories that match.

    Args:
        node: the articles that count, such as those that no theme has.
        start, end: the window.
        most: phrases that are returned.

    Raises:
        EngineError: the engine is unavailable.
    """
    edges = _edges(engine, start, end)
    past_sources = engine.tally(Between("published", edges[0], start), "source")
    own_sources = engine.tally(all_of(node, STORIES, Between("published", start, end)), "source")
    new = tuple(sorted(own_sources.keys() - past_sources.keys()))
    within = all_of(node, STORIES, Value("source", frozenset(past_sources)))
    now, before = (all_of(within, Between("published", *span)) for span in ((start, end), (edges[0], start)))
    number, past = engine.count(now), engine.count(before)
    if len(edges) - 2 < LEAST_PAST or not past:
        return News(number, 0, past, None, new, 0, ())
    stories = _read(engine, within, start, end, READ, number)
    others = _read(engine, within, edges[0], start, READ_BEFORE, past)
    candidates: list[_Candidate] = []
    totals: dict[str | None, Sequence[int]] = {}
    for language, read in stories.items():
        candidates += _candidates(language, read, others.get(language, ()), words, is_sample=number > READ)
    striking = sorted(candidates, key=lambda one: (-one.g2, one.places))[:_COUNTED]
    risen: list[_Risen] = []
    for one in striking:
        own = all_of(within, _in_language(one.language))
        if one.language not in totals:
            totals[one.language] = _counts(engine, own, edges)
        part = min(1.0, READ / number)
        risen += _compare(engine, all_of(own, one.node), one, edges, totals[one.language], part)
    sure = _without_repetition(_surest(risen, len(candidates)))
    groups = _grouped(sure)[:most]
    return News(
        number,
        sum(map(len, stories.values())),
        past,
        edges[0],
        new,
        len(candidates),
        tuple(_emerging(engine, within, group, stories, start, end) for group in groups),
    )


def _edges(engine: Engine, start: datetime, end: datetime) -> list[datetime]:
    """Return the edges of the windows of the past, none from before the first article, and of the window itself."""
    length = end - start
    number = max(LEAST_PAST, PAST // length)
    edges = [start - length * back for back in range(number, 0, -1)]
    counts = _counts(engine, STORIES, [*edges, start])
    first = next((place for place, count in enumerate(counts) if count), number)
    if first and first < number:
        first += 1  # the window in which collecting began is not whole
    return [*edges[first:], start, end]


def _counts(engine: Engine, node: Node, edges: Sequence[datetime]) -> list[int]:
    return [count.stories for count in engine.histogram(node, edges)[""]]


def _in_language(language: str | None) -> Node:
    return Not(Has("language")) if language is None else Value("language", frozenset({language}))


def _read(
    engine: Engine, node: Node, start: datetime, end: datetime, most: int, number: int
) -> dict[str | None, list[Beginning]]:
    """Return language → beginnings of the stories of a span, or of the newest of each slice of it where there are more."""
    slices = _SLICES if number > most else -(-most // _AT_ONCE)
    step = (end - start) / slices
    edges = [*(start + step * place for place in range(slices)), end]
    read: dict[str | None, list[Beginning]] = {}
    for first, last in pairwise(edges):
        for hit in _newest(
            engine, all_of(node, Between("published", first, last)), most // slices if number > most else most
        ):
            read.setdefault(hit.language, []).append(Beginning.of(hit))
    return read


def _newest(engine: Engine, node: Node, most: int) -> list[Article]:
    articles: list[Article] = []
    after: int | None = None
    while len(articles) < most:
        page = engine.search(node, limit=min(_AT_ONCE, most - len(articles)), after=after)
        articles += [hit.article for hit in page.hits]
        after = page.after
        if after is None:
            break
    return articles


def _candidates(
    language: str | None, stories: Sequence[Beginning], others: Sequence[Beginning], words: Words, *, is_sample: bool
) -> list[_Candidate]:
    folding = Folding(stories, language, words)
    writing = {story.source for story in stories}
    sources = SOURCES if len(writing) >= FEW else SOURCES_OF_FEW
    least = 2 if is_sample else FEWEST
    phrases = find_phrases(stories, folding, least=least, sources=min(sources, least))
    before = count_phrases(others, folding, phrases)
    return [
        _Candidate(
            folding,
            language,
            places,
            frozenset(where),
            least,
            sources,
            by_articles(len(where), len(stories), before[places], len(others)).g2 if others else float(len(where)),
        )
        for places, where in phrases.items()
    ]


def _compare(
    engine: Engine, node: Node, one: _Candidate, edges: Sequence[datetime], totals: Sequence[int], part: float
) -> list[_Risen]:
    """Return the candidate with its exact figures; nothing where it has too few stories or sources, or did not rise.

    Args:
        part: of the stories of the window that were read.
    """
    *past, here = _counts(engine, node, edges)
    *past_totals, total = totals
    if here < FEWEST or not sum(past_totals):
        return []
    share = sum(past) / sum(past_totals)
    expected = share * total
    if here < _LEAST_RISE * expected:
        return []
    tally = engine.tally(all_of(node, Between("published", edges[-2], edges[-1])), "source")
    if len(tally) < one.sources:
        return []
    dispersion = _dispersion(past, past_totals, share)
    together, now = here + sum(past), total / (total + sum(past_totals))
    chosen = _chance(one.least, together, part * now, dispersion)  # of being a candidate at all
    return [_Risen(one, here, len(tally), expected, min(1.0, _chance(here, together, now, dispersion) / chosen))]


def _dispersion(past: Sequence[int], totals: Sequence[int], share: float) -> float:
    """Return how many times more the counts of the past varied than by chance, at least 1 (Pearson)."""
    usual = [(count, share * total) for count, total in zip(past, totals, strict=True) if share * total]
    if len(usual) < 2:
        return 1.0
    return max(1.0, sum((count - mean) ** 2 / mean for count, mean in usual) / (len(usual) - 1))


def _chance(count: int, together: int, part: float, dispersion: float) -> float:
    """Return the probability that `count` or more of the stories fall into a part of the time, a share of all stories.

    Args:
        together: the stories, in that part and outside it.
        dispersion: variance / mean of their number in a window. Negative binomials divide by a beta-binomial.
    """
    if count > together:
        return 0.0
    inside, outside = math.log(part), math.log1p(-part)
    first = second = 0.0
    if dispersion > _POISSON:
        first, second = (together * each / (dispersion - 1) for each in (part, 1 - part))

    def logarithm(number: int) -> float:
        rest = together - number
        ways = math.lgamma(together + 1) - math.lgamma(number + 1) - math.lgamma(rest + 1)
        if not first:
            return ways + number * inside + rest * outside
        return ways + _beta(number + first, rest + second) - _beta(first, second)

    total = 0.0
    for number in range(count, together + 1):
        term = math.exp(logarithm(number))
        total += term
        if term < 1e-12 * total and number > together * part:
            break
    return min(1.0, total)


def _beta(first: float, second: float) -> float:
    return math.lgamma(first) + math.lgamma(second) - math.lgamma(first + second)


def _surest(risen: Sequence[_Risen], candidates: int) -> list[_Risen]:
    """Return those that are sure, the surest first. Candidates that were not counted count as if chance explained them."""
    ordered = sorted(risen, key=lambda one: (one.chance, -one.stories, one.candidate.places))
    return ordered[: discoveries([one.chance for one in ordered], LEVEL, among=candidates)]


def _without_repetition(risen: Sequence[_Risen]) -> list[_Risen]:
    """Return them without words that mostly occur in a longer phrase, and without longer phrases that rarely do."""
    dropped: set[int] = set()
    for shorter in risen:
        for longer in risen:
            if len(shorter.candidate.places) < len(longer.candidate.places) and _is_in(shorter, longer):
                is_name = longer.stories >= _PART * shorter.stories
                dropped.add(id(shorter if is_name else longer))
    return [one for one in risen if id(one) not in dropped]


def _is_in(shorter: _Risen, longer: _Risen) -> bool:
    inner, outer = shorter.candidate, longer.candidate
    if inner.language != outer.language:
        return False
    length = len(inner.places)
    return any(outer.places[first : first + length] == inner.places for first in range(len(outer.places) - length + 1))


def _grouped(risen: Sequence[_Risen]) -> list[list[_Risen]]:
    """Return them in groups that have mostly the same stories, each after its surest member."""
    groups: list[list[_Risen]] = []
    for one in risen:
        group = next((group for group in groups if _is_same(group[0], one)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    return groups


def _is_same(first: _Risen, second: _Risen) -> bool:
    one, other = first.candidate, second.candidate
    shared = len(one.where & other.where)
    return one.language == other.language and shared >= _SAME * len(one.where | other.where)


def _emerging(
    engine: Engine,
    within: Node,
    group: Sequence[_Risen],
    stories: Mapping[str | None, Sequence[Beginning]],
    start: datetime,
    end: datetime,
) -> Emerging:
    first = group[0]
    one = first.candidate
    span = Between("published", start, end)
    newest = engine.search(all_of(within, _in_language(one.language), one.node, span), limit=_LINKS).hits
    names = [_spelled(member.candidate, stories) for member in group]
    return Emerging(
        phrase=names[0],
        language=one.language,
        places=tuple(one.folding.forms(word) for word in one.places),
        also=tuple(dict.fromkeys(names[1:])),
        stories=first.stories,
        sources=first.sources,
        expected=first.expected,
        chance=first.chance,
        newest=tuple(hit.article for hit in newest),
    )


def _spelled(one: _Candidate, stories: Mapping[str | None, Sequence[Beginning]]) -> str:
    own = stories[one.language]
    return spelled((own[number] for number in sorted(one.where)), one.folding, one.places)
