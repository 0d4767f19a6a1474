from __future__ import annotations

import gzip
import json
import pickle
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.feeds import bodies as real_feeds
from crawler.kinds.feed import check_options, read, requests
from tests.support.feeds import ATOM, item, only_link, read_text, rss
from tests.support.responses import feed, response

RSS_10 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>News</title></channel>
<item rdf:about="https://news.example/1"><title>Talks</title><link>https://news.example/1</link>
<dc:date>2026-11-23T10:00:00Z</dc:date></item></rdf:RDF>"""
RSS_09 = """<rss version="0.91"><channel><title>News</title><item><title>Talks</title><link>https://news.example/1</link>
<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "https://news.example/1", "title": "Talks", "date_published": "2026-11-23T10:00:00Z"},
        ],
    }
)


@pytest.mark.parametrize(
    "body", [RSS_10, ATOM, RSS_09, JSON_FEED, "junk\n" + RSS_09, "[warning] x\n" + ATOM, gzip.compress(ATOM.encode())]
)
def test_every_feed_format_yields_the_same_link(body: str | bytes) -> None:
    link = only_link(body)
    assert link.url == "https://news.example/1"
    assert link.hints.title == "Talks"
    assert link.hints.published == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert link.hints.published_precision == "second"


def test_a_feed_is_requested_at_its_address() -> None:
    assert requests(feed("https://news.example/rss")) == ["https://news.example/rss"]


def test_unknown_options_are_refused() -> None:
    assert check_options({}) == []
    assert "links" in check_options({"links": "a"})[0]


def test_a_date_without_a_time_is_set_to_noon_with_day_precision() -> None:
    link = only_link(rss(item("<pubDate>2026-11-23</pubDate>")))
    assert link.hints.published == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert link.hints.published_precision == "day"


@pytest.mark.parametrize(
    "date", ["Mon, 31 Feb 2026 10:00:00 GMT", "10:30", "Tuesday", "2026", "1 Jan 1970 00:00:00 GMT", "soon"]
)
def test_an_impossible_date_is_ignored(date: str) -> None:
    hints = only_link(rss(item(f"<pubDate>{date}</pubDate>"))).hints
    assert hints.published is None
    assert hints.published_precision is None


@pytest.mark.parametrize(
    "title",
    [
        "Talks &amp;amp; &lt;b&gt;truce&lt;/b&gt;",
        "<![CDATA[Talks &amp; <b>truce</b>]]>",
        "  Talks\n &amp;amp;\t truce ",
        "<![CDATA[Talks & <script>alert(1)</script>truce]]>",
    ],
)
def test_markup_is_removed_from_a_title(title: str) -> None:
    assert only_link(rss(item(title=title))).hints.title == "Talks & truce"


def test_a_long_title_is_truncated() -> None:
    assert len(only_link(rss(item(title="word " * 1_000))).hints.title or "") <= 1_000


def test_an_atom_title_in_xhtml_is_read() -> None:
    title = '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Talks on <b>truce</b></div></title>'
    assert only_link(ATOM.replace("<title>Talks</title>", title)).hints.title == "Talks on truce"


def test_mail_addresses_are_removed_from_authors() -> None:
    assert only_link(rss(item("<author>a@news.example (Ann Writer)</author>"))).hints.authors == ("Ann Writer",)
    assert only_link(rss(item("<author>a@news.example</author>"))).hints.authors == ()


@pytest.mark.parametrize(
    ("tag", "code"), [("en-GB", "en"), ("ru", "ru"), ("ua", "uk"), ("eng", "en"), ("English", "en"), ("klingon", None)]
)
def test_the_language_is_taken_from_the_feed(tag: str, code: str | None) -> None:
    assert only_link(rss(item(), f"<language>{tag}</language>")).hints.language == code


def test_relative_addresses_are_resolved() -> None:
    assert only_link(rss(item(link="/2?utm_source=rss"))).url == "https://news.example/2"
    based = ATOM.replace("<feed ", '<feed xml:base="https://other.example/a/" ').replace("https://news.example/1", "b")
    assert only_link(based).url == "https://other.example/a/b"


@pytest.mark.parametrize("relation", ["replies", "enclosure", "self"])
def test_an_atom_link_without_rel_is_the_link_of_the_entry(relation: str) -> None:
    other = f'<entry><title>Talks</title><link rel="{relation}" href="https://news.example/other"/><link href='
    assert only_link(ATOM.replace("<entry><title>Talks</title>\n<link href=", other)).url == "https://news.example/1"


@pytest.mark.parametrize(
    ("mistake", "title"),
    [
        ("Talks", "Talks"),
        ("Caf&eacute; &laquo;Europe&raquo;", "Café «Europe»"),
        ("AT&T & others", "AT&T & others"),
        ("1 < 2", "1 < 2"),
        ("<![CDATA[AT&T &amp; others]]>", "AT&T & others"),
    ],
)
@pytest.mark.parametrize(
    "address",
    ["https://news.example/?a=1&amp;b=2", "https://news.example/?a=1&b=2", "<![CDATA[https://news.example/?a=1&b=2]]>"],
)
def test_malformed_feeds_do_not_change_addresses(mistake: str, title: str, address: str) -> None:
    link = only_link(rss(item(link=address, title=mistake)))
    assert (link.url, link.hints.title) == ("https://news.example/?a=1&b=2", title)


def test_a_permanent_guid_replaces_a_missing_link() -> None:
    body = rss("<item><title>Talks</title><guid>https://news.example/3</guid></item>")
    assert only_link(body).url == "https://news.example/3"


def test_addresses_are_returned_once_and_in_feed_order() -> None:
    links = ["https://news.example/2", "https://news.example/1", "https://news.example/2?utm_medium=rss"]
    result = read_text(rss("".join(item(link=link) for link in links)))
    assert [link.url for link in result.links] == links[:2]


def test_entries_without_a_usable_address_are_counted() -> None:
    result = read_text(rss(item() + item(link="javascript:alert(1)") + item(link="")))
    assert len(result.links) == 1
    assert result.detail.startswith("2 of 3 entries")


def test_a_revision_changes_the_digest_but_cosmetic_changes_do_not() -> None:
    body = rss(item('<description><![CDATA[<p class="a" id="b">Delegations met.</p>]]></description>'))
    digest = only_link(body).digest
    assert digest == only_link(body.replace('class="a" id="b"', 'id="b"  class="c"')).digest
    assert digest == only_link(body.replace("Delegations met", "Delegations  met")).digest
    assert digest != only_link(body.replace("Delegations met", "Delegations left")).digest
    assert digest != only_link(body.replace("Talks", "Talks end")).digest
    assert (later := ATOM.replace("</entry>", "<updated>2026-11-24T10:00:00Z</updated></entry>")) != ATOM
    assert only_link(ATOM).digest != only_link(later).digest


@pytest.mark.parametrize(
    "body", [ATOM.replace("published>", "updated>"), JSON_FEED.replace("date_published", "date_modified")]
)
def test_an_update_time_is_not_taken_for_the_publication_date(body: str) -> None:
    hints = only_link(body).hints
    assert (hints.published, hints.is_change) == (datetime(2026, 11, 23, 10, tzinfo=UTC), True)
    assert not only_link(ATOM).hints.is_change
    assert not only_link(JSON_FEED).hints.is_change


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>30</ttl>", 1_800.0),
        ("<ttl>99999</ttl>", 86_400.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1_800.0),
        ("<sy:updatePeriod>weekly</sy:updatePeriod>", 86_400.0),
        ("<ttl>0</ttl>", None),
        ("", None),
    ],
)
def test_the_interval_a_feed_asks_for_is_a_minimum_capped_at_one_day(head: str, seconds: float | None) -> None:
    assert read_text(rss(item(), head)).interval_floor == seconds


def test_an_endless_feed_is_truncated_and_this_is_reported() -> None:
    result = read_text(json.dumps({"items": [{"url": f"https://news.example/{n}"} for n in range(5_001)]}))
    assert len(result.links) == 5_000
    assert "5,000 of 5,001" in result.detail


def test_an_unclosed_item_does_not_hide_the_rest() -> None:
    items = "".join(item(link=f"https://news.example/{n}") for n in range(10))
    broken = rss(items.replace("</item>", "", 1)).replace("</title>", "", 1)
    assert {link.url for link in read_text(broken).links} >= {f"https://news.example/{n}" for n in range(1, 10)}


RUSSIAN = "Переговоры о перемирии продолжаются в Женеве"


@pytest.mark.parametrize(
    ("encoding", "label", "server"),
    [
        ("utf-8", "windows-1251", ""),
        ("windows-1251", "utf-8", ""),
        ("windows-1251", "windows-1251", "text/xml; charset=utf-8"),
        ("windows-1251", "", "text/xml; charset=windows-1251"),
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("koi8-r", "koi8-r", ""),
        ("utf-16", "utf-16", ""),
        ("utf-8-sig", "", ""),
    ],
)
def test_text_survives_wrong_encoding_labels(encoding: str, label: str, server: str) -> None:
    declared = f'<?xml version="1.0" encoding="{label}"?>' if label else '<?xml version="1.0"?>'
    body = rss(item(title=RUSSIAN)).replace('<?xml version="1.0"?>', declared)
    assert only_link(body.encode(encoding), server).hints.title == RUSSIAN


def test_a_feed_with_control_characters_is_read() -> None:
    assert only_link(rss(item(title="Ta\x01lks \x0b&#8; end"))).hints.title is not None


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    + "]><rss><channel><item><title>&k;</title></item></channel></rss>"
)
EXTERNAL = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(item(title="&x;"))
DEEP = rss("<a>" * 200_000)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (LAUGHS, "entities"),
        (EXTERNAL, "entities"),
        (DEEP, "too_deep"),
        (b"x" * 50_000_000, "too_large"),
        (gzip.compress(b"<a>" * 20_000_000), "too_large"),
        (b"\x1f\x8bbroken", "cut_off"),
        (b"\x89PNG\r\n" + bytes(500), "binary"),
        (bytes(500), "binary"),
        (b"", "empty"),
        (b" \n ", "empty"),
        ("just words", "not_a_feed"),
        ("<config><a/></config>", "not_a_feed"),
        ('{"items": 3}', "not_a_feed"),
        ("[" * 1_000_000, "not_a_feed"),
        (rss("<" * 400_000), "too_many_tags"),
        (rss("<a " + "x='y' " * 40_000 + "/>"), "endless_tag"),
        ("<!-- x --><!DOCTYPE html><html><body>News</body></html>", "html_instead"),
    ],
)
def test_unreadable_responses_have_an_outcome_and_an_explanation(body: str | bytes, outcome: str) -> None:
    result = read_text(body)
    assert result.outcome == outcome
    assert result.detail.endswith(".")
    assert result.links == ()


def test_an_article_about_entities_is_not_refused_as_a_bomb() -> None:
    assert only_link(rss(item("<description><![CDATA[<pre>&lt;!ENTITY a> <!ENTITY b></pre>]]></description>")))


def test_a_web_page_instead_of_a_feed_is_reported_with_the_feeds_it_advertises() -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss.xml"></head></html>'
    assert "https://news.example/rss.xml" in read_text(page).detail


def test_a_feed_after_a_web_page_is_read() -> None:
    page = "<!doctype html><html><body>Notice: a module failed</body></html>\n"
    assert only_link(page + '<?xml version="1.0"?>' + RSS_09).hints.title == "Talks"
    assert read_text(f"<!doctype html><html><body><p>{RSS_09}</p></body></html>").outcome == "html_instead"


def test_an_empty_feed_is_read() -> None:
    result = read_text(rss(""))
    assert (result.outcome, result.detail) == ("read", "The feed has no entries.")


def test_reading_works_in_another_process() -> None:
    copied_feed, copied_response = pickle.loads(pickle.dumps((feed(), response(ATOM))))  # noqa: S301
    assert pickle.loads(pickle.dumps(read(copied_feed, copied_response))) == read(feed(), response(ATOM))  # noqa: S301


TAGS = (
    "item",
    "/item",
    "title",
    "/title",
    "link",
    "pubDate",
    "rss",
    "channel",
    "/rss",
    "ttl",
    "?xml ?",
    "![CDATA[",
    "entry",
)
LOOSE = (
    "<!--",
    "]]>",
    "-->",
    "<",
    ">",
    "&amp;",
    "&#0;",
    "https://a.example/1",
    "2026-11-23",
    "9",
    "я",
    "{",
    "[",
    "\x00",
)
PIECES = st.sampled_from([f"<{tag}>" for tag in TAGS] + list(LOOSE))


@given(st.lists(PIECES, max_size=40).map("".join))
def test_reading_arbitrary_text_never_raises(text: str) -> None:
    assert read(feed(), replace(response(text), content_type="text/xml")).outcome


@given(st.binary(max_size=200))
def test_reading_arbitrary_bytes_never_raises(body: bytes) -> None:
    assert read_text(body).outcome


def test_real_feeds_are_read_in_time_or_refused_with_a_reason(test_data: Path) -> None:
    bodies = dict(real_feeds(test_data / "feeds"))
    assert len(bodies) > 2_000
    for name, body in bodies.items():
        start = time.process_time()
        result = read_text(body)
        assert time.process_time() - start < 5, name
        assert result.outcome == "read" or result.detail, name


LIVE = "http://news.example/live"


def entry_of(link: str, guid: str, title: str, text: str) -> str:
    identity = f"<guid isPermaLink='false'>{guid}</guid>"
    return f"<item><title>{title}</title><link>{link}</link>{identity}<description>{text}</description></item>"


def own_text(name: str, sentences: int) -> str:
    return " ".join(f"Sentence {number} of the entry {name}." for number in range(sentences))


def test_entries_that_name_places_of_one_page_are_articles_of_their_own() -> None:
    places = ("#1", "#2", "#!/3")
    result = read_text(
        rss("".join(entry_of(LIVE + place, place, f"At {place}", own_text(place, 4)) for place in places))
    )
    assert len({page.url for page in result.pages}) == 3
    assert all(page.url.startswith(f"{LIVE}?") and page.kind == "entry" for page in result.pages)
    assert [page.hints.title for page in result.pages] == ["At #1", "At #2", "At #!/3"]
    assert result.links == ()
    assert result.detail == ""


def test_entries_with_one_link_share_its_page_unless_they_have_long_texts() -> None:
    items = [
        entry_of(LIVE, "a", "A", "Short."),
        entry_of(LIVE, "b", "B", own_text("b", 12)),
        entry_of(LIVE, "c", "C", "Brief."),
    ]
    result = read_text(rss("".join(items)))
    assert [link.url for link in result.links] == [LIVE]
    assert [page.hints.title for page in result.pages] == ["B"]
    assert (
        result.detail
        == "1 of 3 entries have the address of another entry and no text of their own; they were left out."
    )


def test_an_entry_listed_twice_is_one_article() -> None:
    result = read_text(rss("".join(entry_of(LIVE, guid, "A", own_text("a", 12)) for guid in ("a", "b"))))
    assert [link.url for link in result.links] == [LIVE]
    assert (result.pages, result.detail) == ((), "")


def test_the_original_link_is_preferred_to_one_that_counts_clicks() -> None:
    original = "<f:origLink xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>http://news.example/a1</f:origLink>"
    item = entry_of("http://feedproxy.example/~r/1", "n1", "A", "").replace("</item>", f"{original}</item>")
    (link,) = read_text(rss(item)).links
    assert (link.url, link.guid, link.others) == ("http://news.example/a1", "n1", ("http://feedproxy.example/~r/1",))
