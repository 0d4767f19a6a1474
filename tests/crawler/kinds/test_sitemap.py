from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import DEFAULT_MAX_BYTES
from crawler.kinds.sitemap import check_options, read, requests
from crawler.limits import most_bytes
from crawler.page import FeedResult
from tests.support.responses import feed, response

URL = "https://news.example/sitemap.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)


def urlset(inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {NAMESPACES}>{inner}</urlset>'


def index(*children: str) -> str:
    return f"<sitemapindex {NAMESPACES}>{''.join(f'<sitemap>{child}</sitemap>' for child in children)}</sitemapindex>"


def read_map(body: str | bytes, **options: object) -> FeedResult:
    return read(feed(URL, "sitemap", **options), response(body, URL))


NEWS = """<url><loc>https://news.example/1?utm_source=x</loc><lastmod>2026-11-24T08:00:00Z</lastmod>
<image:image><image:loc>https://news.example/1.jpg</image:loc><image:title>A picture</image:title></image:image>
<news:news><news:publication><news:name>News</news:name><news:language>de</news:language></news:publication>
<news:publication_date>2026-11-23T10:00:00+03:00</news:publication_date>
<news:title>Talks &amp;amp; truce</news:title></news:news></url>"""


def test_a_news_sitemap_gives_title_language_and_date() -> None:
    (link,) = read_map(urlset(NEWS)).links
    assert link.url == "https://news.example/1"
    assert link.hints.title == "Talks & truce"
    assert link.hints.language == "de"
    assert link.hints.published == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert link.hints.published_precision == "second"


def test_lastmod_changes_the_digest_but_is_not_a_publication_date() -> None:
    body = urlset("<url><loc>/1</loc><lastmod>2026-11-23</lastmod></url>")
    (link,) = read_map(body).links
    assert link.hints.published is None
    assert link.digest != read_map(body.replace("-23", "-24")).links[0].digest


@pytest.mark.parametrize(
    "mistake", ["", "<image:caption>Caf&eacute; AT&T</image:caption>", "<image:caption>1 < 2</image:caption>"]
)
@pytest.mark.parametrize("address", ["/?a=1&amp;b=2", "/?a=1&b=2"])
def test_malformed_sitemaps_do_not_change_addresses(mistake: str, address: str) -> None:
    (link,) = read_map(urlset(f"<url>{mistake}<loc>{address}</loc></url>")).links
    assert link.url == "https://news.example/?a=1&b=2"


def test_an_entry_with_only_an_address_has_no_digest() -> None:
    assert read_map(urlset("<url><loc>/1</loc></url>")).links[0].digest is None


def test_hreflang_gives_the_language_of_the_address_itself() -> None:
    alternates = '<xhtml:link rel="alternate" hreflang="{}" href="https://news.example/{}"/>'
    inner = alternates.format("ru", "ru/1") + alternates.format("de-AT", "de/1")
    (link,) = read_map(urlset(f"<url><loc>https://news.example/de/1</loc>{inner}</url>")).links
    assert link.hints.language == "de"


def test_the_newest_addresses_are_taken() -> None:
    entries = [f"<url><loc>/{day}</loc><lastmod>2026-11-{day}</lastmod></url>" for day in (10, 12, 11)]
    result = read_map(urlset("".join(entries)), links=2)
    assert [link.url[-2:] for link in result.links] == ["12", "11"]
    assert "newest 2 of 3" in result.detail


@pytest.mark.parametrize(("links", "numbers"), [(1, "0"), (4, "0178"), (8, "01235678")])
def test_undated_addresses_are_taken_from_both_ends_and_this_is_reported(links: int, numbers: str) -> None:
    result = read_map(urlset("".join(f"<url><loc>/{number}</loc></url>" for number in range(9))), links=links)
    assert "".join(link.url[-1] for link in result.links) == numbers
    assert "newest" not in result.detail
    assert f"{links} of 9 addresses" in result.detail


def test_an_index_is_followed_newest_first_within_its_domain() -> None:
    result = read_map(
        index(
            "<loc>https://news.example/old.xml</loc><lastmod>2025-01-01</lastmod>",
            "<loc>https://cdn.news.example/new.xml.gz</loc><lastmod>2026-11-23</lastmod>",
            "<loc>https://evil.example/x.xml</loc><lastmod>2026-12-01</lastmod>",
            "<loc>https://news.example/map-2026-09.xml</loc>",
            "<loc>https://news.example/map-2026-10.xml</loc>",
            f"<loc>{URL}</loc>",
        ),
        children=3,
    )
    assert result.outcome == "read"
    assert result.follow == (
        "https://cdn.news.example/new.xml.gz",
        "https://news.example/old.xml",
        "https://news.example/map-2026-10.xml",
    )
    assert "1 on other domains" in result.detail


def test_a_compressed_sitemap_is_decompressed_up_to_a_limit() -> None:
    assert len(read_map(gzip.compress(urlset(NEWS).encode())).links) == 1
    assert read_map(gzip.compress(b" " * 50_000_000)).outcome == "too_large"


def test_a_sitemap_as_large_as_the_protocol_allows_is_read() -> None:
    record = "<url><loc>/{0}</loc><lastmod>2026-{1:02}-{2:02}</lastmod><changefreq>daily</changefreq></url>"
    records = "".join(record.format(number, 1 + number % 9, 1 + number % 28) for number in range(50_000))
    large = replace(response(urlset(records), URL), max_bytes=most_bytes("sitemap", DEFAULT_MAX_BYTES))
    result = read(feed(URL, "sitemap", links=10), large)
    assert len(result.links) == 10
    assert result.detail == "The newest 10 of 50,000 addresses were read."


@pytest.mark.parametrize(
    "junk", ["\ufeff", "\n\n", "Notice: x\n", "<br />\n<b>Warning</b>: <i>a</i>\n", "<!-- <urlset> -->"]
)
def test_junk_before_a_sitemap_is_skipped(junk: str) -> None:
    assert [link.url for link in read_map(junk + urlset(NEWS)).links] == ["https://news.example/1"]


@pytest.mark.parametrize(
    "body",
    [
        "https://news.example/1\r\nhttps://news.example/2\r\n",
        "\ufeffhttps://news.example/1\n\n  https://news.example/2",
        "https://news.example/1\nhttps://news.example/2".encode("utf-16"),
    ],
)
def test_a_text_sitemap_lists_an_address_on_each_line(body: str | bytes) -> None:
    assert [link.url for link in read_map(body).links] == ["https://news.example/1", "https://news.example/2"]


def test_the_last_line_of_a_text_sitemap_without_a_line_break_is_read_when_it_comes_again() -> None:
    def ends(lines: str, known: str) -> tuple[str, list[str], str]:
        result = read(feed(URL, "sitemap"), replace(response(lines, URL), known_end=known))
        assert bool(result.open_end) == (not lines.endswith("\n"))
        assert result.is_end_known == ("half a line" not in result.detail)
        assert "no addresses" not in result.detail
        return result.outcome, [link.url[-2:] for link in result.links], result.open_end

    def listed(*names: str) -> str:
        return "\n".join(f"https://news.example/{name}" for name in names)

    outcome, links, first = ends(listed("11", "12"), "")
    assert (outcome, links) == ("cut_off", ["11"])
    assert ends(listed("11", "12"), first) == ("read", ["11", "12"], first)
    assert ends(listed("10", "11", "12"), first) == ("read", ["10", "11", "12"], first)  # added at the beginning
    outcome, links, second = ends(listed("11", "12", "13"), first)  # added at the end
    assert (outcome, links) == ("read", ["11", "12"])
    assert ends(listed("11", "1"), first)[:2] == ("cut_off", ["11"])
    assert ends(listed("11", "12", "13") + "\nhttps", second)[:2] == ("read", ["11", "12", "13"])
    assert ends(listed("11", "12") + "\n", first) == ("read", ["11", "12"], "")
    assert ends("https://news.example/11\nhtt", "")[:2] == ("cut_off", ["11"])
    assert ends("https://news.ex", "")[:2] == ("cut_off", [])


def test_prose_with_an_address_is_no_text_sitemap() -> None:
    assert read_map("See the news at\nhttps://news.example/1\nand more.").outcome == "not_a_sitemap"


def test_a_date_in_the_future_is_no_date() -> None:
    entries = "".join(
        f"<url><loc>/{year}</loc><lastmod>{year}-06-01</lastmod></url>" for year in (2031, 2025, 2024, 2032)
    )
    now = replace(response(urlset(entries), URL), received=datetime(2026, 3, 1, tzinfo=UTC))
    result = read(feed(URL, "sitemap", links=2), now)
    assert [link.url[-4:] for link in result.links] == ["2025", "2024"]
    assert "newest" not in result.detail
    maps = index(*(f"<loc>/map{year}.xml</loc><lastmod>{year}-01-01</lastmod>" for year in (2031, 2025)))
    now = replace(response(maps, URL), received=datetime(2026, 3, 1, tzinfo=UTC))
    assert read(feed(URL, "sitemap", children=1), now).follow == ("https://news.example/map2025.xml",)


def test_without_dates_news_and_posts_come_before_tags_and_authors() -> None:
    names = [
        "category-sitemap.xml",
        "post_tag-sitemap9.xml",
        "author-sitemap.xml",
        "map.xml",
        "post-sitemap.xml",
        "post-sitemap2.xml",
    ]
    result = read_map(index(*(f"<loc>/{name}</loc>" for name in [*names, "news-sitemap.xml"])), children=4)
    assert [address.rpartition("/")[2] for address in result.follow] == [
        "news-sitemap.xml",
        "post-sitemap2.xml",
        "post-sitemap.xml",
        "map.xml",
    ]
    assert "newest" not in result.detail


def test_tags_that_change_with_every_article_do_not_displace_older_posts() -> None:
    maps = index(
        "<loc>/tag-sitemap.xml</loc><lastmod>2026-03-01</lastmod>",
        "<loc>/post-sitemap.xml</loc><lastmod>2026-02-27</lastmod>",
    )
    assert read_map(maps, children=1).follow == ("https://news.example/post-sitemap.xml",)


def test_all_children_of_a_short_index_are_read() -> None:
    assert (
        read_map(index("<loc>/a.xml</loc>", "<loc>/b.xml</loc>")).detail == "The index lists 2 sitemaps; all are read."
    )


def test_of_a_sitemap_that_was_cut_off_the_last_address_is_left_out() -> None:
    part = "<urlset><url><loc>/1</loc></url><url><loc>/2</loc></url><url><loc>/3"
    result = read(feed(URL, "sitemap"), replace(response(part, URL), flaw="it ends in the middle"))
    assert result.outcome == "cut_off"
    assert "https://news.example/3" not in [link.url for link in result.links]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("", "empty"),
        ("words", "not_a_sitemap"),
        ("<!DOCTYPE html><html><body></body></html>", "html_instead"),
        ("<rss><channel></channel></rss>", "not_a_sitemap"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + urlset("<url><loc>&a;</loc></url>"), "entities"),
        (urlset("<a>" * 200_000), "too_deep"),
        (urlset("<url><loc>javascript:1</loc></url>"), "read"),
        (urlset(""), "read"),
    ],
)
def test_unreadable_responses_have_an_outcome_and_an_explanation(body: str, outcome: str) -> None:
    result = read_map(body)
    assert result.outcome == outcome
    assert result.links == ()
    assert result.detail.endswith(".")


def test_options_are_checked() -> None:
    assert check_options({"children": 5, "links": 10}) == []
    assert len(check_options({"children": 0, "links": "many", "child": 1})) == 3
    assert requests(feed(URL)) == [URL]


def test_real_sitemaps_are_read(test_data: Path) -> None:
    files = sorted(path for path in (test_data / "sitemaps").rglob("sitemap*") if path.is_file())
    assert files
    for path in files:
        result = read_map(path.read_bytes(), children=10)
        assert result.outcome == "read", path.name
        assert result.links or "sitemaps" in result.detail, path.name
