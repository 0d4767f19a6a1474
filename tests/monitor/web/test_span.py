"""A first and a last day on the Overview, a theme and a search, as on the comparison."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.monitor.web.test_pages import text, tree

PAGES = ("/?", "/themes/truce?", "/search?q=truce&")


def days() -> tuple[date, date]:
    """Return the first day and the last one of what is looked at."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=20), today - timedelta(days=5)


@pytest.mark.parametrize("page", PAGES)
def test_any_days_are_shown_and_kept_by_the_form(client: httpx.Client, page: str) -> None:
    first, last = days()
    shown = tree(client, f"{page}from={first}&to={last}")
    [form] = shown.xpath("//main//form[.//input[@type='date'][@name='from']]")
    assert (form.fields["from"], form.fields["to"]) == (f"{first}", f"{last}")
    assert not shown.xpath("//nav[@aria-label='Period']//a[@aria-current]")


def test_the_numbers_are_those_of_these_days(client: httpx.Client) -> None:
    first, last = days()
    chosen = {"since": f"{first}", "until": f"{last}"}
    moved = client.get("/api/v1/moves", params=chosen).json()
    overview = text(tree(client, f"/?from={first}&to={last}"))
    assert f"What moved from {first.day}" in overview
    assert f"{moved['articles']} articles from {moved['sources']} sources" in overview
    total = client.get("/api/v1/search", params={"query": "truce", **chosen}).json()["total"]
    search = tree(client, f"/search?q=truce&from={first}&to={last}")
    assert text(search.find(".//h2")).startswith(f"{total} article")
    rows = tree(client, f"/themes/truce?from={first}&to={last}").xpath("//details[@id='numbers']//tbody/tr")
    assert len(rows) == (last - first).days + 1


def test_what_a_page_leads_to_has_the_same_days(client: httpx.Client) -> None:
    first, last = days()
    theme = tree(client, f"/themes/truce?from={first}&to={last}")
    assert theme.xpath(f"count(//nav[@aria-label='By']//a[contains(@href, 'from={first}&to={last}')])") == 4
    [csv] = theme.xpath("//a[.='CSV']/@href")[:1]
    assert len(client.get(csv).text.splitlines()) == (last - first).days + 2
    [live] = theme.xpath("//@data-live")
    assert client.get(live).status_code == 200
    search = tree(client, f"/search?q=truce&from={first}&to={last}")
    facet = search.xpath("//section[@class='facets']//li[1]")[0]
    assert text(tree(client, facet.find("a").get("href")).find(".//h2")).split()[0] == text(facet.find("span"))
    for link in search.xpath("//section[@id='take']//li[position() > 1]/a/@href"):
        assert f"since={first}&until={last}" in link


def test_a_search_may_begin_with_the_first_article(client: httpx.Client) -> None:
    last = days()[1]
    total = client.get("/api/v1/search", params={"query": "truce", "until": f"{last}"}).json()["total"]
    assert text(tree(client, f"/search?q=truce&to={last}").find(".//h2")).startswith(f"{total} article")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ("from=2026-11-20&to=2026-11-01", "before it starts"),
        ("from=2026-02-30", "There is no day"),
        ("from=2026-11-01&to=%3Cb%3E", "There is no day"),
        ("from=9999-12-31", "no such day"),
    ],
)
def test_days_that_are_none_are_answered_in_words(client: httpx.Client, page: str, chosen: str, says: str) -> None:
    assert says in text(tree(client, f"{page}{chosen}", 422))


@pytest.mark.parametrize(
    "page",
    [
        *("/", "/?for=30d&only=steady&scope=class:state", "/themes/truce", "/themes/truce?for=30d&by=week"),
        *("/compare", "/compare?for=7d&themes=truce", "/search?q=truce&for=7d"),
    ],
)
def test_a_copied_link_fixes_days_and_version(client: httpx.Client, page: str) -> None:
    [link] = tree(client, page).xpath("//main/@data-link")
    chosen = dict(parse_qsl(urlsplit(link).query))
    assert date.fromisoformat(chosen["from"]) < date.fromisoformat(chosen["to"]) <= datetime.now(UTC).date()
    assert "for" not in chosen
    assert chosen["tz"] == "UTC"
    assert {"only", "scope"} & chosen.keys() == set(re.findall("only|scope", page))
    assert chosen.get("v") == ("1" if "truce" in urlsplit(page).path else None)
    assert tree(client, link).xpath("//main/@data-link") == [link]


@pytest.mark.parametrize("page", ["/?", "/themes/truce?", "/search?q=truce&", "/compare?", "/articles/{id}?"])
def test_a_copied_link_has_the_same_days_for_a_reader_of_another_zone(client: httpx.Client, page: str) -> None:
    [hit] = client.get("/api/v1/search", params={"query": "theme:truce", "limit": 1}).json()["hits"]
    link = f"{page.format(id=hit['id'])}tz=Asia/Tokyo"
    client.cookies.set("timezone", "America/New_York")
    shown = tree(client, link)
    assert "All times are Asia/Tokyo" in text(shown.find(".//footer"))
    assert "tz=Asia%2FTokyo" in shown.xpath("string(//main/@data-link)")
    for choice in shown.xpath("//nav[@aria-label='Period']/a/@href"):
        assert "tz=Asia%2FTokyo" in choice
    for name in shown.xpath("//main//form[.//input[@type='date']]"):
        assert name.fields["tz"] == "Asia/Tokyo"
    for numbers in shown.xpath("//a[contains(@href, '/api/v1/trends') or contains(@href, '/api/v1/export')]/@href"):
        assert "timezone=Asia%2FTokyo" in numbers
    assert "there is no time zone" in text(tree(client, f"{page.format(id=hit['id'])}tz=Mars", 422)).lower()


@pytest.mark.parametrize(("version", "says"), [("1", False), ("2", True), ("x", False), ("9" * 40, False)])
def test_a_link_of_another_version_says_so(client: httpx.Client, version: str, says: bool) -> None:
    shown = text(tree(client, f"/themes/truce?v={version}").find(".//main"))
    assert ("This link was made with version 2; now it is version 1" in shown) == says
