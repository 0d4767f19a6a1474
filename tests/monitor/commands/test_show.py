"""`parley show` and `parley search` on copies and carried stories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.terminal.times import duration
from tests.support.builders import article
from tests.support.installation import Installation

Run = Callable[..., str]
RunJson = Callable[..., Any]
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
STORY = article(serial=1, source="reuters", published=AT, title="Talks resume")


def test_both_name_the_story_and_say_how_much_earlier_it_was(small: Installation, run_command: Run) -> None:
    copy = article(serial=2, published=AT + timedelta(minutes=78), collected=AT + timedelta(hours=2), copy_of=STORY.id)
    undated = article(
        serial=3, published=None, published_precision=None, collected=AT + timedelta(days=3), copy_of=STORY.id
    )
    same = article(serial=4, published=AT, copy_of=STORY.id)
    small.keep(STORY, copy, undated, same)
    assert "Talks resume; this copy: 1 h 18 min later" in run_command("show", copy.id)
    assert "this copy: 3 d later as far as known" in run_command("show", undated.id)
    assert "this copy: in the same second" in run_command("show", same.id)
    assert "none (original), with 3 copies" in run_command("show", STORY.id)
    assert "(1 h 18 min later)" in run_command("show", STORY.id)
    output = run_command("search", "*")
    assert "a copy of reuters, 1 h 18 min later" in output
    assert "3 copies" in output


def test_both_name_carriers_apart_from_copies(small: Installation, run_command: Run) -> None:
    carrier = article(serial=2, carries=(STORY.id,), title="A long report")
    small.keep(STORY, carrier)
    assert "carries  " in run_command("show", carrier.id)
    assert "within  " in run_command("show", STORY.id)
    output = run_command("search", "*")
    assert "carried within 1 longer text" in output
    assert "carries 1 story within it" in output


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_related_article_of_which_only_the_day_is_known_has_no_time(
    small: Installation, run_command: Run, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("PARLEY_TIMEZONE", zone)
    day: dict[str, Any] = {"published": datetime(2026, 3, 1, 12, tzinfo=UTC), "published_precision": "day"}
    story = article(serial=5, source="reuters", title="Talks end", **day)
    copy = article(serial=6, source="bbc", title="Talks end there", copy_of=story.id, **day)
    carrier = article(serial=7, source="wire", title="A long report", carries=(story.id,), **day)
    small.keep(story, copy, carrier)
    assert f"{story.id[:12]}  reuters, 2026-03-01: Talks end; this copy" in run_command("show", copy.id)
    assert f"{story.id[:12]}  reuters, 2026-03-01: Talks end\n" in run_command("show", carrier.id)
    shown = run_command("show", story.id)
    assert f"{copy.id[:12]}  bbc, 2026-03-01: Talks end there" in shown
    assert f"{carrier.id[:12]}  wire, 2026-03-01: A long report\n" in shown


def test_a_related_article_of_which_the_time_is_known_has_it_in_the_zone_that_is_named(
    small: Installation, run_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_TIMEZONE", "Pacific/Auckland")
    undated = article(serial=2, published=None, published_precision=None, carries=(STORY.id,), title="A long report")
    small.keep(STORY, undated)
    assert "reuters, 2026-03-01 22:30 Pacific/Auckland: Talks resume\n" in run_command("show", undated.id)
    assert "example, undated: A long report\n" in run_command("show", STORY.id)


def test_documents_about_related_articles_say_how_exact_their_dates_are(small: Installation, run_json: RunJson) -> None:
    day = article(serial=5, published=datetime(2026, 3, 1, 12, tzinfo=UTC), published_precision="day", copy_of=STORY.id)
    small.keep(STORY, day)
    assert run_json("show", day.id)["story"]["published_precision"] == "second"
    assert run_json("show", STORY.id)["carried_by"][0]["published_precision"] == "day"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_661, "1 h 1 min"),
        (86_400, "1 d"),
        (90_061, "1 d 1 h"),
        (86_460, "1 d"),
    ],
)
def test_a_duration_has_the_two_largest_units(seconds: int, words: str) -> None:
    assert duration(seconds) == words
