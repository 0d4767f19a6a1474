"""A theme spoken of every day for months, and one day on which it is spoken of more, for a reason that is planted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from indexer.article import Article
from tests.support.builders import article

FIRST = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LENGTH = 120  # days
SPIKE = FIRST + 110 * DAY
USUAL = ("delegation", "statement", "front", "winter", "budget", "harvest", "railway", "weather", "school", "river")
REASON = ("helsinki", "summit")  # the planted words; in Russian "саммит" in several forms
RUSSIAN = ("саммит", "саммита", "саммите", "саммиту")


def planted() -> list[Article]:
    """Return 6 stories of the theme a day and 10 without it; on the day of the spike 24 more, about a summit."""
    random = Random(3)
    usual = [_usual(random, serial) for serial in range(1, LENGTH * 16 + 1)]
    return usual + list(_spike(random, len(usual) + 1))


def _usual(random: Random, serial: int) -> Article:
    day, within = divmod(serial - 1, 16)
    language = random.choice(("en", "en", "ru"))
    words = (
        random.choices(USUAL, k=30)
        if language == "en"
        else random.choices(("и", "зима", "река", "школа", "погода"), k=30)
    )
    return article(
        serial=serial,
        source=random.choice(("alpha", "beta", "gamma")),
        language=language,
        published=FIRST + day * DAY + timedelta(minutes=random.randrange(1_440)),
        title=" ".join(random.choices(words, k=3)),
        text=" ".join(["the truce" if language == "en" else "перемирие", *words]),
        themes=frozenset({"truce"}) if within < 6 else frozenset(),
    )


def _spike(random: Random, first: int) -> Iterator[Article]:
    for number in range(24):
        russian = number % 3 == 0
        reason = (random.choice(RUSSIAN),) if russian else REASON
        usual = random.choices(("зима", "река", "школа") if russian else USUAL, k=20)
        yield article(
            serial=first + number,
            source="delta" if number % 2 else "alpha",
            language="ru" if russian else "en",
            published=SPIKE + timedelta(minutes=30 * number),
            title=" ".join(usual[:3]),
            text=" ".join([*reason, *usual]),
            themes=frozenset({"truce", "negotiations"}),
        )
    # One of them is carried by five others.
    story = article(serial=first)
    for number in range(24, 29):
        yield article(
            serial=first + number,
            source="gamma",
            published=SPIKE + timedelta(minutes=20 * number),
            text="helsinki summit",
            copy_of=story.id,
            themes=frozenset({"truce", "negotiations"}),
        )
