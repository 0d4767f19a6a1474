"""Where on a page the text of an article is found, and what of the page is not its text."""

from __future__ import annotations

import json

import pytest

from indexer.extract import extract

URL = "https://courier.example/world/lake-talks"
SENTENCES = (
    "The ministers of three lake states met in the old customs house to talk about a pause in the fighting.",
    "Nobody had expected a result, and the delegates left by the side door without a word to the reporters.",
    "A second meeting was set for Thursday, when the hosts want to present a list with eleven open points.",
    "Residents along the shore said the shelling had grown quieter, although drones were still heard at night.",
    "The harbour stayed closed, and insurers kept their rates where they had been since the spring.",
    "An adviser to the hosts said that the draft had shrunk to four pages, half of them about inspections.",
    "Farmers on the eastern bank asked for a corridor, so that the harvest could be brought in before the rain.",
    "The observers counted forty lorries at the crossing by noon, twice as many as on any day of the week before.",
)
MENU = "".join(f"<li><a href='/2025/{month}'>Month {month}</a></li>" for month in range(12))


def text_of(body: str, head: str = "") -> str:
    """Return the text extracted from a page with this body."""
    page = f"<!doctype html><html lang='en'><head><title>Lake talks</title>{head}</head><body>{body}<ul>{MENU}</ul></body></html>"
    article = extract(page.encode(), URL)
    return article.text if article else ""


def paragraphs(*texts: str) -> str:
    """Return the texts as paragraphs."""
    return "".join(f"<p>{text}</p>" for text in texts)


def json_ld(**fields: object) -> str:
    """Return the JSON-LD script of an article."""
    node = {"@type": "NewsArticle", "headline": "Lake talks", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


ALL = paragraphs(*SENTENCES)
FIRST, REST = paragraphs(*SENTENCES[:3]), paragraphs(*SENTENCES[3:])


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Lake talks</h1><noscript>{ALL}</noscript>",
        f"<h1>Lake talks</h1><div class='post'><script type='text/template'>{ALL}</script><noscript>{ALL}</noscript></div>",
        f"<h1>Lake talks</h1><aside class='main-column'>{ALL}</aside>",
        f"<aside><h1>Lake talks</h1><div>{ALL}</div></aside><div><p>Printed every day.</p></div>",
        f"<main><h1>Lake talks</h1><template>{ALL}</template></main>",
        f"<article><h1>Lake talks</h1><noscript><div>{ALL}</div></noscript></article>",
    ],
)
def test_an_article_in_an_element_that_is_furniture_elsewhere_is_the_text(body: str) -> None:
    assert [line for line in text_of(body).splitlines() if line in SENTENCES] == list(SENTENCES)


@pytest.mark.parametrize(
    "body",
    [
        f"<div class='post-text'>{FIRST}<a class='more'>Read on</a><div id='rest' class='hideable'>{REST}</div></div>",
        f"<article>{FIRST}<div style='display:none'>{REST}</div></article>",
        f"<article>{FIRST}<div hidden>{REST}</div></article>",
        f"<article>{FIRST}<button>Weiterlesen</button><section class='is-collapsed'>{REST}</section></article>",
        f"<article><div>{FIRST}</div><div class='article-expandable' aria-hidden='true'>{REST}</div></article>",
        f"<article>{FIRST}<details><summary>Читать далее</summary>{REST}</details></article>",
        f"<article>{FIRST}<span class='read-more-target'>{REST}</span></article>",
        f"<article>{FIRST}{REST.replace('<p>', '<p class=hidden-mobile>')}</article>",
        f"<article>{FIRST}<div class='paywall-content truncated'><div class='inner'>{REST}</div></div></article>",
    ],
)
def test_what_a_fold_hides_is_text(body: str) -> None:
    assert [line for line in text_of(body).splitlines() if line in SENTENCES] == list(SENTENCES)


def test_a_hidden_dialog_is_not_text() -> None:
    consent = paragraphs(
        *(f"We and our {number} partners process your data on this device for many purposes." for number in range(9))
    )
    body = f"<article>{FIRST}</article><div style='display:none'>{consent}</div>"
    assert text_of(body).splitlines() == list(SENTENCES[:3])


def test_a_hidden_copy_of_the_text_is_not_repeated() -> None:
    assert text_of(f"<article>{ALL}<div style='display:none'>{ALL}</div></article>").splitlines() == list(SENTENCES)


def test_an_aside_next_to_an_article_is_not_text() -> None:
    aside = paragraphs(
        "The Courier asks its readers every week what they think of the paper, and prints the best answers."
    )
    assert text_of(f"<article>{ALL}</article><aside>{aside}</aside>").splitlines() == list(SENTENCES)


@pytest.mark.parametrize("whole", ["\n".join(SENTENCES), " ".join(SENTENCES), ALL], ids=["lines", "one line", "html"])
def test_an_article_only_in_article_body_is_found(whole: str) -> None:
    text = text_of("<div id='app'></div>", json_ld(articleBody=whole))
    assert " ".join(text.split()) == " ".join(SENTENCES)


def test_article_body_completes_a_text_that_the_page_only_begins() -> None:
    text = text_of(f"<article>{FIRST}</article>", json_ld(articleBody="\n".join(SENTENCES)))
    assert text.splitlines() == list(SENTENCES)


def test_article_body_about_something_else_does_not_replace_the_text() -> None:
    other = " ".join(
        f"Item {number} of the catalogue is a lamp of brass with a shade of green glass." for number in range(40)
    )
    assert text_of(f"<article>{ALL}</article>", json_ld(articleBody=other)).splitlines() == list(SENTENCES)


BLOCKS = [{"type": "paragraph", "text": sentence} for sentence in SENTENCES]
NESTED = [
    {"type": "paragraph", "children": [{"text": part} for part in sentence.split(" ", 3)]} for sentence in SENTENCES
]
CARDS = [
    {"title": f"Story {n}", "url": f"/world/{n}", "text": f"Something else happened, and {n} people saw it. " * 9}
    for n in range(9)
]


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"article": {"body": BLOCKS}}})}</script>',
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"html": ALL, "related": CARDS}})}</script>',
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'post': {'content': chr(10).join(SENTENCES)}})};</script>",
        f"<script>window.__NUXT__={json.dumps({'data': [{'post': {'paragraphs': list(SENTENCES)}}]})}</script>",
        f"<script>self.__APOLLO_STATE__ = {json.dumps({'Article:1': {'body': NESTED}, 'lists': CARDS})}; init();</script>",
        f"<script>window.__DATA__ = JSON.parse({json.dumps(json.dumps({'html': ALL}))})</script>",
        f"<script>var page = {{id: 7, html: {json.dumps(ALL)}}};</script>",
    ],
)
def test_an_article_only_in_the_data_of_scripts_is_found(script: str) -> None:
    text = text_of(f"<div id='root'></div>{script}")
    assert " ".join(text.split()) == " ".join(SENTENCES)


def test_a_list_of_other_articles_in_the_data_of_scripts_is_not_text() -> None:
    assert not text_of(
        f"<div id='root'></div><script type='application/json'>{json.dumps({'stories': CARDS})}</script>"
    )


def test_settings_in_scripts_are_not_text() -> None:
    settings = {
        "consent": {"purpose": "x" * 900},
        "css": "a { color: red; } " * 60,
        "rules": [{"value": "https://a.example/b" * 9}] * 40,
    }
    assert not text_of(f"<div id='root'></div><script>window.config = {json.dumps(settings)};</script>")


LEAD = "Ministers of three states spoke for four hours about a pause, and agreed only to meet again on Thursday."


@pytest.mark.parametrize(
    "lead",
    [
        f"<p class='article__teaser'>{LEAD}</p>",
        f"<div class='teaser-text'><strong>{LEAD}</strong></div>",
        f"<h2>{LEAD}</h2>",
        f"<div class='summary-bar'><span>Geneva.</span> <p><span>Geneva. </span>{LEAD}</p></div>",
    ],
)
def test_a_lead_outside_of_the_text_is_its_first_line(lead: str) -> None:
    head = f'<meta name="description" content="{LEAD[:90]}…">'
    text = text_of(f"<header><h1>Lake talks</h1>{lead}</header><div class='article-body'>{ALL}</div>", head)
    assert LEAD in text.splitlines()[0]
    assert text.splitlines()[1:] == list(SENTENCES)


def test_a_description_that_the_page_does_not_show_is_not_text() -> None:
    head = f'<meta name="description" content="{LEAD}">'
    assert text_of(f"<div class='article-body'>{ALL}</div>", head).splitlines() == list(SENTENCES)


def test_a_description_that_is_the_headline_again_is_not_a_lead() -> None:
    headline = "Ministers of three lake states meet in the old customs house"
    head = f'<meta name="description" content="{headline}"><meta property="og:title" content="{headline}">'
    body = (
        f"<div class='teaser'><p>{headline} | Courier</p></div><h1>{headline}</h1><div class='article-body'>{ALL}</div>"
    )
    assert text_of(body, head).splitlines() == list(SENTENCES)


def test_a_subheading_that_article_body_lacks_stays() -> None:
    body = (
        f"<article>{FIRST}<h2>Lorries at the crossing</h2>{REST}<h2>Our newsletter</h2><p>Sign up today.</p></article>"
    )
    text = text_of(body, json_ld(articleBody="\n".join(SENTENCES)))
    assert text.splitlines() == [*SENTENCES[:3], "Lorries at the crossing", *SENTENCES[3:]]


def test_the_headline_is_not_repeated_in_the_text() -> None:
    body = f"<article><h1><span>Shore</span>Ministers meet at the lake</h1><p>ShoreMinisters meet at the lake</p>{ALL}</article>"
    assert text_of(body).splitlines() == list(SENTENCES)


def test_links_to_other_articles_between_paragraphs_are_not_text() -> None:
    links = "<p>Read also: <a href='/world/2'>Insurers keep their rates for the third week</a></p>"
    link = "<a href='https://www.courier.example/world/3'>What the draft says about inspections</a>"
    box = f"<h3>More on this</h3><ul><li>{link}</li></ul>"
    text = text_of(f"<article>{FIRST}{links}{box}{REST}</article>")
    assert text.splitlines() == list(SENTENCES)


def test_a_page_that_is_a_list_of_links_keeps_them() -> None:
    links = "".join(f"<p><a href='/world/{n}'>{sentence}</a></p>" for n, sentence in enumerate(SENTENCES[1:]))
    text = text_of(f"<article><p>{SENTENCES[0]}</p>{links}</article>")
    assert " ".join(text.split()) == " ".join(SENTENCES)


def test_a_page_of_thousands_of_short_blocks_is_not_compared_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    monkeypatch.setattr(
        "trafilatura.external.revise_paragraph_classification", lambda blocks, _: compared.append(len(blocks))
    )
    for number in (100, 4_000):
        extract(f"<html><body><h1>Talks</h1>{'<div class=sidebar>word here</div>' * number}</body></html>")
    assert compared == [101]
