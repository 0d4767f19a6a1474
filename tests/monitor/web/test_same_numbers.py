"""Page, table, chart, CSV, API and command give the same numbers for the same question."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from lxml import html

QUESTION = {"theme": "truce", "interval": "week", "since": "60d"}
WORDS = ("trends", "truce", "--interval", "week", "--since", "60d")


def numbers(bucket: dict[str, Any]) -> list[str]:
    return [str(bucket[name]) for name in ("articles", "stories", "total")]


def tree(client: httpx.Client, path: str) -> Any:
    return html.fromstring(client.get(path).text)


@pytest.mark.usefixtures("installation")
def test_the_course_of_a_theme_has_the_same_numbers_everywhere(
    client: httpx.Client, run_command: Callable[..., str]
) -> None:
    answer = client.get("/api/v1/trends", params=QUESTION)
    by_command = run_command(*WORDS, "--json")
    assert answer.text == by_command

    buckets = json.loads(by_command)["series"][0]["buckets"]
    assert sum(bucket["articles"] for bucket in buckets) > 20

    table = client.get("/api/v1/trends", params=QUESTION | {"format": "csv"}).text
    assert table.splitlines() == run_command(*WORDS, "--csv").splitlines()
    assert [numbers(row) for row in csv.DictReader(io.StringIO(table))] == [numbers(bucket) for bucket in buckets]

    page = tree(client, "/themes/truce?by=week&for=60d")
    rows = [
        [cell.text_content().replace(",", "") for cell in row]
        for row in page.xpath("//details[@id='numbers']//tbody/tr")
    ]
    assert [row[1:4] for row in reversed(rows)] == [numbers(bucket) for bucket in buckets]
    [linked] = page.xpath("//a[text()='JSON']/@href")
    assert client.get(linked).text == by_command


@pytest.mark.usefixtures("installation")
def test_a_search_has_the_same_numbers_everywhere(client: httpx.Client, run_command: Callable[..., str]) -> None:
    query = "truce OR ceasefire"
    result = json.loads(run_command("search", query, "--since", "60d", "--json"))
    common = client.get("/api/v1/facets", params={"query": query, "since": "60d"}).json()
    exported = client.get("/api/v1/export", params={"query": query, "since": "60d"})
    page = tree(client, "/search?q=truce+OR+ceasefire&for=60d")
    days = sum(bar["articles"] for bar in common["bars"])
    heading = " ".join(page.xpath("string(//h2)").split())
    assert result["total"] == common["articles"] == days == len(exported.text.splitlines())
    assert heading == f"{result['total']} articles, {common['stories']} stories"
