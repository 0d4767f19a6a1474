"""Sixteen weeks in which a wire leads state outlets by two days; in the last one a theme rises, and a phrase is new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from indexer.article import Article
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.overlay import write

FIRST = datetime(2026, 6, 1, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
LENGTH = 112  # days
LAST_WEEK = FIRST + (LENGTH - 7) * DAY  # 14 September, week 2026-W38
LAG = 2
SOURCES = {"alpha": ("wire", "GB"), "beta": ("state", "RU"), "gamma": ("independent", "DE")}
WORDS = {
    "en": ("delegation", "statement", "front", "winter", "budget", "harvest", "railway", "weather", "school", "river"),
    "ru": ("зима", "река", "школа", "погода", "рынок", "суд", "урожай", "поезд", "завод", "музей"),
}
TRUCE = {"en": "the truce", "ru": "перемирие"}
PHRASE = {"en": ("humanitarian corridor", "humanitarian corridors"), "ru": ("зеленый коридор", "зеленого коридора")}
_BURSTS = (0, 0, 0, 0, 3, 6)


def signals() -> list[Article]:
    """Return the articles, three a day about the phrase in the last week, none of which is about a truce."""
    random = Random(7)
    made: list[Article] = []
    level = [random.choice(_BURSTS) for _ in range(LENGTH - 7)] + [9] * 7
    for day in range(LENGTH):
        made += _of_day(random, day, level, len(made))
    return made


def _of_day(random: Random, day: int, level: list[int], before: int) -> Iterator[Article]:
    serial, at = before, FIRST + day * DAY
    about = {"alpha": level[day], "beta": level[day - LAG] if day >= LAG else 0, "gamma": random.randrange(3)}
    for source, more in about.items():
        number = 2 + more + random.randrange(2)
        for place in range(number + 4):
            serial += 1
            is_truce = place < number
            lead = TRUCE[_language(source)] if is_truce else ""
            themes = frozenset({"truce"} if is_truce else ())
            yield _article(random, serial, source, at + timedelta(hours=9, minutes=place), lead, themes)
    if at >= LAST_WEEK:
        for source in SOURCES:
            serial += 1
            phrase = random.choice(PHRASE[_language(source)])
            yield _article(random, serial, source, at + timedelta(hours=15), phrase, frozenset())
    yield article(
        serial=serial + 1,
        source="beta",
        published=at + timedelta(hours=9, minutes=40),
        collected=at + DAY,
        title="a copy",
        text="the truce",
        copy_of=article(serial=before + 1).id,
        themes=frozenset({"truce"}),
    )


def _language(source: str) -> str:
    return "ru" if source == "beta" else "en"


def _article(
    random: Random, serial: int, source: str, published: datetime, lead: str, themes: frozenset[str]
) -> Article:
    words = random.choices(WORDS[_language(source)], k=12)
    return article(
        serial=serial,
        source=source,
        language=_language(source),
        title=" ".join([lead, *words[:3]]).strip(),
        text=" ".join([*words[3:], lead, *words[:2]]),
        published=published,
        collected=published.replace(hour=0, minute=0) + DAY,
        themes=themes,
    )


def keep_signals(installation: Installation) -> None:
    """Store the articles and declare their sources."""
    for id, (source_class, country) in SOURCES.items():
        feed = f'[[feeds]]\nname = "news"\nurl = "https://{id}.example/feed"\nkind = "feed"\n'
        facts = f'name = "{id.title()}"\ncountry = "{country}"\nlanguage = "en"\nclass = "{source_class}"\n'
        write(installation.config, f"sources/{id}.toml", facts + feed)
    installation.keep(*signals())
    installation.record_swept_version("truce")


def signals_in(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Installation:
    """Return the installation of the signals in a folder, filled the first time."""
    made = Installation(folder, monkeypatch, capsys)
    if not (folder / "kept").exists():
        keep_signals(made)
        (folder / "kept").touch()
    return made
