"""Answers name the versions of the themes they were computed with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.builders import article
from tests.support.installation import TRUCE, Installation

DAY = datetime.now(UTC) - timedelta(days=2)
WEEK = ("--since", "7d")
CHANGED = "truce version 2 dates from"


@pytest.fixture
def changed(small: Installation) -> Installation:
    """Return an installation whose theme became version 2 a moment ago, which gave one more article its tag."""
    small.keep(
        article(serial=1, published=DAY, text="A ceasefire."), article(serial=2, published=DAY, text="An armistice.")
    )
    assert small.run("themes", "sweep")[0] == 0
    small.write_theme("truce", TRUCE.replace("truce OR ceasefire", "truce OR ceasefire OR armistice"))
    assert small.run("themes", "sweep")[0] == 0
    return small


def test_a_series_across_a_change_of_the_theme_has_a_note(changed: Installation) -> None:
    [series] = changed.json("trends", "truce", *WEEK)["series"]
    assert (series["versions"]["themes"], series["versions"]["sweeping"]) == ({"truce": 2}, [])
    [change] = series["versions"]["changes"]
    assert (change["theme"], change["version"], change["added"], change["removed"]) == ("truce", 2, 1, 0)
    assert CHANGED in changed.run("trends", "truce", *WEEK)[1]


def test_a_series_before_or_after_a_change_shows_only_the_version(changed: Installation) -> None:
    words = ("trends", "truce", *WEEK, "--until", f"{DAY:%Y-%m-%d}")
    [series] = changed.json(*words)["series"]
    assert (series["versions"]["themes"], series["versions"]["changes"]) == ({"truce": 2}, [])
    shown = changed.run(*words)[1]
    assert "counted with truce version 2" in shown
    assert CHANGED not in shown


def test_a_theme_that_is_not_indexed_yet_is_counted_with_a_note(changed: Installation) -> None:
    changed.write_theme("parades", TRUCE.split("[matches]")[0].replace("truce OR ceasefire", "armistice"))
    [series] = changed.json("trends", "parades", *WEEK)["series"]
    assert (series["versions"]["themes"], series["versions"]["sweeping"]) == ({}, ["parades"])
    for words in (("trends", "parades", *WEEK), ("compare", "parades"), ("search", "theme:parades")):
        assert "parades: not indexed yet" in changed.run(*words)[1]
    assert changed.run("themes", "sweep")[0] == 0
    assert "not indexed yet" not in changed.run("trends", "parades", *WEEK)[1]


def test_a_query_is_counted_with_the_versions_of_its_themes(changed: Installation) -> None:
    whole, part, none = changed.json(
        *(
            "trends",
            *WEEK,
            "--query",
            "whole=theme:truce",
            "--query",
            "part=theme:truce AND armistice",
            "--query",
            "war",
        )
    )["series"]
    assert whole["versions"] == part["versions"]
    assert part["versions"]["themes"] == {"truce": 2}
    assert [change["version"] for change in part["versions"]["changes"]] == [2]
    assert none["versions"] == {"themes": {}, "changes": [], "sweeping": []}


def test_the_scope_counts_with_its_themes_too(changed: Installation) -> None:
    [series] = changed.json("trends", "--query", "war", "--scope", "theme:truce", *WEEK)["series"]
    assert series["versions"]["themes"] == {"truce": 2}
    assert CHANGED in changed.run("trends", "--query", "war", "--scope", "theme:truce", *WEEK)[1]


def test_csv_has_the_version_in_every_line(changed: Installation) -> None:
    head, *lines = changed.run("trends", "truce", *WEEK, "--csv")[1].splitlines()
    assert head.endswith("version,version_changes")
    assert {line.split(",")[-2] for line in lines} == {"2"}
    assert [line.split(",")[-1] for line in lines if not line.endswith(",")] == ["truce version 2"]


def test_comparisons_and_explanations_show_the_version(changed: Installation) -> None:
    compared = changed.json("compare", "truce", "--query", "war", *WEEK)
    assert [theme["versions"]["themes"] for theme in compared["themes"]] == [{"truce": 2}, {}]
    assert [change["version"] for change in compared["themes"][0]["versions"]["changes"]] == [2]
    assert CHANGED in changed.run("compare", "truce", *WEEK)[1]
    reason = changed.json("why", "truce", "--on", f"{DAY:%Y-%m-%d}")
    assert reason["versions"] == {"themes": {"truce": 2}, "changes": [], "sweeping": []}
    assert "counted with truce version 2" in changed.run("why", "truce", "--on", f"{DAY:%Y-%m-%d}")[1]


def test_searches_and_exports_show_the_version(changed: Installation) -> None:
    assert "counted with truce version 2" in changed.run("search", "theme:truce")[1]
    assert "counted with" not in changed.run("search", "armistice")[1]
    _, lines, output = changed.run("export", "theme:truce")
    assert len(lines.splitlines()) == 2
    assert "counted with truce version 2" in output


def test_counts_during_a_sweep_are_marked_as_not_final(small: Installation) -> None:
    small.keep(article(published=DAY))
    small.record_version("truce")
    [series] = small.json("trends", "truce", *WEEK)["series"]
    assert (series["versions"]["themes"], series["versions"]["sweeping"]) == ({"truce": 1}, ["truce"])
    assert "the counts are not final" in small.run("trends", "truce", *WEEK)[1]
    assert "the counts are not final" in small.run("search", "theme:truce")[1]
