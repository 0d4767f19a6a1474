"""`parley show` and `parley search` on copies and carried stories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.terminal.times import span
from tests.support.builders import article
from tests.support.installation import Installation

Run = Callable[..., str]
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
    found = run_command("search", "*")
    assert "a copy of reuters, 1 h 18 min later" in found
    assert "3 copies" in found


def test_both_name_carriers_apart_from_copies(small: Installation, run_command: Run) -> None:
    carrier = article(serial=2, carries=(STORY.id,), title="A long report")
    small.keep(STORY, carrier)
    assert "carries  " in run_command("show", carrier.id)
    assert "within  " in run_command("show", STORY.id)
    found = run_command("search", "*")
    assert "carried within 1 longer text" in found
    assert "carries 1 story within it" in found


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
def test_a_span_has_the_two_largest_units(seconds: int, words: str) -> None:
    assert span(seconds) == words
