from __future__ import annotations

import pytest

from crawler.parse.xml_feed import read_xml

URL = "https://feeds.example/harbour/news.xml"
RSS = "<rss><channel><title>News</title>{head}<item {item}><title>Talks</title>{link}</item></channel></rss>"


def link_of(document: str) -> str | None:
    feed = read_xml(document, URL)
    assert feed is not None
    return feed.entries[0].link


@pytest.mark.parametrize(
    ("head", "link", "address"),
    [
        ("<link>https://www.news.example/en/</link>", "/news/1/", "https://www.news.example/news/1/"),
        ("<link>https://www.news.example/en/</link>", "news/1", "https://www.news.example/en/news/1"),
        ("<link>https://www.news.example/en</link>", "?id=1", "https://www.news.example/en?id=1"),
        ("<link>https://www.news.example/</link>", "//other.example/1", "https://other.example/1"),
        ("<link>www.news.example</link>", "/1", "http://www.news.example/1"),
        ("<link>/en/</link>", "1", "https://feeds.example/en/1"),
        ("<link>mailto:desk@news.example</link>", "1", "https://feeds.example/harbour/1"),
        ("", "1", "https://feeds.example/harbour/1"),
        ("", "/1#part", "https://feeds.example/1#part"),
        ("", "www.news.example/1", "http://www.news.example/1"),
        ("", "https://news.example/?a=1&amp;amp;b=2", "https://news.example/?a=1&b=2"),
        ("", "\n  https://news.example/1\n", "https://news.example/1"),
        ("<image><link>https://other.example/</link></image>", "/1", "https://feeds.example/1"),
        (
            '<link>https://www.news.example/</link><atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" '
            'href="https://feeds.example/x"/>',
            "/1",
            "https://www.news.example/1",
        ),
    ],
)
def test_relative_links_begin_at_the_site_of_the_channel_or_at_the_feed(head: str, link: str, address: str) -> None:
    assert link_of(RSS.format(head=head, item="", link=f"<link>{link}</link>")) == address


@pytest.mark.parametrize(
    ("feed", "entry", "link", "address"),
    [
        ("https://a.example/x/", "", "1", "https://a.example/x/1"),
        ("https://a.example/x/", "y/", "1", "https://a.example/x/y/1"),
        ("https://a.example/x/", "/y/", "1", "https://a.example/y/1"),
        ("", "https://b.example/", "1", "https://b.example/1"),
        ("/x/", "", "1", "https://feeds.example/x/1"),
        ("https://a.example/", "javascript:alert(1)", "1", "https://a.example/1"),
        ("https://a.example/", "http://[broken", "1", "https://a.example/1"),
        ("mailto:desk@news.example", "", "/1", "https://site.example/1"),
    ],
)
def test_an_xml_base_comes_before_the_site_and_nests(feed: str, entry: str, link: str, address: str) -> None:
    document = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {base(feed)}><link href="https://site.example/"/>'
        f'<entry {base(entry)}><link href="{link}"/></entry></feed>'
    )
    assert link_of(document) == address


def base(address: str) -> str:
    return f'xml:base="{address}"' if address else ""


def test_a_link_may_have_a_base_of_its_own() -> None:
    link = '<link xml:base="https://b.example/x/">1</link>'
    assert link_of(RSS.format(head="<link>https://a.example/</link>", item="", link=link)) == "https://b.example/x/1"


def test_thousands_of_nested_bases_are_read_in_bounded_time() -> None:
    items = "<item><link>1</link></item>" * 3_000
    document = '<rss xml:base="https://a.example/">' + '<a xml:base="b/">' * 900 + items + "</a>" * 900 + "</rss>"
    assert (link_of(document) or "").startswith("https://a.example/b/b/")
