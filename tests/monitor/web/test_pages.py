"""The pages show what the services answer, and nothing that strangers wrote runs in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest
from lxml import html

from config.settings import load_settings
from monitor.app import App
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.web import client_of, serving


def tree(client: httpx.Client, path: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_search_shows_the_numbers_and_hits_of_the_api(client: httpx.Client) -> None:
    query = {"query": "truce OR ceasefire", "since": "60d"}
    page = tree(client, "/search?q=truce+OR+ceasefire&for=60d")
    answer = client.get("/api/v1/search", params=query).json()
    common = client.get("/api/v1/facets", params=query).json()
    assert text(page.find(".//h2")) == f"{common['articles']} articles, {common['stories']} stories"
    shown = [text(one) for one in page.xpath("//ol[@class='hits']//h3")]
    assert shown == [hit["title"] for hit in answer["hits"] if not hit["copy_of"]][: len(shown)]
    assert len(shown) >= 10
    assert common["articles"] == answer["total"]
    assert len(page.xpath("//mark")) >= len(shown) - 2


def test_a_story_says_in_how_many_other_outlets_it_is(client: httpx.Client) -> None:
    page = tree(client, "/search?q=truce")
    said = [text(one) for one in page.xpath("//details[@class='copies']/summary")]
    assert said
    assert all(re.fullmatch(r"Also in (1 other outlet|\d+ other outlets)", one) for one in said)
    for details, number in zip(page.xpath("//details[@class='copies']"), said, strict=True):
        assert len(details.xpath(".//li")) == int(number.split()[2])


def test_every_facet_leads_to_as_many_articles_as_it_says(client: httpx.Client) -> None:
    page = tree(client, "/search?q=truce+OR+ceasefire")
    values = page.xpath("//section[@class='facets']//li")
    assert len(values) > 15
    for value in values[:: max(1, len(values) // 12)]:
        number = text(value.find("span"))
        narrowed = tree(client, value.find("a").get("href"))
        assert text(narrowed.find(".//h2")).split()[0] == number, text(value)


def test_a_facet_that_was_chosen_is_given_up_by_the_same_link(client: httpx.Client) -> None:
    first = tree(client, "/search?q=truce+OR+ceasefire")
    narrowed = tree(client, first.xpath("//section[@class='facets']//li/a")[0].get("href"))
    [chosen] = narrowed.xpath("//section[@class='facets']//a[@aria-current]")
    assert text(tree(client, chosen.get("href")).find(".//h2")) == text(first.find(".//h2"))


def test_pages_of_a_search_follow_one_another(client: httpx.Client) -> None:
    page = tree(client, "/search?q=*")
    titles = [one.get("href") for one in page.xpath("//ol[@class='hits']//h3/a")]
    [following] = page.xpath("//a[@rel='next']/@href")
    others = [one.get("href") for one in tree(client, following).xpath("//ol[@class='hits']//h3/a")]
    assert len(titles) == 20
    assert not set(titles) & set(others)


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/search?q=(truce", 422, "This bracket is never closed"),
        ("/search?q=truce+and+war", 422, "Did you mean truce AND war?"),
        ("/search?q=armistise", 200, "No article has “armistise”. 1 article has armistice."),
        ("/search?q=truce&for=1h", 200, "Nothing in this period."),
        ("/search?q=truce&for=soon", 422, "That cannot be asked so"),
        ("/sources/nothing", 404, 'There is no source "nothing"'),
        ("/articles/ffffffffffffffff", 404, "No article has this id"),
        ("/nowhere", 404, "There is nothing here"),
        ("/help?zone=Mars", 200, "There is no time zone “Mars”"),
    ],
)
def test_what_cannot_be_shown_is_said_in_words(client: httpx.Client, path: str, status: int, says: str) -> None:
    assert says in text(tree(client, path, status))


def test_an_article_shows_where_its_facts_come_from(client: httpx.Client) -> None:
    hits = client.get("/api/v1/search", params={"query": "is:copy"}).json()["hits"]
    page = tree(client, f"/articles/{hits[0]['id']}")
    assert text(page.find(".//h1")) == hits[0]["title"]
    carried = [text(one) for one in page.xpath("//ol[@class='timeline']/li")]
    assert "first to publish" in carried[0]
    assert "later" in carried[1]
    facts = dict(zip(map(text, page.xpath("//dl/dt")), map(text, page.xpath("//dl/dd")), strict=True))
    assert facts["Id"] == hits[0]["id"]
    assert facts["Address"] == hits[0]["url"]
    assert "from the" in facts["Date"]
    [cited] = page.xpath("//a[.='Copy citation']/@href")
    citation = text(page.get_element_by_id(cited.removeprefix("#")))
    assert all(
        part in citation for part in (hits[0]["title"], hits[0]["source_name"], hits[0]["url"], hits[0]["id"], " UTC")
    )


def test_the_words_of_the_query_or_of_a_theme_are_marked(client: httpx.Client) -> None:
    [hit] = client.get("/api/v1/search", params={"query": "theme:truce ceasefire title:truce", "limit": 1}).json()[
        "hits"
    ]
    address = f"/articles/{hit['id']}"

    def marked(path: str) -> set[str]:
        return {text(mark).lower() for mark in tree(client, path).xpath("//mark")}

    assert {"ceasefire", "truce"} <= marked(address)
    assert marked(f"{address}?q=ceasefire") <= {"ceasefire", "ceasefires"} != set()
    assert marked(f"{address}?q=ceasefire&mark=none") == set()


def test_sources_that_need_a_look_come_first(client: httpx.Client) -> None:
    page = tree(client, "/sources")
    assert "The Faded Gazette" in text(page.xpath("//section")[0])
    assert len(page.xpath("//table[contains(@class, 'sources')]/tbody/tr")) == len(
        client.get("/api/v1/sources").json()["sources"]
    )
    polls = tree(client, "/sources/northern-wire").xpath("//tbody/tr")
    assert "Read" in text(polls[0])


def test_every_number_of_a_source_leads_to_as_many_articles(client: httpx.Client) -> None:
    page = tree(client, "/sources")
    numbers = page.xpath("//table[contains(@class, 'sources')]//td[@class='number']/a")
    delivered = {one["source"]: one for one in client.get("/api/v1/deliveries").json()["sources"]}
    assert len(numbers) == sum(one["total"] > 0 for one in delivered.values()) > 5
    for number in numbers:
        shown = tree(client, number.get("href"))
        assert text(shown.find(".//h2")).split()[0] == text(number)


def test_a_source_has_a_bar_for_each_day_with_articles(client: httpx.Client) -> None:
    [one] = client.get("/api/v1/deliveries", params={"source": "northern-wire", "days": 60}).json()["sources"]
    [picture] = tree(client, "/sources/northern-wire").xpath("//svg[@class='days']")
    strokes = "".join(picture.xpath("./path/@d")).count("M")
    assert strokes == sum(number > 0 for number in one["articles"]) > 3
    assert picture.get("aria-label").startswith(f"{one['total']} articles in 60 days")


def test_the_chosen_time_zone_is_kept(client: httpx.Client) -> None:
    client.get("/help", params={"zone": "asia/tokyo"})
    page = tree(client, "/sources")
    assert "All times are Asia/Tokyo" in text(page.find(".//footer"))


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202e\x07 " + "x" * 300


def test_nothing_that_strangers_wrote_becomes_markup(small: Installation) -> None:
    small.keep(article(title=HOSTILE, text=f"truce {HOSTILE}", url="javascript:alert(3)//news.example/1"))
    with serving(App(load_settings())) as address, client_of(address) as client:
        page = tree(client, "/search?q=truce")
        [link] = page.xpath("//ol[@class='hits']//h3/a/@href")
        assert "alert(1)" in page.text_content()
        for path in ("/search?q=truce", link, f"/search?q={quote(HOSTILE[:100])}"):
            raw = client.get(path).text
            assert not re.search(r"<script>|<img|href=.javascript", raw, re.IGNORECASE)


def test_the_overview_shows_what_the_comparison_counts(client: httpx.Client) -> None:
    page = tree(client, "/?for=30d")
    moved = client.get("/api/v1/moves", params={"since": "30d"}).json()
    rows = [[text(cell) for cell in row] for row in page.xpath("//table//tbody/tr")]
    assert [row[0] for row in rows] == [move["title"] for move in moved["moves"]]
    assert [row[5] for row in rows] == [str(move["articles"]) for move in moved["moves"]]
    for row, move in zip(rows, moved["moves"], strict=True):
        assert row[1] == f"{move['share']:.0%}" or row[1] == "<1%"
        assert row[6].startswith("Up") is (move["direction"] == "up")
    assert f"{moved['articles']} articles from {moved['sources']} sources" in text(page)
    assert len(page.xpath("//figure//svg[@role='img']")) >= 2
    compared = client.get("/api/v1/compare", params={"since": "30d"}).json()
    counts = {move["theme"]: move["articles"] for move in moved["moves"]}
    assert counts == {voice["theme"]: voice["articles"] for voice in compared["themes"]}


def test_the_overview_of_an_empty_installation_says_so(small: Installation) -> None:
    small.keep(article(text="truce", published=None, published_from="none", published_precision=None))
    with serving(App(load_settings())) as address, client_of(address) as client:
        page = tree(client, "/")
        assert "No article in 7 days. Look at 30 days." in text(page)
        assert "Nothing is being collected" in text(page)
        [heading] = tree(client, "/sources").xpath("//h1")
        assert heading.text_content().endswith("feeds, not being polled")


@pytest.mark.parametrize("interval", ["day", "week"])
def test_the_table_of_a_theme_has_the_numbers_that_its_chart_and_the_api_have(
    client: httpx.Client, interval: str
) -> None:
    page = tree(client, f"/themes/truce?by={interval}")
    [series] = client.get("/api/v1/trends", params={"theme": "truce", "interval": interval, "since": "60d"}).json()[
        "series"
    ]
    rows = [[text(cell) for cell in row] for row in page.xpath("//details[@id='numbers']//tbody/tr")]
    assert [row[1:4] for row in rows] == [
        [str(bucket[name]) for name in ("articles", "stories", "total")] for bucket in reversed(series["buckets"])
    ]
    [drawn] = page.xpath("//div[@class='chart wide']/svg")
    bars = [path for path in drawn.xpath(".//path") if path.get("fill") in ("var(--bar)", "var(--accent)")]
    stories, everything = (sum(bucket[name] > 0 for bucket in series["buckets"]) for name in ("stories", "total"))
    assert len(bars) == stories + everything


def test_a_theme_says_why_it_moved_and_what_counts_as_it(client: httpx.Client) -> None:
    page = tree(client, "/themes/truce")
    detail = client.get("/api/v1/themes/truce").json()
    reasons = client.get("/api/v1/why", params={"theme": "truce"}).json()
    assert text(page.find(".//h1")) == detail["title"]
    why = page.xpath("//section[@id='why']")[0]
    assert [text(one) for one in why.xpath(".//p[@class='said']")] == [
        story["title"] for story in reasons["top_stories"]
    ]
    assert set(detail["query"].values()) <= {one.text_content() for one in page.xpath("//dd[@class='code']")}
    assert "Version 1" in text(page.xpath("//ol[@class='timeline']")[0])


@pytest.mark.parametrize("by", ["class", "country", "language", "source"])
def test_a_theme_says_who_says_it_and_every_number_leads_to_as_many_articles(client: httpx.Client, by: str) -> None:
    page = tree(client, f"/themes/truce?split={by}")
    [who] = page.xpath("//section[@id='who']")
    assert text(who.xpath(".//a[@aria-current]")[0]).lower() == by
    groups = who.xpath(".//ul[contains(@class, 'voices')]/li")
    assert len(groups) > 3
    assert len(who.xpath(".//thead//th")) == len(groups) + 1
    for group in groups[::3]:
        number = text(group.find("span")).split()[0]
        assert text(tree(client, group.find("span/a").get("href")).find(".//h2")).split()[0] == number


def test_asking_why_of_a_day_keeps_what_was_chosen(client: httpx.Client) -> None:
    page = tree(client, "/themes/truce?for=1y&by=week&split=language")
    [form] = page.xpath("//form[.//input[@name='spike']]")
    assert dict(form.form_values()) | {"spike": ""} == {"for": "1y", "by": "week", "split": "language", "spike": ""}


@pytest.mark.parametrize("period", ["today", "1h", "30m"])
def test_a_comparison_of_one_day_is_drawn(client: httpx.Client, period: str) -> None:
    assert tree(client, f"/compare?for={period}").xpath("//h1")


def test_a_theme_is_split_by_nothing_else(client: httpx.Client) -> None:
    assert "class, country, language, source" in text(tree(client, "/themes/truce?split=author", 422))


@pytest.mark.parametrize("path", ["/themes/truce", "/themes/truce?for=30d&by=week", "/search?q=truce+OR+ceasefire"])
def test_what_is_taken_from_a_page_is_what_it_says(client: httpx.Client, path: str) -> None:
    page = tree(client, path)
    [take] = page.xpath("//section[@id='take']")
    kinds = {
        text(link): client.get(link.get("href")).headers["content-type"].partition(";")[0]
        for link in [*take.xpath(".//a"), *page.xpath("//a[.='Follow']")]
    }
    assert kinds == {
        "A link to this search" if path.startswith("/search") else "A link to exactly this": "text/html",
        "CSV": "text/csv",
        "JSON": "application/json" if path.startswith("/themes") else "application/jsonl",
        "PNG": "image/png",
        "SVG": "image/svg+xml",
        "Evidence file": "application/zip",
        "Follow": "application/atom+xml",
    }


def test_all_themes_are_listed(client: httpx.Client) -> None:
    rows = tree(client, "/themes").xpath("//tbody/tr")
    themes = client.get("/api/v1/themes").json()["themes"]
    assert [text(row[0]) for row in rows] == [theme["title"] for theme in themes]
    assert [text(row[4]) for row in rows] == [str(theme["articles"]) for theme in themes]


def test_a_theme_without_articles_is_shown(small: Installation) -> None:
    small.keep(article(text="nothing", published=datetime.now(UTC)))
    with serving(App(load_settings())) as address, client_of(address) as client:
        page = tree(client, "/themes/truce")
        assert "no clear change" in text(page)
        assert "No story yet" in text(page)
