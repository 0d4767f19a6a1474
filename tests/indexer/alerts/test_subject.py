"""What a rule is limited to is what it watches; a scope that contains nothing is a mistake."""

from __future__ import annotations

import pytest

from config.alerts import Rule, Scope, Trigger
from config.sources import Source
from indexer.alerts.subject import mistakes, watched_sources
from tests.support.queries import query_context

TASS = Source(id="tass", name="TASS", country="RU", language="ru", source_class="state", feeds=())
TIMES = Source(id="times", name="The Times", country="RU", language="en", source_class="independent", feeds=())
KNOWN = query_context(sources=(TASS, TIMES))


@pytest.mark.parametrize(
    ("scope", "sources"),
    [
        (Scope(), {"tass", "times"}),
        (Scope(languages=("ru",)), {"tass"}),
        (Scope(languages=("ru", "en"), classes=("independent",)), {"times"}),
        (Scope(countries=("RU",), languages=("en",)), {"times"}),
        (Scope(sources=("tass",), languages=("en",)), set()),
    ],
)
def test_a_rule_about_sources_watches_those_in_every_part_of_its_scope(scope: Scope, sources: set[str]) -> None:
    assert watched_sources(scope, KNOWN.sources) == sources


@pytest.mark.parametrize(
    ("on", "scope", "is_empty"),
    [
        ("story", Scope(sources=("tass",), classes=("independent",)), True),
        ("spike", Scope(countries=("BR",)), True),
        ("source", Scope(languages=("de",)), True),
        ("story", Scope(languages=("de",)), False),  # an article may be in another language than most of its source
        ("story", Scope(sources=("tass",), countries=("RU",)), False),
        ("source", Scope(), False),
    ],
)
def test_a_scope_without_a_source_is_a_mistake(on: Trigger, scope: Scope, is_empty: bool) -> None:
    wrong = list(mistakes(Rule(id="mine", title="Mine", on=on, scope=scope), KNOWN, ()))
    assert any("no source is in it" in one.sentence for one in wrong) is is_empty


@pytest.mark.parametrize(
    ("query", "moves"),
    [
        ("truce published:>=now-7d", True),
        ("truce OR NOT collected:[* TO today]", True),
        ("published:yesterday", True),
        ("truce published:>=2026-11-01", False),
        ("title:truce source:tass", False),
        ("truce", False),
    ],
)
def test_a_query_that_means_something_else_every_day_is_a_mistake(query: str, moves: bool) -> None:
    wrong = list(mistakes(Rule(id="mine", title="Mine", on="spike", query=query), KNOWN, ()))
    assert [one.key for one in wrong] == (["query"] if moves else [])
    assert all("means something else every day" in one.sentence for one in wrong)


def test_an_unknown_source_is_named_once() -> None:
    rule = Rule(id="mine", title="Mine", on="story", scope=Scope(sources=("tas",)))
    assert len(list(mistakes(rule, KNOWN, ()))) == 1


def test_a_rule_with_thousands_of_unknown_sources_is_answered_in_a_few_lines() -> None:
    rule = Rule(id="mine", title="Mine", on="story", scope=Scope(sources=tuple(f"s{n}" for n in range(20_000))))
    wrong = list(mistakes(rule, KNOWN, ()))
    assert len(wrong) == 21
    assert wrong[-1].sentence == "19,980 more ids are of no source"
    assert {one.key for one in wrong} == {"scope.sources"}
