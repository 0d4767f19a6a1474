from __future__ import annotations

import pytest

from config.nearest import nearest, suggestion


@pytest.mark.parametrize(
    ("name", "match"),
    [("truse", "truce"), ("TRUCE", "truce"), ("negotiation", "negotiations"), ("weather", None), ("", None)],
)
def test_the_nearest_name_is_suggested_regardless_of_case(name: str, match: str | None) -> None:
    assert nearest(name, ["truce", "negotiations", "peace-terms"]) == match


def test_a_name_is_returned_as_it_is_known() -> None:
    assert nearest("bbc news", ["BBC News"]) == "BBC News"


def test_a_suggestion_is_empty_when_nothing_is_near() -> None:
    assert suggestion("truse", ["truce"]) == ', did you mean "truce"?'
    assert suggestion("xyz", ["truce"]) == ""


def test_the_few_names_that_begin_with_what_was_typed_are_suggested() -> None:
    known = (
        "faded-gazette",
        "kremlin-english",
        "kremlin-russian",
        *(f"agency-{name}" for name in ("novosti-online", "reuters-online", "france-presse", "associated-press")),
    )
    assert suggestion("Faded", known) == ', did you mean "faded-gazette"?'
    assert suggestion("kremlin", known) == ', did you mean "kremlin-english" or "kremlin-russian"?'
    assert [suggestion(name, known) for name in ("fa", "agency", "rybar", "")] == [""] * 4
