"""The Compare page shows what the services count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from lxml import html


def tree(client: httpx.Client, path: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_two_classes_are_contrasted_as_the_api_does(client: httpx.Client) -> None:
    page = tree(client, "/compare?a=state&b=wire")
    query = {"first": "state", "second": "wire", "since": "60d"}
    contrast = client.get("/api/v1/contrast", params=query).json()
    rows = [[text(cell) for cell in row] for row in page.xpath("//div[contains(@class, 'contrast')]//tbody/tr")]
    assert [row[0] for row in rows] == [theme["title"] for theme in contrast["themes"]]
    assert [row[1].split()[-1] for row in rows] == [str(theme["first"]) for theme in contrast["themes"]]
    assert [row[2].split()[-1] for row in rows] == [str(theme["second"]) for theme in contrast["themes"]]
    assert "State and wire outlets" in text(page.xpath("//h2[@id='groups']")[0])


def test_the_groups_of_a_contrast_make_up_everything(client: httpx.Client) -> None:
    whole = client.get("/api/v1/compare", params={"since": "60d"}).json()
    contrast = client.get("/api/v1/contrast", params={"first": "ru", "second": "uk", "since": "60d"}).json()
    assert contrast["first"]["articles"] + contrast["second"]["articles"] + contrast["others"] == whole["total"]
    counts = {voice["theme"]: voice["articles"] for voice in whole["themes"]}
    assert {one["theme"]: one["first"] + one["second"] + one["others"] for one in contrast["themes"]} == counts


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("state", "state", "two different classes"),
        ("state", "ru", "two different classes"),
        ("ru", "ru", "two different"),
        ("stat", "ru", "no class or language"),
        ("<script>", "state", "no class or language"),
    ],
)
def test_groups_that_cannot_be_compared_are_refused(client: httpx.Client, first: str, second: str, says: str) -> None:
    answer = client.get("/compare", params={"a": first, "b": second})
    assert answer.status_code == 422
    assert says in answer.text
    assert "<script>" not in answer.text


def test_every_number_of_what_comes_together_leads_to_as_many_articles(client: httpx.Client) -> None:
    page = tree(client, "/compare?scope=language:ru&for=1y")
    cells = page.xpath("//table[@class='heat']//td/a")
    assert len(cells) > 10
    for cell in cells[:: len(cells) // 6]:
        hits = tree(client, cell.get("href"))
        assert text(hits.find(".//h2")).split()[0] == text(cell), cell.get("href")


def test_themes_are_chosen_by_boxes_and_five_are_drawn(client: httpx.Client) -> None:
    chosen = ["truce", "negotiations", "arms", "nuclear", "sanctions", "mediators"]
    page = tree(client, "/compare?" + "&".join(f"themes={id}" for id in chosen))
    drawn = page.xpath("//ul[@class='key']/li/a")
    assert len(drawn) == 5
    assert "Left out: " in text(page)
    two = tree(client, "/compare?themes=truce,nuclear")
    assert [text(one) for one in two.xpath("//ul[@class='key']/li/a")] == ["Truce", "Nuclear threats"]
    [numbers] = two.xpath("//div[@aria-label='Shares day by day']")
    assert len(numbers.xpath(".//tbody/tr")) == 60 or len(numbers.xpath(".//tbody/tr")) == 61


def test_a_period_without_articles_has_nothing_to_compare(client: httpx.Client) -> None:
    page = tree(client, "/compare?scope=zzzzzz")
    assert "nothing to compare" in text(page)
    assert not page.xpath("//table")


def test_any_days_are_compared_and_kept_by_every_form(client: httpx.Client) -> None:
    today = datetime.now(UTC).date()
    first, last = today - timedelta(days=20), today - timedelta(days=5)
    page = tree(client, f"/compare?from={first}&to={last}&themes=truce")
    total = client.get("/api/v1/compare", params={"since": f"{first}", "until": f"{last}"}).json()["total"]
    assert f"{total} articles in this period" in text(page)
    for form in page.xpath("//main//form"):
        fields = {name: value for name, value in form.form_values() if name in ("from", "to")}
        assert fields == {"from": f"{first}", "to": f"{last}"}
    cells = page.xpath("//table[@class='heat']//td/a")
    for cell in cells[:: len(cells) // 3]:
        assert f"{cell.text} article" in text(tree(client, cell.get("href")))
    assert not page.xpath("//nav[@aria-label='Period']//a[@aria-current]")


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ("from=2026-11-20&to=2026-11-01", "before it starts"),
        ("to=2026-11-01", "The first day is missing"),
        ("from=2026-02-30", "There is no day"),
        ("from=yesterday", "There is no day"),
        ("from=2026-11-01&to=<b>", "There is no day"),
        ("from=9999-12-31", "no such day"),
        ("from=0001-01-01", "use a shorter range"),
        ("from=²⁰²⁶-11-01", "There is no day"),
        ("from=2026-11-01 published:>2020", "There is no day"),
    ],
)
def test_days_that_cannot_be_compared_are_answered_in_words(client: httpx.Client, days: str, says: str) -> None:
    page = tree(client, f"/compare?{days}", 422)
    assert says in text(page)


def test_a_wrong_scope_is_answered_in_words(client: httpx.Client) -> None:
    assert "That query cannot be read" in text(tree(client, "/compare?scope=(truce", 422))
