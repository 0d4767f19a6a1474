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


def test_the_only_name_that_begins_with_what_was_typed_is_suggested() -> None:
    known = ("faded-gazette", "kremlin-english", "kremlin-russian")
    assert suggestion("Faded", known) == ', did you mean "faded-gazette"?'
    assert [suggestion(name, known) for name in ("fa", "kremlin", "rybar", "")] == [""] * 4
