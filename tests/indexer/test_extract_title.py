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


SITE = '<meta property="og:site_name" content="Harbour">'


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("Harbour - News - Talks go on by the Harbour", "Talks go on by the Harbour"),
        ("Talks go on by the Harbour | Harbour", "Talks go on by the Harbour"),
        ("Fire in the market - Harbour reporter hurt", "Fire in the market - Harbour reporter hurt"),
        ("Fire in the market - Harbour News", "Fire in the market"),
        ("Fire in the market - Harbour - All the news of the coast", "Fire in the market"),
        ("Fire in the market｜Harbour", "Fire in the market"),
        ("Fire in the market-Harbour", "Fire in the market"),
        ("Ships wait outside the Inner-Harbour", "Ships wait outside the Inner-Harbour"),
        ("Why Harbour - and others - closed", "Why Harbour - and others - closed"),
    ],
)
def test_only_an_appended_name_is_cut(shown: str, expected: str) -> None:
    heading = f"<h1>{expected}</h1>" if expected in shown else ""
    assert title(f"<title>{shown}</title>{SITE}", heading) == expected


@pytest.mark.parametrize(
    "logo",
    [
        "<h1>Harbour</h1>",
        "<h1>Harbour News</h1>",
        '<h1><a href="/"><img alt="Harbour"> All the news of the coast</a></h1>',
        '<a href="/en/"><h1>Talks of today</h1></a>',
        '<a href="https://www.daily-courier.example/"><h1>Talks of the town</h1></a>',
        "<nav><h1>Talks resume in Geneva, say envoys</h1></nav>",
    ],
)
def test_a_logo_is_not_the_headline(logo: str) -> None:
    head = f"<title>Geneva: talks resume today | Harbour</title>{SITE}"
    assert title(head, f"{logo}<h2>Talks resume today in Geneva</h2>") == "Talks resume today in Geneva"


def test_the_name_of_the_outlet_is_not_the_title_if_there_is_a_better_one() -> None:
    head = f'<title>Harbour</title>{SITE}<meta property="og:title" content="Talks resume in Geneva">'
    assert title(head, "<h1>Harbour</h1>") == "Talks resume in Geneva"


def test_a_heading_of_the_second_level_must_agree_with_another_title() -> None:
    assert title("<title>Talks resume in Geneva</title>", "<h2>Most read today</h2>") == "Talks resume in Geneva"


def test_a_line_of_its_own_below_the_headline_is_not_part_of_it() -> None:
    head = '<meta property="og:title" content="Talks resume in Geneva">'
    heading = "<h1>Talks resume in Geneva <small>By Ann Lee, 2 March</small></h1>"
    assert title(head, heading) == "Talks resume in Geneva"


def test_a_kicker_that_the_outlet_joins_to_the_headline_stays() -> None:
    shared = "Diplomacy: Talks resume in Geneva"
    node = f'{{"@type": "NewsArticle", "headline": "{shared}"}}'
    head = f'<meta property="og:title" content="{shared}"><script type="application/ld+json">{node}</script>'
    assert title(head, "<h1>Talks resume in Geneva</h1>") == shared


def test_a_section_called_news_is_not_the_outlet_of_that_domain() -> None:
    shown = "<title>Harbour - News - Talks go on by the Harbour</title><h1>Talks go on by the Harbour</h1>"
    tree = document_fromstring(f"<html><head>{SITE}</head><body>{shown}</body></html>")
    url = "https://news.example/1"
    assert title_of(collect(tree, url), url) == "Talks go on by the Harbour"


def test_the_outlets_name_is_cut_from_the_feeds_title() -> None:
    text = "<p>Delegations from both sides met in Geneva on Thursday to resume talks that had been suspended.</p>" * 2
    result = extract(f"<html><body>{text}</body></html>".encode(), URL, Hints(title="Talks resume - Daily Courier"))
    assert result is not None and result.title == "Talks resume"
