"""The API answers as the command line does, to the byte, and refuses in one shape."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

import httpx
import pyarrow.parquet
import pytest

EQUAL = [
    (("search", "truce", "--limit", "5"), "/search?query=truce&limit=5"),
    (("search", "class:state truce", "--sort", "score"), "/search?query=class:state+truce&sort=score"),
    (("search", "armistise"), "/search?query=armistise"),
    (("themes",), "/themes"),
    (("themes", "show", "truce"), "/themes/truce"),
    (("themes", "history", "truce"), "/themes/truce/history"),
    (("themes", "test", "truce"), "/examples?theme=truce"),
    (("trends", "truce", "--since", "30d"), "/trends?theme=truce&since=30d"),
    (
        ("trends", "--query", "drones=drone OR UAV", "--interval", "week", "--split", "class"),
        "/trends?query=drones%3Ddrone+OR+UAV&interval=week&split=class",
    ),
    (("why", "truce"), "/why?theme=truce"),
    (("compare", "--since", "2026-01-01", "--until", "yesterday"), "/compare?since=2026-01-01&until=yesterday"),
    (("emerging", "--since", "yesterday", "--until", "yesterday"), "/emerging?since=yesterday&until=yesterday"),
    (("leads", "truce", "--since", "60d", "--until", "yesterday"), "/leads?theme=truce&since=60d&until=yesterday"),
    (("sources", "northern-wire"), "/sources/northern-wire"),
    (("lint", "truce war"), "/lint?query=truce+war"),
    (("alerts",), "/alerts"),
    (("alerts", "messages", "--limit", "5"), "/messages?limit=5"),
]

REFUSED = [
    ("/nothing", 404, "not_found", None),
    ("/articles/ffffffffffffffff", 404, "not_found", "id"),
    ("/articles/fff", 422, "wrong_argument", "id"),
    ("/themes/nothing", 404, "not_found", "theme"),
    ("/sources/nothing", 404, "not_found", "source"),
    ("/search", 422, "wrong_argument", "query"),
    ("/search?query=(", 422, "wrong_query", "query"),
    ("/search?query=truce&since=soon", 422, "wrong_argument", "since"),
    ("/search?query=truce&limit=0", 422, "wrong_argument", "limit"),
    ("/search?query=truce&sort=size", 422, "wrong_argument", "sort"),
    ("/search?query=truce&timezone=Mars", 422, "wrong_argument", "timezone"),
    ("/trends?theme=nothing", 404, "not_found", "themes"),
    ("/trends?interval=second", 422, "wrong_argument", "interval"),
    ("/requests/99999", 404, "not_found", "id"),
    ("/alerts/nothing", 404, "not_found", "rule"),
    ("/messages?limit=501", 422, "wrong_argument", "limit"),
]


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(("words", "path"), EQUAL, ids=lambda value: value if isinstance(value, str) else "")
def test_the_api_and_the_command_line_give_the_same_bytes(
    run_command: Callable[..., str], api: httpx.Client, words: tuple[str, ...], path: str
) -> None:
    printed = run_command(*words, "--json")
    answer = api.get(path)
    assert answer.text == printed
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("path", "status", "code", "field"), REFUSED)
def test_errors_have_one_shape(api: httpx.Client, path: str, status: int, code: str, field: str | None) -> None:
    answer = api.get(path)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert len(error["message"]) > 10


def test_the_article_of_an_address_is_that_of_its_id(api: httpx.Client) -> None:
    [hit] = api.get("/search", params={"query": "truce", "limit": 1}).json()["hits"]
    by_address = api.get("/articles", params={"address": hit["url"]})
    assert by_address.text == api.get(f"/articles/{hit['id']}").text == api.get(f"/articles/{hit['id'][:8]}").text


def test_cursors_lead_through_all_hits_once(api: httpx.Client) -> None:
    whole = api.get("/search", params={"query": "truce OR war", "limit": 1_000}).json()
    page = api.get("/search", params={"query": "truce OR war", "limit": 3}).json()
    ids = [hit["id"] for hit in page["hits"]]
    while page["next"] is not None:
        page = api.get("/search", params={"query": "truce OR war", "limit": 3, "cursor": page["next"]}).json()
        ids += [hit["id"] for hit in page["hits"]]
    assert ids == [hit["id"] for hit in whole["hits"]]
    assert len(ids) > 6


def test_days_begin_in_the_time_zone_of_the_request(api: httpx.Client) -> None:
    utc = api.get("/trends", params={"theme": "truce", "since": "3d"}).json()
    tokyo = api.get("/trends", params={"theme": "truce", "since": "3d", "timezone": "Asia/Tokyo"}).json()
    assert utc["timezone"] == "UTC"
    assert tokyo["timezone"] == "Asia/Tokyo"
    assert all(bucket["start"].endswith("T00:00:00+09:00") for bucket in tokyo["series"][0]["buckets"])


def test_an_answer_that_did_not_change_is_not_sent_again(api: httpx.Client) -> None:
    def again() -> int:
        first = api.get("/themes")
        return api.get("/themes", headers={"If-None-Match": first.headers["etag"]}).status_code

    assert 304 in (again(), again())  # a minute may end between the two requests of one of them
    first = api.get("/search", params={"query": "truce"})
    other = api.get("/search", params={"query": "war"}, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize("format", ["jsonl", "csv", "excel"])
def test_exports_are_those_of_the_command_line(run_command: Callable[..., str], api: httpx.Client, format: str) -> None:
    answer = api.get("/export", params={"query": "theme:truce", "format": format})
    assert answer.text.removeprefix("\ufeff") == run_command("export", "theme:truce", "--format", format).removeprefix(
        "\ufeff"
    )
    assert answer.text.startswith("\ufeff") is (format == "excel")
    assert "attachment" in answer.headers["content-disposition"]


def test_all_formats_of_an_export_hold_the_same_articles(api: httpx.Client) -> None:
    def export(format: str) -> httpx.Response:
        return api.get("/export", params={"query": "*", "format": format})

    lines = [json.loads(line) for line in export("jsonl").text.splitlines()]
    rows = list(csv.DictReader(io.StringIO(export("csv").text)))
    table = pyarrow.parquet.read_table(io.BytesIO(export("parquet").content)).to_pylist()
    assert [line["id"] for line in lines] == [row["id"] for row in rows] == [record["id"] for record in table]
    assert len(lines) == int(export("jsonl").headers["x-total-count"]) > 100
    for line, record in zip(lines, table, strict=True):
        times = {
            name: value and value.isoformat()
            for name, value in record.items()
            if name in ("published", "updated", "collected")
        }
        assert line == record | times


@pytest.fixture
def openapi(api: httpx.Client) -> dict[str, object]:
    document: dict[str, object] = api.get("/openapi.json").json()
    return document


def operations(openapi: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    for path, methods in openapi["paths"].items():  # type: ignore[attr-defined]
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_operation_and_parameter_is_described(openapi: dict[str, object]) -> None:
    for name, operation in operations(openapi):
        assert operation["description"], name
        for parameter in operation.get("parameters", ()):  # type: ignore[attr-defined]
            assert parameter["description"], f"{name}: {parameter['name']}"
        assert {"404", "422", "503"} <= operation["responses"].keys(), name  # type: ignore[attr-defined]


def test_an_address_names_the_methods_it_takes(api: httpx.Client) -> None:
    answer = api.post("/themes/truce")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, PUT"
    assert "takes DELETE, GET, PUT, not POST" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/charts/themes/truce.{}?since=30d", "/themes/truce?for=30d"),
        ("/charts/themes/truce.{}?interval=week&since=30d", "/themes/truce?by=week&for=30d"),
        (
            "/charts/themes/truce.{}?interval=week&until=yesterday",
            "/charts/themes/truce.svg?interval=week&until=yesterday",
        ),
        ("/charts/search.{}?query=truce", "/search?q=truce"),
        (
            "/charts/search.{}?query=truce&since=2020-01-01&until=2099-01-01&timezone=Asia/Tokyo",
            "/search?q=truce&from=2020-01-01&to=2099-01-01&tz=Asia%2FTokyo",
        ),
    ],
)
def test_charts_are_pictures_with_their_source(api: httpx.Client, path: str, says: str) -> None:
    drawn, dots = (api.get(path.format(form)) for form in ("svg", "png"))
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert dots.headers["content-type"] == "image/png"
    assert dots.content.startswith(b"\x89PNG")
    assert says.replace("&", "&amp;") in drawn.text
    assert "Source: Parley" in drawn.text


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/charts/themes/nothing.svg", 404, "theme"),
        ("/charts/themes/truce.gif", 422, "form"),
        ("/charts/search.svg?query=is:undated", 404, "query"),
        ("/charts/search.svg?query=truce&since=soon", 422, "since"),
        ("/charts/search.png?query=(", 422, "query"),
    ],
)
def test_what_cannot_be_drawn_is_said(api: httpx.Client, path: str, status: int, field: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()["error"]["field"]) == (status, field)


def test_versions_and_archived_pages_of_an_article_are_answered(api: httpx.Client, client: httpx.Client) -> None:
    [hit] = api.get("/search", params={"query": "truce", "limit": 1}).json()["hits"]
    versions = api.get(f"/articles/{hit['id']}/revisions").json()["versions"]
    assert versions[-1]["title"] == hit["title"]
    path = f"/articles/{hit['id']}/pages/{versions[-1]['page']}"
    page = api.get(path)
    assert hit["title"] in page.text
    assert page.headers["content-security-policy"].startswith("sandbox;")
    assert api.get(f"/articles/{hit['id']}/pages/999999").json()["error"]["field"] == "number"


@pytest.mark.parametrize("cursor", ["-1", "-9223372036854775808", "9223372036854775808"])
def test_what_is_no_cursor_is_refused(api: httpx.Client, cursor: str) -> None:
    answer = api.get("/search", params={"query": "truce", "cursor": cursor})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "cursor")


def test_every_parameter_is_described_and_has_an_example(api: httpx.Client) -> None:
    paths = api.get("/openapi.json").json()["paths"]
    lacking = [
        (path, method, parameter["name"])
        for path, operations in paths.items()
        for method, operation in operations.items()
        for parameter in operation.get("parameters", ())
        if not parameter.get("description") or not (parameter.get("examples") or parameter["schema"].get("examples"))
    ]
    assert len(paths) > 40
    assert lacking == []
