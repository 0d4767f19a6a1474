"""The title is the headline without markup and without the name of the outlet."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import extract
from indexer.extract.facts import collect
from indexer.extract.title import title_of

URL = "https://www.daily-courier.example/world/1"


def title(head: str, body: str = "") -> str | None:
    return title_of(
        collect(document_fromstring(f"<html><head>{head}</head><body>{body}<p>text</p></body></html>"), URL), URL
    )


@pytest.mark.parametrize(
    "heading",
    [
        "Talks resume in Geneva - Daily Courier",
        "Talks resume in Geneva | Daily Courier",
        "Talks resume in Geneva – World – Daily Courier",
        "Talks resume in Geneva|Daily Courier",
    ],
)
def test_the_name_of_the_outlet_is_removed(heading: str) -> None:
    assert title(f"<title>{heading}</title>") in {"Talks resume in Geneva", "Talks resume in Geneva – World"}


def test_a_dash_inside_a_headline_is_kept() -> None:
    assert title("<title>Talks resume - and end at once</title>") == "Talks resume - and end at once"


def test_a_heading_that_agrees_with_another_source_is_used() -> None:
    head = '<meta property="og:title" content="Geneva talks resume, at last">'
    assert title(head, "<h1>Talks resume in Geneva at last</h1>") == "Talks resume in Geneva at last"


def test_a_kicker_above_the_headline_is_removed_unless_a_colon_joins_them() -> None:
    head = '<meta property="og:title" content="Talks resume in Geneva">'
    assert (
        title(head, "<h1><span>Diplomacy</span> <span>Talks resume in Geneva</span></h1>") == "Talks resume in Geneva"
    )
    assert title(head, "<h1>Diplomacy: Talks resume in Geneva</h1>") == "Diplomacy: Talks resume in Geneva"


def test_a_heading_that_is_the_name_of_the_outlet_is_not_the_title() -> None:
    assert (
        title('<meta property="og:title" content="Talks resume in Geneva">', "<h1>Daily Courier</h1>")
        == "Talks resume in Geneva"
    )


def test_a_page_without_a_title_has_none() -> None:
    assert title("") is None


def test_the_title_from_the_feed_takes_precedence_and_loses_its_markup() -> None:
    text = "<p>Delegations from both sides met in Geneva on Thursday to resume talks that had been suspended.</p>" * 2
    result = extract(
        f"<html><body><h1>Other</h1>{text}</body></html>".encode(), URL, Hints(title="<em>Talks</em> resume")
    )
    assert isinstance(result, Extraction)
    assert result.title == "Talks resume"
