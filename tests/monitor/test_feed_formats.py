"""Feeds are read back by feedparser as they were written, whatever strangers put into their texts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from monitor.feed_formats import FEED_FORMATS, Subscription, opml
from monitor.services.feeds import Entry, Feed

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ENTRY = Entry(
    id="tag:parley.invalid,2026:stories/1",
    title="Talks resume",
    url="https://wire.example/talks",
    page="/articles/1",
    author="Northern Wire",
    published=AT,
    updated=AT,
    language="en",
    themes={"truce": "Truce"},
    paragraphs=[("A truce was agreed.", [(2, 7)])],
    note="Northern Wire · wire",
)
FEED = Feed(
    id="tag:parley.invalid,2026:themes/truce",
    title="Truce",
    subtitle="Talk of a truce",
    page="/themes/truce",
    parameters={},
    entries=[ENTRY],
)
BASE, OWN = "http://127.0.0.1:8765", "http://127.0.0.1:8765/api/v1/feeds/themes/truce.atom"

HOSTILE = [
    "<script>alert(1)</script>",
    "]]><script>alert(1)</script><![CDATA[",
    "&lt;img src=x onerror=alert(1)&gt;",
    '"><a href="javascript:alert(1)">',
    "nul \x00 bell \x07 escape \x1b[31m delete \x7f csi \x9b",
    "over \u202ecod.exe\u202c and \u2066isolated\u2069",
    "noncharacters \ufffe \uffff, half \ud83d of a pair",
    "line\nbreak\u2028and\u2029paragraph\r\n\ttab",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "שלום עולם",
    "\U0001f54a " * 100,
    "   ",
    "",
]


def parsed(feed: Feed) -> feedparser.FeedParserDict:
    read = feedparser.parse(FEED_FORMATS["atom"].render(feed, BASE, OWN))
    assert not read.bozo, read.bozo_exception
    return read


def plain(text: str) -> str:
    """Return what is left of a text: what is shown, in one line."""
    shown = "".join(
        " " if ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign in "\u2028\u2029\ufffe\uffff" else sign
        for sign in text
        if not (0x202A <= ord(sign) <= 0x202E or 0x2066 <= ord(sign) <= 0x2069 or 0xD800 <= ord(sign) < 0xE000)
    )
    return " ".join(shown.split())


def test_a_feed_is_read_back() -> None:
    read = parsed(FEED)
    assert (read.feed.title, read.feed.subtitle, read.feed.id) == ("Truce", "Talk of a truce", FEED.id)
    assert {(link.rel, link.href) for link in read.feed.links} == {
        ("self", OWN),
        ("alternate", f"{BASE}/themes/truce"),
    }
    [entry] = read.entries
    assert (entry.id, entry.title, entry.link, entry.author) == (ENTRY.id, ENTRY.title, ENTRY.url, ENTRY.author)
    assert entry.published == entry.updated == "2026-11-20T09:30:00+00:00"
    assert [(tag.term, tag.label) for tag in entry.tags] == [("truce", "Truce")]
    assert "A <b>truce</b> was agreed." in entry.content[0].value
    assert f'href="{BASE}/articles/1"' in entry.content[0].value


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts(text: str) -> None:
    entry = replace(ENTRY, title=text, author=text, themes={"truce": text}, paragraphs=[(text, [(0, 3)])], note=text)
    feed = replace(FEED, title=text, subtitle=text, entries=[entry])
    atom = etree.fromstring(FEED_FORMATS["atom"].render(feed, BASE, OWN))
    content = atom.findtext("{*}entry/{*}content") or ""
    item = json.loads(FEED_FORMATS["json"].render(feed, BASE, OWN))["items"][0]
    for title in (atom.findtext("{*}title"), atom.findtext("{*}entry/{*}title"), item["title"]):
        assert plain(title or "") == (title or "")
        assert "".join((title or "").split()) == "".join(plain(text).split())
    assert {element.tag for element in html.fragment_fromstring(content, "div").iterdescendants()} <= {"p", "b", "a"}
    assert item["content_html"] == content
    assert html.fragment_fromstring(content, "div").xpath("//a/@href") == [f"{BASE}/articles/1"]


@given(st.text(max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_any_text_with_any_mark_is_well_formed(text: str, start: int, end: int) -> None:
    first, last = sorted((min(start, len(text)), min(end, len(text))))
    entry = replace(ENTRY, title=text, paragraphs=[(text, [(first, last)])], note=text)
    atom = etree.fromstring(FEED_FORMATS["atom"].render(replace(FEED, entries=[entry]), BASE, OWN))
    shown = html.fragment_fromstring(atom.findtext("{*}entry/{*}content") or "", "div").text_content()
    assert "".join(plain(text).split()) in "".join(shown.split())


def test_an_entry_whose_address_is_none_of_the_web_leads_to_its_page() -> None:
    entry = replace(ENTRY, url=None)
    assert parsed(replace(FEED, entries=[entry])).entries[0].link == f"{BASE}/articles/1"
    item = json.loads(FEED_FORMATS["json"].render(replace(FEED, entries=[entry]), BASE, OWN))["items"][0]
    assert item["url"] == f"{BASE}/articles/1"


def test_a_feed_without_entries_is_a_feed() -> None:
    read = parsed(replace(FEED, entries=[]))
    assert read.entries == []
    assert read.feed.updated == "1970-01-01T00:00:00+00:00"


def test_an_unknown_date_or_language_is_left_out() -> None:
    entry = replace(ENTRY, published=None, language=None)
    read = parsed(replace(FEED, entries=[entry])).entries[0]
    item = json.loads(FEED_FORMATS["json"].render(replace(FEED, entries=[entry]), BASE, OWN))["items"][0]
    assert "published" not in read
    assert not {"date_published", "language"} & item.keys()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_list_of_feeds_holds_any_title(text: str) -> None:
    written = opml("Themes", {text: [Subscription(text, OWN, BASE)]})
    [outline] = etree.fromstring(written).iterfind("body/outline/outline")
    assert outline.get("xmlUrl") == OWN
    assert "".join((outline.get("title") or "").split()) == "".join(plain(text).split())
