"""The Overview counts only some sources or articles where its address asks for it, says so, and offers the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from lxml import html

from config.settings import load_settings
from monitor.app import App
from tests.support.installation import Installation
from tests.support.unsteady import TODAY, keep_unsteady
from tests.support.web import serving

SCOPE = "title:kyiv OR title:moscow"


@pytest.fixture
def client(small: Installation) -> Iterator[httpx.Client]:
    """Return a client of a server whose archive has a silent source, a new one and one without a history."""
    keep_unsteady(small)
    with serving(App(load_settings())) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def tree(client: httpx.Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def number_of(page: Any) -> Any:
    [number] = page.xpath("//table[contains(@class, 'themes')]/tbody/tr/td/a")
    return number


def test_only_the_sources_that_delivered_throughout_are_counted_the_same_everywhere(
    client: httpx.Client, small: Installation
) -> None:
    first, last = (f"{TODAY - timedelta(days=days):%Y-%m-%d}" for days in (6, 1))
    for scope in ("", SCOPE):
        asked = tree(client, f"/?from={first}&to={last}&scope={scope}")
        assert "nothing came from 1 of" in text(asked)
        [link] = asked.xpath("//a[contains(., 'that delivered throughout')]")
        page = tree(client, link.get("href"))
        fixed = tree(client, page.xpath("string(//main/@data-link)"))
        question = {"since": first, "until": last, "steady": "true"} | ({"scope": scope} if scope else {})
        moved = client.get("/api/v1/moves", params=question).json()
        words = [part for name, value in question.items() for part in (f"--{name}", value) if part != "true"]
        by_command = small.json("digest", *words)["moves"]
        assert moved == by_command

        assert link.text_content() == "Count only the 1 that delivered throughout"
        number = number_of(fixed)
        assert number.text_content() == str(moved["moves"][0]["articles"])
        assert number.text_content() == text(tree(client, number.get("href")).find(".//h2")).split()[0]

        assert "Only the one source that delivered throughout both periods is counted." in text(page)
        assert "Left out: The Guardian (World)" in text(page)
        [*_, period] = page.xpath("//nav[@aria-label='Period']/a/@href")
        assert ("only=steady" in period, "scope=" in period) == (True, bool(scope))
        back = tree(client, page.xpath("//a[. = 'Count every source']/@href")[0])
        assert number_of(back).text_content() == number_of(asked).text_content() != number.text_content()
        assert ("Only articles that match" in text(back)) is bool(scope)


def test_a_theme_counts_only_the_sources_that_delivered_throughout_the_same_everywhere(
    client: httpx.Client, small: Installation
) -> None:
    first, last = (f"{TODAY - timedelta(days=days):%Y-%m-%d}" for days in (6, 1))
    everything = tree(client, f"/themes/truce?from={first}&to={last}")
    assert [text(one) for one in everything.xpath("//nav[@aria-label='Sources']/a")] == [
        *("All 4", "The 1 that delivered throughout")
    ]
    page = tree(client, everything.xpath("//nav[@aria-label='Sources']/a[2]/@href")[0])
    question = {"theme": "truce", "since": first, "until": last, "steady": "true"}
    trend = client.get("/api/v1/trends", params=question).json()
    counted = [[bucket[name] for name in ("articles", "stories", "total")] for bucket in trend["series"][0]["buckets"]]
    rows = page.xpath("//details[@id='numbers']//tbody/tr")
    assert [[int(text(cell)) for cell in row[1:4]] for row in reversed(rows)] == counted
    assert counted == [[1, 1, 3]] * 6
    [csv, *others] = page.xpath("//section[@id='take']//a[starts-with(@href, '/api/')]/@href")
    lines = [line.split(",") for line in client.get(csv).text.splitlines()[1:]]
    assert [[int(cell) for cell in line[6:9]] for line in lines] == counted
    assert [client.get(other).status_code for other in others] == [200, 200, 200]
    words = [part for name, value in question.items() if name != "theme" for part in (f"--{name}", value)]
    assert small.json("trends", "truce", *words[:-1]) == trend

    assert "Only the one source that delivered throughout this period is counted." in text(page)
    assert "nothing known of its deliveries" in text(page)
    assert "Share of the articles counted" in page.xpath("string(//div[@data-live])")
    groups = page.xpath("//section[@id='who']//li/span/a")
    for number in groups:
        assert text(number) == text(tree(client, number.get("href")).find(".//h2")).split()[0]
    assert groups
    for link in page.xpath(
        "//nav[@aria-label='Period' or @aria-label='By']/a/@href | //main/@data-link | //@data-live"
    ):
        assert "only=steady" in link
        assert client.get(link).status_code == 200
    back = tree(client, page.xpath("//a[. = 'Count every source']/@href")[0])
    assert text(back.xpath("//details[@id='numbers']//tbody")[0]) == text(
        everything.xpath("//details[@id='numbers']//tbody")[0]
    )


def test_the_overview_counts_within_a_scope_and_leads_back(client: httpx.Client) -> None:
    page = tree(client, "/?scope=title:kyiv")
    [code] = page.xpath("//p[contains(., 'Only articles that match')]//code")
    assert code.text_content() == "title:kyiv"
    number = number_of(page)
    assert number.text_content() == text(tree(client, number.get("href")).find(".//h2")).split()[0]
    back = tree(client, page.xpath("//a[. = 'Count every article']/@href")[0])
    assert int(number_of(back).text_content()) > int(number.text_content()) > 0


def test_a_range_that_is_not_over_ends_now_on_every_page(client: httpx.Client) -> None:
    today, week = f"{TODAY:%Y-%m-%d}", f"{TODAY + timedelta(days=7):%Y-%m-%d}"
    page = text(tree(client, f"/?from={today}&to={week}").find(".//main"))
    now = datetime.now(UTC)
    [shown] = re.findall(r"To (\w+ \d+ \w+ \d+, \d\d:\d\d)\.", page)
    ends = datetime.strptime(shown, "%A %d %B %Y, %H:%M").replace(tzinfo=UTC)
    assert now - timedelta(minutes=2) < ends <= now
    assert f"What moved on {now.day} {now:%B}" in page
    assert re.search(r"0 articles from 0 sources; \d+ in the \d+ (minute|hour)s? before\.", page)
    theme = tree(client, f"/themes/truce?from={today}&to={week}")
    assert len(theme.xpath("//details[@id='numbers']//tbody/tr")) == 1
    for later in (f"/?from={week}", f"/themes/truce?from={week}&to={week}", f"/compare?from={week}"):
        answer = client.get(later)
        assert (answer.status_code, "which is not in the past" in answer.text) == (422, True)


def test_a_scope_is_chosen_by_a_form_that_keeps_the_rest(client: httpx.Client) -> None:
    asked = tree(client, "/?for=30d&only=steady")
    [form] = asked.xpath("//form[.//input[@name='scope'][not(@type='hidden')]]")
    form.fields["scope"] = "title:kyiv"
    chosen = dict(form.form_values())
    assert chosen == {"for": "30d", "only": "steady", "scope": "title:kyiv"}
    page: Any = html.fromstring(client.get(form.action, params=chosen).text)
    assert "Only articles that match title:kyiv are counted" in text(page)
    assert page.xpath("//input[@id='scope']/@value") == ["title:kyiv"]
    assert not page.xpath("//*[@id='about-scope']//p[contains(@class, 'error')]")


def test_a_scope_that_is_no_query_is_explained_beside_its_field(client: httpx.Client) -> None:
    answer = client.get("/?for=30d&scope=(truce")
    page: Any = html.fromstring(answer.text)
    assert answer.status_code == 422
    [field] = page.xpath("//input[@id='scope'][@aria-invalid='true']")
    assert field.get("value") == "(truce"
    [about] = page.xpath(f"//*[@id='{field.get('aria-describedby')}']")
    assert "This bracket is never closed" in text(about)
    assert page.xpath("//a[. = 'Count every article']/@href") == ["/?for=30d"]


def test_a_choice_of_sources_that_is_none_is_said_in_words(client: httpx.Client) -> None:
    answer = client.get("/?only=some")
    assert answer.status_code == 422
    assert re.search("cannot be (asked|read)", text(html.fromstring(answer.text)))
