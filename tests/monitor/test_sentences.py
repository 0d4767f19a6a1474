"""Sentences say nothing that the numbers do not bear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.health import HealthName
from indexer.trends.keyness import SURE, by_articles
from monitor.documents.contrasts import ContrastDocument, ContrastedThemeDocument, GroupDocument, GroupKind
from monitor.documents.moves import Direction, MoveDocument, MovesDocument, PointDocument
from monitor.documents.operations import StatusDocument, UnwellFeedDocument
from monitor.documents.trends import SpikeDocument
from monitor.sentences import (
    before,
    collected,
    contrasts,
    counted,
    delivering,
    expectation,
    finding,
    grain,
    group_name,
    local_time,
    percent,
    period,
    silence,
    span,
    spiked,
    unusual,
    usual,
    whole,
)

NOW = datetime(2026, 11, 26, 18, tzinfo=UTC)
DAYS = st.integers(0, 60).map(lambda number: date(2026, 10, 1) + timedelta(days=number))


@st.composite
def spikes(draw: st.DrawFn) -> SpikeDocument:
    first = draw(DAYS)
    last = first + timedelta(days=draw(st.integers(0, 9)))
    expected = draw(st.floats(0, 400))
    stories = draw(st.integers(1, 5_000))
    return SpikeDocument(
        start=first, end=last, detected=first, peak=first, stories=stories, expected=expected, times=1.0, chance=0.001
    )


def moved_in(move: MoveDocument, **fields: Any) -> MovesDocument:
    """Return a period, a week to now without other fields, in which one theme is all there is."""
    of_a_week = MovesDocument(
        start=NOW - timedelta(days=7),
        end=NOW,
        timezone="UTC",
        scope=None,
        steady=False,
        articles=30,
        articles_before=30,
        sources=5,
        window=7,
        silent=(),
        panel=None,
        moves=(move,),
        searchable=None,
        diagnostics=(),
    )
    return of_a_week.model_copy(update=fields)


@st.composite
def moves(draw: st.DrawFn) -> tuple[MoveDocument, MovesDocument]:
    among, others = draw(st.integers(0, 30_000)), draw(st.integers(0, 30_000))
    here, elsewhere = draw(st.integers(0, among)), draw(st.integers(0, others))
    g2 = by_articles(here, among, elsewhere, others).g2
    direction: Direction | None = None if abs(g2) < SURE else ("up" if g2 > 0 else "down")
    move = MoveDocument(
        theme="truce",
        title="Truce",
        articles=here,
        articles_before=elsewhere,
        share=here / among if among else None,
        share_before=elsewhere / others if others else None,
        g2=g2,
        direction=direction,
        spikes=tuple(draw(st.lists(spikes(), max_size=2))),
        line=(),
    )
    moved = moved_in(
        move,
        start=NOW - timedelta(days=draw(st.sampled_from([1, 7, 30, 90]))),
        articles=among,
        articles_before=others,
        sources=draw(st.integers(0, 90)),
    )
    return move, moved


def with_silences(silent: Mapping[int, int]) -> MovesDocument:
    """Return a week with so many of two sources silent, so many days ago."""
    days = [datetime(2026, 11, 26, tzinfo=UTC) - timedelta(days=ago) for ago in range(20, -1, -1)]
    line = tuple(
        PointDocument(start=day, share=0.1, partial=False, silent=silent.get((days[-1] - day).days, 0)) for day in days
    )
    move = MoveDocument(
        theme="truce",
        title="Truce",
        articles=3,
        articles_before=3,
        share=0.1,
        share_before=0.1,
        g2=0.0,
        direction=None,
        spikes=(),
        line=line,
    )
    return moved_in(move, silent=("bbc", "tass"))


@pytest.mark.parametrize(
    ("silent", "when"),
    [
        ({13: 2, 12: 2}, "on 13 and 14 November, in the week before, nothing"),
        ({9: 2}, "on 17 November, in the week before, nothing"),
        ({7: 2, 2: 2}, "on 19 and 24 November, nothing"),
        ({2: 1, 1: 1}, "at times on 24 and 25 November, nothing"),
        ({20: 2, 1: 2}, "on 25 November, nothing"),
        ({5: 2, 4: 2, 3: 2, 2: 2}, "at times in these two periods, nothing"),
    ],
)
def test_a_silence_is_told_with_its_days(silent: Mapping[int, int], when: str) -> None:
    names = {"bbc": "BBC", "tass": "TASS", "ap": "AP"}
    assert silence(with_silences(silent), names) == f"Compare with care: {when} came from 2 of 3 sources (BBC, TASS)."


@given(moves())
def test_rises_and_falls_are_said_only_of_sure_changes_and_never_of_the_opposite(
    made: tuple[MoveDocument, MovesDocument],
) -> None:
    move, moved = made
    text = finding(move, moved)
    assert ("rose" in text) == (move.direction == "up")
    if move.direction == "up":
        assert (move.share or 0) > (move.share_before or 0)
    if move.direction == "down":
        assert (move.share or 0) < (move.share_before or 0)
    if move.direction is None:
        assert not re.search(r"rose|fell|nothing now", text)
        assert not unusual(move).startswith(("Up", "Down"))


@given(moves())
def test_no_sentence_has_a_wrong_plural_or_no_number(made: tuple[MoveDocument, MovesDocument]) -> None:
    move, moved = made
    texts = [finding(move, moved), whole(move, moved), collected(moved), unusual(move), *map(spiked, move.spikes)]
    for text in texts:
        assert not re.search(r"\b1 (articles|stories|sources)\b|nan|None|inf", text)
        assert not re.search(r"(?<![\d,.])(?!1 )[\d,]+ (article|story|source)\b", text)


@pytest.mark.parametrize(
    ("share", "among", "text"),
    [
        (None, 0, "–"),
        (0.0, 40, "0%"),
        (0.004, 40, "<1%"),
        (0.5641, 39, "56%"),
        (0.5641, 1_000, "56.4%"),
        (1.0, 3, "100%"),
    ],
)
def test_a_percentage_has_no_more_digits_than_the_articles_bear(share: float | None, among: int, text: str) -> None:
    assert percent(share, among) == text


def test_days_numbers_and_periods_are_written_as_people_say_them() -> None:
    assert span(date(2026, 11, 20), date(2026, 11, 23)) == "20 to 23 November"
    assert span(date(2026, 10, 30), date(2026, 11, 2)) == "30 October to 2 November"
    assert span(date(2026, 11, 20), date(2026, 11, 20)) == "20 November"
    assert [usual(number) for number in (0.2, 0.9, 1.9, 1_200)] == [
        "usually hardly any",
        "about one would be usual",
        "about 2 would be usual",
        "about 1,200 would be usual",
    ]
    assert [expectation(number) for number in (0.0, 0.04, 0.06, 0.94, 9.94, 1_200.4)] == [
        "0.0",
        "<0.1",
        "0.1",
        "0.9",
        "9.9",
        "1,200",
    ]
    lengths = [timedelta(hours=hours) for hours in (0.2, 1, 14, 23, 25, 38, 71, 80, 24 * 7)]
    assert [period(length).removeprefix("the last ") for length in lengths] == [
        *("12 minutes", "1 hour", "14 hours", "24 hours", "24 hours", "38 hours", "3 days", "80 hours", "7 days")
    ]
    assert [before(timedelta(days=days)) for days in (0.5, 1, 7, 30)] == [
        "the 12 hours before",
        "the day before",
        "the week before",
        "the 30 days before",
    ]
    assert counted(1_204, "article") == "1,204 articles"


@given(st.integers(0, 5_000), st.integers(0, 5_000), st.data())
def test_a_difference_of_two_groups_is_named_only_when_chance_does_not_explain_it(
    first: int, second: int, data: st.DataObject
) -> None:
    here, elsewhere = data.draw(st.integers(0, first)), data.draw(st.integers(0, second))
    kind: GroupKind = data.draw(st.sampled_from(["class", "language"]))
    theme = ContrastedThemeDocument(
        theme="truce",
        title="Truce",
        first=here,
        second=elsewhere,
        others=0,
        share_first=here / first if first else None,
        share_second=elsewhere / second if second else None,
        share_others=None,
        g2=by_articles(here, first, elsewhere, second).g2,
    )
    contrast = ContrastDocument(
        start=NOW,
        end=NOW,
        timezone="UTC",
        scope=None,
        first=GroupDocument(kind=kind, value="state", articles=first),
        second=GroupDocument(kind=kind, value="wire", articles=second),
        others=0,
        themes=(theme,),
        searchable=None,
        diagnostics=(),
    )
    sentences = contrasts(contrast, "state outlets", "wire outlets")
    is_sure = bool(first and second) and abs(theme.g2) >= SURE
    assert any(sentence.startswith("Truce: ") for sentence in sentences) is is_sure
    text = " ".join([*sentences, grain(contrast, "state outlets", "wire outlets")])
    assert not re.search(r"nan|–|\b1 articles|None", text)


def test_groups_are_called_by_what_they_have_in_common() -> None:
    state, uk = (
        GroupDocument(kind="class", value="state", articles=1),
        GroupDocument(kind="language", value="uk", articles=1),
    )
    assert group_name(state, "") == "state outlets"
    assert group_name(uk, "Ukrainian") == "articles in Ukrainian"


@pytest.mark.parametrize(
    ("feeds", "unwell", "pages", "hours", "says"),
    [
        (
            {"fine": 15, "quiet": 3, "paused": 2},
            0,
            {},
            0,
            "All 18 feeds deliver, last at 19:30; nothing waits",
        ),
        (
            {"fine": 17, "failing": 1},
            1,
            {"pending": 2},
            0,
            "The other 17 feeds deliver, last at 19:30; 2 pages wait",
        ),
        (
            {"fine": 1, "disabled": 3},
            0,
            {"pending": 1},
            20,
            "The only feed delivers, last on 25 November at 23:30; 1 page waits",
        ),
        (
            {"fine": 9, "never polled": 2},
            0,
            {},
            0,
            "9 of 11 feeds deliver, last at 19:30; nothing waits",
        ),
        (
            {"failing": 2, "never polled": 1},
            2,
            {},
            0,
            "0 of 3 feeds deliver, last at 19:30; nothing waits",
        ),
        ({"never polled": 4}, 0, {}, None, "0 of 4 feeds deliver; nothing waits"),
    ],
)
def test_collecting_is_told_in_a_sentence(
    feeds: dict[HealthName, int], unwell: int, pages: dict[str, int], hours: int | None, says: str
) -> None:
    last = None if hours is None else NOW + timedelta(minutes=30) - timedelta(hours=hours)
    some = tuple(UnwellFeedDocument.model_construct() for _ in range(unwell))
    state = StatusDocument.model_construct(at=NOW, feeds=feeds, unwell=some, pages=pages, last_poll=last)
    assert delivering(state, ZoneInfo("Europe/Berlin")) == f"{says} to be indexed."


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("UTC", "2026-11-20 23:30"),
        ("Europe/Berlin", "2026-11-21 00:30"),
        ("Asia/Tokyo", "2026-11-21 08:30"),
        ("America/New_York", "2026-11-20 18:30"),
    ],
)
def test_a_time_of_publication_is_told_in_the_zone_of_the_reader(zone: str, local: str) -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert f"{local_time(late, 'second', ZoneInfo(zone)):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Auckland", "Pacific/Pago_Pago", "Etc/GMT+12"])
def test_a_day_of_publication_is_the_same_in_every_zone(zone: str) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for moment in (noon, noon.astimezone(ZoneInfo(zone))):
        assert f"{local_time(moment, 'day', ZoneInfo(zone)):%Y-%m-%d}" == "2026-11-20"
