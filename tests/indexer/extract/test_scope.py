"""Tests for what belongs to the article of a page."""

from __future__ import annotations

from lxml.html import HtmlElement

from crawler.parse.html_tree import parse
from indexer.extract.scope import Scope


def scope_of(html: str) -> tuple[Scope, HtmlElement]:
    tree = parse(html)
    assert tree is not None
    return Scope(tree, next(tree.iter("h1"))), tree


TEXT = f"<p>{'Envoys met in the capital for talks. ' * 5}</p>"


def test_a_part_with_a_headline_of_its_own_is_about_another_article() -> None:
    scope, tree = scope_of(
        f"<div><h1>Talks</h1><div><i>own</i></div>{TEXT}"
        "<div><i>other</i><a href='/2'>Ministers postpone their visit again</a></div>"
        "<div><h3>Ministers postpone their visit <i>inside</i></h3></div></div>"
    )
    assert {element.text: scope.contains(element) for element in tree.iter("i")} == {
        "own": True,
        "other": False,
        "inside": True,
    }


def test_long_headings_around_many_elements_are_read_once() -> None:
    around = ("<div><b><h4>" + "<i>a</i> " * 1_000 + "</h4>") * 20
    scope, tree = scope_of(f"<div><h1>Talks</h1>{TEXT}<div>{around}{'<u>x</u>' * 1_500}")
    assert not any(scope.contains(element) for element in tree.iter("u"))
