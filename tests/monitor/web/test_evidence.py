"""The button of each page downloads a file that proves what the page shows."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import httpx
import pytest
from lxml import html

from config.settings import Settings
from monitor.evidence.verdicts import verify


@pytest.mark.parametrize(
    ("page", "name"), [("/themes/truce", "truce.zip"), ("/search?q=truce&for=30d", "search.zip"), ("article", "")]
)
def test_the_button_downloads_a_file_that_is_equal(client: httpx.Client, tmp_path: Path, page: str, name: str) -> None:
    if page == "article":
        id = client.get("/api/v1/search", params={"query": "truce"}).json()["hits"][0]["id"]
        page, name = f"/articles/{id}", f"{id[:12]}.zip"
    shown = html.fromstring(client.get(page).text)
    [link] = {str(one.get("href")) for one in shown.iter("a") if str(one.get("href")).startswith("/evidence/")}
    answer = client.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    path = tmp_path / name
    path.write_bytes(answer.content)
    verdict = verify(path, Settings(data=tmp_path / "none", workers=1))
    assert verdict.differences == ()
    assert verdict.articles > 0


def test_the_numbers_are_those_of_the_api(client: httpx.Client) -> None:
    question = {"theme": "truce", "interval": "week", "since": "60d", "scope": "class:state"}
    content = client.get("/evidence/trend", params=question | {"pages": "none"}).content
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        answer = json.loads(file.read("answer.json"))
    assert answer == client.get("/api/v1/trends", params=question).json()


@pytest.mark.parametrize(
    ("link", "status"),
    [
        ("/evidence/trend", 422),
        ("/evidence/trend?theme=nothing", 404),
        ("/evidence/search?query=(((", 422),
        ("/evidence/search", 422),
        ("/evidence/search?query=truce&pages=all", 422),
        ("/evidence/articles/ffffffffffff", 404),
    ],
)
def test_mistakes_are_answered_before_anything_is_sent(client: httpx.Client, link: str, status: int) -> None:
    assert client.get(link).status_code == status
