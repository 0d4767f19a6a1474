from __future__ import annotations

import json

import pytest

from crawler.kinds.feed import FULL_TEXT_CHARS
from tests.support.feeds import ATOM, item, only_link, read_text, rss

LONG = "<p>" + "Delegations met again and agreed on very little. " * 30 + "</p>"


@pytest.mark.parametrize("element", ["content:encoded", "description"])
def test_full_text_is_kept_and_a_teaser_is_not(element: str) -> None:
    full = rss(item(f"<{element}><![CDATA[{LONG}]]></{element}>")).replace(
        "<rss", '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    )
    assert len(only_link(full).hints.html or "") > FULL_TEXT_CHARS
    assert only_link(full.replace(LONG, "<p>Delegations met.</p>")).hints.html is None
    assert only_link(full.replace("little. </p>", "little … [...]</p>")).hints.html is None


def test_full_text_from_json_feed_and_yandex_is_kept_as_html() -> None:
    text = "A & B met.\n\n" + "They agreed on very little. " * 50
    made = {"items": [{"url": "https://news.example/1", "content_text": text}]}
    assert (only_link(json.dumps(made)).hints.html or "").startswith("<p>A &amp; B met.</p>\n<p>They agreed")
    yandex = rss(item(f"<yandex:full-text>{text.replace('&', '&amp;')}</yandex:full-text>"))
    assert (only_link(yandex).hints.html or "").startswith("<p>A &amp; B met.</p>\n<p>They agreed")


@pytest.mark.parametrize("end", [" ...", "…", "...", "&hellip;", " . . .", "?..", "... (AP)"])
def test_an_ellipsis_at_its_end_does_not_make_a_full_text_a_teaser(end: str) -> None:
    assert only_link(rss(item(f"<description><![CDATA[{LONG} And then{end}]]></description>"))).hints.html
    assert only_link(json.dumps({"items": [{"url": "https://news.example/1", "content_html": LONG + end}]})).hints.html


@pytest.mark.parametrize(
    "end",
    [
        "[...]",
        "[…]",
        "[&#8230;]",
        "(…)",
        "Read more",
        "<a href='/1'>Continue reading &rarr;</a>",
        "Читать далее »",
        "Lire la suite",
    ],
)
def test_a_mark_of_more_text_makes_a_text_a_teaser(end: str) -> None:
    assert only_link(rss(item(f"<description><![CDATA[{LONG} And then {end}]]></description>"))).hints.html is None


def test_the_text_with_the_most_words_is_the_content_whatever_its_markup() -> None:
    picture = f"<img src='x' srcset='{'https://news.example/x.jpg 2x, ' * 200}'>Envoys met."
    inner = f"<description><![CDATA[{picture}]]></description><content:encoded><![CDATA[{LONG}]]></content:encoded>"
    assert only_link(rss(item(inner))).hints.html == LONG


TEXT = "<description>Envoys met in Geneva.</description>"


@pytest.mark.parametrize(
    "inner",
    [
        TEXT,
        f"<link/>{TEXT}",
        f"<link>javascript:alert(1)</link>{TEXT}",
        f'<guid isPermaLink="false">1</guid>{TEXT}',
        f"<title>Talks</title><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>{TEXT}",
    ],
)
def test_an_entry_without_an_address_is_a_page_of_its_own(inner: str) -> None:
    result = read_text(rss(f"<item>{inner}</item>"))
    (page,) = result.pages
    assert (result.links, result.detail, page.kind, page.body) == ((), "", "entry", b"Envoys met in Geneva.")
    assert page.url.startswith("https://news.example/feed?parley-entry=")
    assert page == read_text(rss(f"<item>{inner}</item>")).pages[0]


def test_entries_without_an_address_have_different_ones_that_stay_as_their_texts_change() -> None:
    def addresses(*items: str) -> list[str]:
        return [page.url for page in read_text(rss("".join(f"<item>{inner}</item>" for inner in items))).pages]

    first, second = addresses(f"<guid>1</guid>{TEXT}", f"<guid>2</guid>{TEXT}")
    assert first != second
    assert addresses(f"<guid>1</guid>{TEXT.replace('met', 'meet')}") == [first]
    assert addresses(TEXT) != addresses(TEXT.replace("met", "meet"))


def test_json_feeds_keep_entries_without_an_address_too() -> None:
    (page,) = read_text(json.dumps({"items": [{"id": "1", "content_text": "Envoys met."}, {"id": "2"}]})).pages
    assert page.body == b"<p>Envoys met.</p>"


def test_changing_attributes_do_not_revise_an_entry_without_an_address() -> None:
    bodies = [
        read_text(
            rss(f"<item><guid>1</guid><description>&lt;p id='{n}'&gt;Met&lt;img src='{n}'&gt;</description></item>")
        )
        for n in (1, 2)
    ]
    assert bodies[0].pages[0].body == bodies[1].pages[0].body


def test_the_text_of_an_entry_whose_address_is_a_guess_is_kept_however_short() -> None:
    guessed = ATOM.replace(
        '<link href="https://news.example/1"/>', "<id>https://news.example/1</id><summary>Met</summary>"
    )
    link = only_link(guessed)
    assert (link.url, link.hints.html) == ("https://news.example/1", "Met")


def test_an_unterminated_full_text_is_read_in_bounded_time() -> None:
    inner = f"<description><![CDATA[{'<yandex:full-text>' * 250_000}]]></description>"
    assert only_link(rss(item(inner))).hints.title == "Talks"
