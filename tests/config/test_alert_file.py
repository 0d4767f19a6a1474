"""Rules are written so that people can edit them, and read as what was written."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.alert_file import content_of, rule_toml
from config.alerts import rule_from

CONTENT: dict[str, Any] = {
    "title": "Truce",
    "on": "more",
    "query": '"peace plan" OR truce',
    "more_than": 3,
    "to": ["desk"],
    "scope": {"languages": ["ru", "uk"]},
}
WRITTEN = """# Ours since spring.
on = "more"  # a day
title = "Truce"
query = '"peace plan" OR truce'
more_than = 3
to = ["desk"]

[scope]
languages = [
    "ru",  # the rest is too much
    "uk",
]
"""


@pytest.mark.parametrize(
    "existing",
    [
        "",
        "removed = true\n",
        "not [ TOML",
        WRITTEN,
        WRITTEN.replace("\n", "\r\n"),
        'scope = { classes = ["state"] }\non = "spike"\n',
        'scope.classes = ["state"]\ntitle = "x"\n',
        '[scope]\nclasses = ["state"]\n',
        'sensitivity = "early"\nquiet = "22:00-07:00"\n[scope]\nlanguages = []\n',
        "scope = 1\n",
    ],
)
def test_any_file_reads_as_the_rule_after_saving(existing: str) -> None:
    for content in (CONTENT, {"title": "It's all", "on": "story"}, CONTENT | {"scope": {"classes": ["state"]}}):
        written = rule_toml(content, existing=existing)
        assert tomllib.loads(written) == content
        assert rule_toml(content, existing=written) == written


def test_what_is_not_changed_stays_as_people_wrote_it() -> None:
    assert rule_toml(CONTENT, existing=WRITTEN) == WRITTEN
    changed = rule_toml(CONTENT | {"title": "A truce"}, existing=WRITTEN)
    assert changed == WRITTEN.replace('"Truce"', '"A truce"')


def test_quotes_in_a_query_are_not_escaped() -> None:
    assert """query = '"peace plan" OR truce'""" in rule_toml(CONTENT)


_TEXTS = st.text(st.sampled_from("ab \"'\\\n\t\x00\x7f#=[]é🕊"), min_size=1).filter(lambda text: text.strip() == text)


@given(_TEXTS, st.floats(0.001, 0.999))
def test_any_text_and_share_survive(text: str, share: float) -> None:
    written = rule_toml({"title": text, "query": text, "share": share})
    content = tomllib.loads(written)
    assert (content["title"].strip(), content["query"].strip(), content["share"]) == (
        text,
        text,
        share,
    )  # readers strip
    assert rule_toml({"title": text, "query": text, "share": share}, existing=written) == written


@pytest.mark.parametrize(
    "content",
    [
        {"title": "T", "on": "spike", "theme": "truce", "sensitivity": "early", "paused": True},
        {
            "title": "T",
            "on": "more",
            "more_than": 0,
            "per": "hour",
            "scope": {"languages": ["ru"], "sources": ["tass"]},
        },
        {"title": "T", "on": "silence", "silence": "36h", "quiet": "22:00-07:30", "timezone": "Europe/Berlin"},
        {"title": "T", "on": "share", "query": "truce", "share": 0.25, "days": 3, "to": ["desk", "hook"]},
        {"title": "T", "on": "source", "daily_cap": 3, "weekly_budget": 1000},
        {"title": "T", "on": "story"},
    ],
    ids=lambda content: str(content["on"]),
)
def test_a_rule_is_written_as_the_file_that_describes_it(content: dict[str, Any]) -> None:
    rule = rule_from(content, "mine", "mine.toml", lambda _: ())
    written = dict(content_of(rule))
    assert content.items() <= written.items()
    assert rule_from(written, "mine", "mine.toml", lambda _: ()) == rule
