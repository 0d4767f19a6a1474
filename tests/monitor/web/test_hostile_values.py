"""Whatever stands in an address, a page answers with a sentence of ours and never with an error of its own."""

from __future__ import annotations

import itertools
from urllib.parse import quote

import httpx
import pytest
from lxml import html

from tests.support.forms import send

pytestmark = pytest.mark.long  # a thousand requests

# Every page with the parameters that it reads.
PAGES = {
    "/": ("for",),
    "/search": ("q", "for", "sort", "after"),
    "/compare": ("for", "from", "from=2026-11-01&to", "scope", "a", "b", "themes"),
    "/themes/truce": ("for", "by", "split", "spike"),
    "/themes/truce/chart": ("for", "by"),
    "/themes/new": ("query",),
    "/themes/truce/edit": ("version",),
    "/alerts/new": ("theme",),
    "/help": ("zone",),
    "/login": ("to",),
    "/evidence/trend": ("theme", "query", "since", "until", "interval", "scope", "pages"),
    "/evidence/search": ("query", "since", "until", "pages"),
}
VALUES = (
    "%00",
    "%FF%FE",
    "%ED%A0%80",
    "%E2%80%AE%E2%80%8B",
    "1h",
    "today",
    "0d",
    "-1",
    "99999999999999999999d",
    "100000y",
    "0001-01-01",
    "9999-12-31",
    "9999-99-99",
    "%C2%B2%D9%A3",
    "1e309",
    "..%2F..%2Fetc%2Fpasswd",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%7B%7B7*7%7D%7D%25s%25(x)s",
    "%22%20AND%20(%22",
    "(" * 400,
    quote("щ" * 1_500),
    "a*%20" * 300,
)
IDS = ("%00", "%FF", "..%2f..%2fx", "%3Cb%3E", "a" * 3_000, "-1", "%C2%B2", "con", "%2e%2e", "x%0d%0ay")
WITH_IDS = (
    *("/themes/{}", "/themes/{}/chart", "/themes/{}/edit", "/themes/{}/versions", "/themes/{}/remove"),
    *("/sources/{}", "/articles/{}", "/articles/{}/versions", "/articles/{}/pages/1"),
    *("/alerts/{}", "/alerts/{}/edit", "/alerts/{}/remove"),
    *("/evidence/articles/{}", "/static/{}", "/static/vega-{}.js", "/{}"),
)


def check(answer: httpx.Response) -> None:
    """Check that an answer is a page or a refusal in words."""
    assert answer.status_code in (200, 206, 303, 307, 400, 401, 403, 404, 405, 409, 410, 414, 422), answer.text[:500]
    if answer.headers.get("content-type", "").startswith("text/html"):
        page = html.fromstring(answer.text)
        assert str(page.xpath("string(//h1)")).strip(), answer.text[:500]
        assert not page.xpath("//script[not(@src)]")
        assert "Traceback" not in answer.text


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in PAGES.items() for name in names])
def test_a_page_answers_whatever_a_parameter_says(client: httpx.Client, path: str, name: str) -> None:
    for value in VALUES:
        with client.stream("GET", f"{path}?{name}={value}") as answer:
            if "zip" not in answer.headers.get("content-type", ""):
                answer.read()
                check(answer)


@pytest.mark.parametrize("name", ["q", "mark"])
def test_an_article_is_shown_whatever_is_to_be_marked(client: httpx.Client, name: str) -> None:
    [hit] = client.get("/api/v1/search", params={"query": "truce", "limit": 1}).json()["hits"]
    for value in VALUES:
        check(client.get(f"/articles/{hit['id']}?{name}={value}"))


def test_parameters_that_come_twice_or_are_unknown_are_no_error(client: httpx.Client) -> None:
    for path, names in PAGES.items():
        once = "&".join(f"{name}=" for name in names)
        check(client.get(f"{path}?{once}&{once}&unknown[]=1&=&&&%=%"))


@pytest.mark.parametrize("path", WITH_IDS)
def test_a_page_of_a_thing_answers_whatever_its_id_is(client: httpx.Client, path: str) -> None:
    for id in IDS:
        check(client.get(path.format(id)))


FORMS = {
    "/themes/new": (
        "theme",
        "title",
        "description",
        "query__en",
        "query__ru",
        "context",
        "action",
        "stamp",
        "previewed",
    ),
    "/themes/truce/edit": ("title", "query__en", "context", "action", "stamp", "previewed"),
    "/alerts/new": (
        "id",
        "title",
        "theme",
        "query",
        "on",
        "more_than",
        "per",
        "silence",
        "share",
        "days",
        "quiet",
        "timezone",
    ),
}

# What a form needs beside a field for it to be read.
READ_WITH = {
    "more_than": {"on": "more"},
    "per": {"on": "more", "more_than": "3"},
    "silence": {"on": "silence"},
    "share": {"on": "share"},
    "days": {"on": "share", "share": "5"},
}


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in FORMS.items() for name in names])
def test_a_form_is_answered_whatever_a_field_says(client: httpx.Client, path: str, name: str) -> None:
    page = client.get(path).text
    for value in (
        "\x00",
        "\ud7ff\U0010ffff\u202e",
        "9" * 400,
        "-1",
        "nan",
        "(" * 300,
        "x" * 30_000,
        '"""\n[query]\n',
        "../../x",
    ):
        answer = send(client, page, **READ_WITH.get(name, {}), **{name: value})
        assert answer.status_code < 500, (value, answer.text[:500])


def test_forms_are_refused_whatever_they_hold(client: httpx.Client) -> None:
    bodies = (
        b"",
        b"\x00" * 50,
        b"a=%zz&&&=%ff",
        b"query.en=" + b"(" * 2_000,
        b"--x\r\ncontent-disposition: form-data",
        b"{",
    )
    kinds = (
        *("application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"),
        *("application/json", "\xff"),
    )
    paths = (
        "/themes/new",
        "/themes/truce/edit",
        "/themes/truce/remove",
        "/alerts/new",
        "/alerts/try",
        "/login",
        "/logout",
    )
    for path, body, kind in itertools.product(paths, bodies, kinds):
        answer = client.post(path, content=body, headers={b"content-type": kind.encode("latin-1")})
        assert answer.status_code < 500, (path, body, kind, answer.text[:300])
