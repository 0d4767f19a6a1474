"""Archived pages are served so that nothing in them runs, and versions are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from crawler.archive.archive import open_archive
from crawler.page import PageKind
from monitor.app import App
from tests.support.builders import article
from tests.support.collected import TALKS, collect, page_of
from tests.support.installation import Installation
from tests.support.web import client_of, serving


@pytest.fixture
def client(small: Installation) -> Iterator[httpx.Client]:
    with serving(App.load()) as address, client_of(address) as client:
        yield client


def keep(small: Installation, *bodies: bytes, kind: PageKind = "document") -> str:
    archive = open_archive(small.data)
    for body in bodies:
        id = collect(archive, "talks", body, kind=kind)
    archive.close()
    small.keep(article(id=id, url="https://outlet.example/talks", text=TALKS))
    return id


def test_an_archived_page_has_a_policy_of_its_own(small: Installation, client: httpx.Client) -> None:
    id = keep(small, "<meta charset=windows-1251><script>alert(1)</script><p>Мир</p>".encode("windows-1251"))
    answer = client.get(f"/articles/{id}/pages/1")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
    assert "allow-" not in policy
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Мир" in answer.text


@pytest.mark.parametrize(
    "element",
    [
        '<link rel=preconnect href="https://tracker.example">',
        '<LINK rel="dns-prefetch" href="//tracker.example">',
        '<li<link>nk rel="preconnect" href="https://tracker.example">',
        '<svg><link rel="preconnect" href="https://tracker.example"/></svg>',
    ],
)
def test_no_element_remains_that_opens_connections_without_asking_the_policy(
    small: Installation, client: httpx.Client, element: str
) -> None:
    id = keep(small, f"<html><head>{element}</head><body>Text</body></html>".encode())
    assert not re.search("<link", client.get(f"/articles/{id}/pages/1").text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("body", "kind", "status", "type"),
    [
        (b"%PDF-1.7 truce", "document", 403, "text/html"),
        (b'{"title": "<script>"}', "item", 200, "text/plain"),
        (b"<p>From the feed</p>", "entry", 200, "text/html"),
    ],
)
def test_only_texts_are_shown(
    small: Installation, client: httpx.Client, body: bytes, kind: PageKind, status: int, type: str
) -> None:
    answer = client.get(f"/articles/{keep(small, body, kind=kind)}/pages/1")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(type)


def test_a_page_of_another_article_is_not_shown(small: Installation, client: httpx.Client) -> None:
    id = keep(small, page_of(TALKS))
    archive = open_archive(small.data)
    collect(archive, "other", page_of(TALKS, "Another"))
    archive.close()
    answer = client.get(f"/articles/{id}/pages/2")
    assert answer.status_code == 404
    assert "has no page 2" in answer.text


def test_a_page_that_was_lost_is_said_to_be_without_a_path(small: Installation, client: httpx.Client) -> None:
    id = keep(small, page_of(TALKS))
    archive = open_archive(small.data)
    archive.bodies.remove(list(archive.body_names([1]).values()))
    archive.close()
    answer = client.get(f"/articles/{id}/pages/1")
    assert answer.status_code == 404
    assert str(small.data) not in answer.text


def test_the_article_leads_to_what_changed_and_to_its_archived_page(small: Installation, client: httpx.Client) -> None:
    id = keep(small, page_of(TALKS), page_of(TALKS.replace("Thursday", "<b>Friday</b>")))
    article_page = client.get(f"/articles/{id}").text
    assert f'<iframe class="archived" src="/articles/{id}/pages/2" sandbox=""' in article_page
    assert f'href="/articles/{id}/versions">2 versions' in article_page
    changes = client.get(f"/articles/{id}/versions").text
    assert "<del>Thursday </del><ins>Friday </ins>" in changes
    assert client.get(f"/articles/{id}/versions?after=9").status_code == 404
