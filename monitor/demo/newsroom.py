"""Three months of sample news around the written articles: generated ones, as many a day as a small list of sources has.

They have what the news of a real list has: weekdays and weekends, themes that grow and fade, days on which something happened,
wire reports that others carry, pages that change afterwards, and days on which a source fell silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from config.sources import SourceClass
from monitor.demo.content import Content, Outlet, Revision, SampleArticle, article_url, newest_first
from monitor.demo.grammar import Writer, grammar_of

DAYS = 90
_SEED = "Parley"
_PLAIN = "plain"
_WEEKEND = 0.45  # of what a weekday has
_COPIED = 0.35  # of the reports that an outlet republishes at all
_REVISED = 0.4  # of the newest articles of outlets whose feeds say when an article changed
_REVISED_DAYS = 20
_STATES_UPDATES = "atom"  # the format of such feeds

_A_WEEKDAY: Mapping[str, float] = {
    "northern-wire": 2.0,
    "agence-meridienne": 1.1,
    "derzhavny-kurier": 1.6,
    "polnochny-mayak": 1.3,
    "rankova-brama": 1.1,
    "stepova-khvylia": 1.1,
    "auental-rundschau": 1.3,
    "vigie-des-quais": 0.9,
    "dziennik-modrzewiowy": 1.1,
    "harbour-courier": 1.1,
    "tretya-vyshka": 0.6,
    "shtab-kalyna": 0.5,
    "grenzfragen": 0.15,
    "lowland-institute": 0.15,
    "osrodek-brzeg": 0.2,
    "contact-group": 0.15,
}
"""How many articles an outlet writes on a weekday."""

_CARRIERS: Mapping[str, tuple[str, ...]] = {
    "northern-wire": ("continental-digest", "harbour-courier"),
    "agence-meridienne": ("vigie-des-quais", "continental-digest"),
    "derzhavny-kurier": ("tretya-vyshka",),
    "rankova-brama": ("stepova-khvylia",),
}
"""Who republishes whose reports."""

_HEADLINE = "northern-wire/delegations-agree-seven-day-truce"
_CARRY_IT = ("harbour-courier", "contact-group", "lowland-institute")

SILENCES: Mapping[str, tuple[range, ...]] = {
    "northern-wire": (range(13, 15),),
    "agence-meridienne": (range(13, 15),),
    "auental-rundschau": (range(13, 15),),
    "continental-digest": (range(13, 15),),
    "dziennik-modrzewiowy": (range(26, 27),),
    "stepova-khvylia": (range(61, 64),),
}
"""The days, counted back from today, on which a source could not be reached."""

_USUAL: Mapping[str, float] = {
    _PLAIN: 5.0, "negotiations": 1.6, "truce": 0.8, "peace-terms": 0.7, "guarantees": 0.8, "mediators": 0.6, "escalation": 0.9,
    "nuclear": 0.5, "arms": 1.0, "casualties": 0.9, "withdrawal": 0.8, "sanctions": 0.9, "war-economy": 0.7, "repression": 0.7,
    "imperial-rhetoric": 0.5,
}  # fmt: skip
"""How often a theme is written about, in proportion to the others."""

_FAVOURITES: Mapping[SourceClass, Mapping[str, float]] = {
    "state": {"imperial-rhetoric": 6.0, "nuclear": 3.0, "withdrawal": 2.0, "repression": 0.1, "casualties": 0.5},
    "independent": {"repression": 2.5, "imperial-rhetoric": 0.6},
    "military": {_PLAIN: 0.1, "arms": 3.0, "withdrawal": 3.0, "escalation": 2.0},
    "think tank": {_PLAIN: 0.1, "guarantees": 3.0, "peace-terms": 3.0, "nuclear": 2.0},
    "institution": {
        "negotiations": 9.0,
        "mediators": 9.0,
        _PLAIN: 0,
        "repression": 0,
        "withdrawal": 0,
        "imperial-rhetoric": 0,
    },
}
"""How much more often than others a class of outlets writes about a theme."""

_COURSES: Mapping[str, tuple[float, float]] = {
    "arms": (0.4, 1.7),
    "nuclear": (2.0, 0.4),
    "negotiations": (0.7, 1.3),
    "war-economy": (0.6, 1.3),
    "withdrawal": (1.5, 0.6),
}
"""By how much a theme is above or below its usual share, 90 days ago and today."""

_EVENTS: Mapping[str, Mapping[int, int]] = {
    "truce": {6: 15, 5: 11, 4: 8, 3: 6, 2: 4, 1: 3},
    "sanctions": {2: 9, 1: 6},
    "casualties": {12: 11, 11: 4},
    "escalation": {17: 5, 16: 12, 15: 5},
    "negotiations": {21: 10, 20: 6, 6: 4},
    "guarantees": {39: 11, 38: 5},
    "nuclear": {50: 10},
    "peace-terms": {64: 10, 63: 5},
    "arms": {75: 9},
}
"""What happened: theme → days before today → articles beyond the usual ones."""


@dataclass(frozen=True, slots=True)
class _Assignment:
    """An article to write: who, when, and about what."""

    outlet: Outlet
    on: date
    theme: str


def newsroom(written: Content) -> Content:
    """Return the written articles among three months of generated ones; the same day gives the same articles."""
    random = Random(_SEED)
    languages = sorted({outlet.language for outlet in written.outlets.values()})
    writers = {language: Writer(grammar_of(language), random) for language in languages}
    authors = _authors(written)
    articles = [*written.articles, *_carried(written, random)]
    for number, assignment in enumerate(_assignments(written, random)):
        outlet = assignment.outlet
        article = _article(assignment, 1_000 + number, writers[outlet.language], authors.get(outlet.id, ()), random)
        if _is_revised(article, outlet, written.today, random):
            article = replace(article, revision=_revision(article, writers[outlet.language], assignment))
        articles += [article, *_copies(article, written, random)]
    return replace(written, articles=tuple(sorted(articles, key=newest_first)))


def _carried(written: Content, random: Random) -> Iterator[SampleArticle]:
    """Yield the articles with which many outlets carry the report that started it all."""
    [report] = (article for article in written.articles if article.key == _HEADLINE)
    for outlet in _CARRY_IT:
        yield _copy(report, written.outlets[outlet], written, random)


def is_silent(outlet: str, days_ago: int) -> bool:
    """Return whether an outlet could not be reached on that day."""
    return any(days_ago in days for days in SILENCES.get(outlet, ()))


def _authors(content: Content) -> dict[str, tuple[str, ...]]:
    authors: dict[str, set[str]] = {}
    for article in content.articles:
        if article.author:
            authors.setdefault(article.outlet, set()).add(article.author)
    return {outlet: tuple(sorted(names)) for outlet, names in authors.items()}


def _assignments(content: Content, random: Random) -> Iterator[_Assignment]:
    """Yield what is written on each day, the oldest day first."""
    for days_ago in range(DAYS, 0, -1):
        on = content.today - timedelta(days=days_ago)
        rates = {id: rate for id, rate in _A_WEEKDAY.items() if not is_silent(id, days_ago)}
        for id, rate in rates.items():
            outlet = content.outlets[id]
            for _ in range(_whole(rate * (_WEEKEND if on.weekday() >= 5 else 1), random)):
                yield _Assignment(outlet, on, _theme(outlet.source_class, days_ago, random))
        for theme, event in _EVENTS.items():
            for id in random.choices(list(rates), list(rates.values()), k=event.get(days_ago, 0)):
                yield _Assignment(content.outlets[id], on, theme)


def _whole(rate: float, random: Random) -> int:
    """Return a whole number that is the rate on average."""
    return int(rate) + (random.random() < rate % 1)


def _theme(source_class: SourceClass, days_ago: int, random: Random) -> str:
    favourites = _FAVOURITES.get(source_class, {})
    weights = [
        usual * favourites.get(theme, 1.0) * _course(theme, 1 - days_ago / DAYS) for theme, usual in _USUAL.items()
    ]
    return random.choices(list(_USUAL), weights)[0]


def _course(theme: str, part: float) -> float:
    """Return by how much a theme is above its usual share, after this part of the three months."""
    first, last = _COURSES.get(theme, (1.0, 1.0))
    return first + (last - first) * part


def _article(
    assignment: _Assignment, number: int, writer: Writer, authors: tuple[str, ...], random: Random
) -> SampleArticle:
    outlet, theme = assignment.outlet, assignment.theme
    is_channel = outlet.format == "channel"
    title, paragraphs = writer.write(theme, assignment.on, is_long=not is_channel)
    slug = str(number) if is_channel else f"{theme}-{number}"
    published = _moment(assignment.on, random)
    return SampleArticle(
        outlet=outlet.id,
        slug=slug,
        url=article_url(outlet, outlet.path, slug, published),
        language=outlet.language,
        title=title,
        paragraphs=paragraphs,
        published=published,
        updated=published,
        precision="second",
        author=random.choice(authors) if authors else None,
        themes=frozenset() if theme == _PLAIN else frozenset({theme}),
        original=None,
        serving="page",
    )


def _moment(on: date, random: Random) -> datetime:
    """Return a time of the working day, in UTC."""
    return datetime.combine(on, time(), UTC) + timedelta(seconds=random.triangular(5, 21, 10) * 3_600 // 1)


def _is_revised(article: SampleArticle, outlet: Outlet, today: date, random: Random) -> bool:
    age = (today - (article.published or datetime.now(UTC)).date()).days
    return outlet.format == _STATES_UPDATES and age <= _REVISED_DAYS and random.random() < _REVISED


def _revision(article: SampleArticle, writer: Writer, assignment: _Assignment) -> Revision:
    """Return a version whose last paragraph is another one."""
    _, paragraphs = writer.write(assignment.theme, assignment.on, is_long=True)
    updated = (article.published or datetime.now(UTC)) + timedelta(hours=2)
    return Revision(paragraphs=(*article.paragraphs[:-1], paragraphs[-1]), updated=updated)


def _copies(original: SampleArticle, content: Content, random: Random) -> Iterator[SampleArticle]:
    """Yield the articles of outlets that carry a report."""
    for id in _CARRIERS.get(original.outlet, ()):
        if not original.themes or random.random() > _COPIED:
            continue
        copy = _copy(original, content.outlets[id], content, random)
        days_ago = (content.today - (copy.published or datetime.now(UTC)).date()).days
        if days_ago and not is_silent(id, days_ago):
            yield copy


def _copy(original: SampleArticle, outlet: Outlet, content: Content, random: Random) -> SampleArticle:
    """Return the article with which an outlet carries a report, hours after it."""
    published = (original.published or datetime.now(UTC)) + timedelta(seconds=random.randrange(900, 5 * 3_600))
    pattern = random.choice(grammar_of(original.language).copied)
    text = pattern.format(wire=content.outlets[original.outlet].name, text=original.text)
    slug = original.slug.rpartition("-")[2]
    return replace(
        original,
        outlet=outlet.id,
        slug=slug,
        url=article_url(outlet, outlet.path, slug, published),
        paragraphs=tuple(text.split("\n\n")),
        published=published,
        updated=published,
        author=None,
        original=original.key,
        revision=None,
    )
