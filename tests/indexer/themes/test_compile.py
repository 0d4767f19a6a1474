"""Compiling themes: language by language, limited by their context, with a digest that detects changes."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from config.errors import ConfigError, QueryError
from config.themes import Fragment, Theme, load_fragments, load_themes
from indexer.query.parse import parse_query
from indexer.query.tree import Forms, depth
from indexer.themes.compile import CompiledTheme, compile_theme, compile_themes, digest, themes_that_mention
from tests.support.builders import article
from tests.support.oracle import matches
from tests.support.queries import FRAGMENTS, query_context, theme


def compiled(one: Theme, *others: Theme, fragments: tuple[Fragment, ...] = FRAGMENTS) -> CompiledTheme:
    return compile_theme(one, query_context(themes=(one, *others), fragments=fragments))


def test_each_query_is_expanded_in_its_own_language_only() -> None:
    node = compiled(theme("t", de="Krieg OR war", en="truce")).node
    assert isinstance(node, Forms)
    assert {"krieg", "krieges", "war", "truce", "truces"} <= node.forms
    assert node.forms.isdisjoint({"wars", "ist", "sein"})


def test_a_theme_matches_only_within_its_context() -> None:
    node = compiled(theme("t", en="truce", uk="перемир'я", context={"en": "@conflict", "uk": "@conflict"})).node
    assert matches(node, article(text="a truce in Ukraine"))
    assert matches(node, article(text="перемир’я в Україні"))
    assert not matches(node, article(text="a truce in Gaza"))


def test_a_theme_inside_a_theme_is_inlined_with_its_context() -> None:
    inner = theme("inner", ru="перемирие", context={"en": "Ukraine"})
    node = compiled(theme("outer", en="theme:inner NOT gaza"), inner).node
    assert matches(node, article(text="перемирия, Ukraine"))
    assert not matches(node, article(text="перемирия"))
    assert not matches(node, article(text="перемирия, Ukraine, Gaza"))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("published:>=now-7d", "may not use now"),
        ("collected:>=2026-01-01", "may not use collected:"),
        ("is:story", "may not ask for copies"),
        ("copy_of:x", "may not ask for copies"),
        ("theme:a", "theme:a → theme:a: a query cannot contain itself"),
        ("theme:b", "theme:a → theme:b → theme:a"),
        ("theme:nobody", "unknown theme"),
        ("@circle", "@circle → @circle"),
        ("@german", "no query for en"),
        ("peace and war", "^en, character 7: .*; write AND"),
        ("theme:c", "^en, character 7: in theme:c, en, character 13: unknown theme"),
    ],
)
def test_an_invalid_theme_is_rejected(query: str, message: str) -> None:
    fragments = (Fragment(id="circle", query={"en": "x OR @circle"}), Fragment(id="german", query={"de": "Krieg"}))
    with pytest.raises(QueryError, match=message):
        others = theme("b", en="theme:a"), theme("c", en="truce theme:nobody")
        compiled(theme("a", en=query), *others, fragments=fragments)


def test_warnings_name_the_part_of_the_theme_they_are_about() -> None:
    fragments = (Fragment(id="mixed", query={"ru": "пepeговоры"}),)
    diagnostics = compiled(
        theme("a", en="truce OR peace AND plan", ru="@mixed", es="tregua"), fragments=fragments
    ).diagnostics
    assert [remark.code for remark in diagnostics] == ["no-dictionary", "mixed-operators", "mixed-letters"]
    assert all(remark.severity == "warning" for remark in diagnostics)
    assert diagnostics[1].message.startswith("en, character 10: AND and OR without brackets")
    assert diagnostics[1].message.endswith("did you mean: truce OR (peace AND plan)")
    assert diagnostics[2].message.startswith("ru, character 1: in @mixed, ru, character 1:")


def test_the_shipped_themes_and_fragments_give_no_warnings() -> None:
    context = query_context(themes=load_themes(None), fragments=load_fragments(None))
    assert [remark for one in compile_themes(context.themes, context) for remark in one.diagnostics] == []


def test_fixed_dates_are_allowed_in_a_theme() -> None:
    assert matches(compiled(theme("t", en="truce published:>=2026-01-01")).node, article(text="truce"))


def test_all_invalid_themes_are_reported_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        compile_themes((theme("a", en="("), theme("b", en="truce"), theme("c", en="titel:x")), query_context())
    assert [problem.where for problem in raised.value.problems] == ["theme a", "theme c"]


def test_nested_words_become_one_flat_set() -> None:
    node = compiled(theme("t", en="a1 OR (b1 OR (c1 OR (d1)))", ru="мир OR война")).node
    assert isinstance(node, Forms)
    deep = compiled(theme("t", en="(" * 18 + "truce" + ")" * 18)).node
    assert depth(deep) == 1


def test_the_digest_depends_on_the_meaning_and_not_the_wording() -> None:
    first = compiled(theme("t", en='truce OR "peace plan" OR gaza*'))
    assert compiled(theme("t", en='(gaza* OR "peace plan") OR  truce')).digest == first.digest
    assert compiled(replace(theme("t", en='truce OR "peace plan" OR gaza*'), title="Another")).digest == first.digest
    assert compiled(theme("t", en='truce OR "plan peace" OR gaza*')).digest != first.digest
    assert compiled(theme("t", en='truce AND "peace plan" AND gaza*')).digest != first.digest


def test_the_digest_is_the_same_in_every_process() -> None:
    program = (
        "from indexer.themes.compile import digest; from indexer.query.tree import *;"
        "print(digest(Or((Forms('words', frozenset(map(str, range(50)))), Prefix('words', 'a')))))"
    )
    seeds = ("1", "2")
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in seeds
    }
    assert len(digests) == 1


def test_different_trees_have_different_digests() -> None:
    queries = (
        "a",
        "NOT a",
        "a b",
        "a OR b",
        '"a b"',
        '"b a"',
        '"a b"~1',
        '"a b"~2',
        "a*",
        "title:a",
        "language:en",
        "is:story",
    )
    nodes = [parse_query(query, context=query_context()).node for query in queries]
    assert len({digest(node) for node in nodes}) == len(queries)


def test_the_themes_that_may_contain_another_are_found() -> None:
    themes = (
        theme("truce", en="truce"),
        theme("direct", en='war AND theme:"Truce"'),
        theme("escaped", en=r"theme:tr\uce"),
        theme("within", en="theme:direct OR peace"),
        theme("by-fragment", en="@talk"),
        theme("apart", en="peace OR ceasefire"),
        replace(theme("by-context", en="peace"), context={"en": "theme:within"}),
    )
    context = query_context(themes=themes, fragments=(Fragment(id="talk", query={"en": "theme:truce"}),))
    found = {one.id for one in themes_that_mention("truce", context)}
    assert found == {"direct", "escaped", "within", "by-fragment", "by-context"}
    assert themes_that_mention("apart", context) == ()
