"""Rules are written so that people can edit them, and read as what was written."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.alert_file import rule_toml

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
