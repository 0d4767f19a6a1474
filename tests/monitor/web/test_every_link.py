"""Every page that links lead to from the Overview: whole, named, and without a dead link, anchor or form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import httpx
import pytest
from lxml import html

pytestmark = pytest.mark.long

MOST = 220  # pages
_DEPTH = 5  # links from the Overview
_SLIP = re.compile(
    r"\bNone\b(?! (?:of|comes)\b)|\bnan\b|\bNaN\b|\bundefined\b|\[\]|\{\}|\{\{|\{%|<[\w.]+ object|&(?:amp|lt|#\d+);"
    r"|\b(?:True|False|Markup|datetime)\b|(?<![.,\d])1 (?:articles|stories|sources|feeds|days|copies|outlets)\b"
)
"""What appears in a text only by a slip of ours: values that were not written as words, markup escaped twice, wrong plurals."""


@dataclass(slots=True)
class Visited:
    """The pages that were opened.

    Attributes:
        pages: address → its page, for those that are HTML.
        anchors: address with a fragment → the page that links to it.
        forms: address and method of a form → a page that has it.
    """

    pages: dict[str, html.HtmlElement] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)
    forms: dict[tuple[str, str], str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def shape(address: str) -> str:
    """Return what addresses have in common whose pages come from one template and the same parameters."""
    parts = urlsplit(address)
    path = re.sub(r"^(/(?:articles|themes|sources|alerts)/)(?!new\b)[^/]+", r"\1*", parts.path)
    return f"{path}?{'&'.join(sorted(name for name, _ in parse_qsl(parts.query)))}"


def leads_to(page: html.HtmlElement, at: str) -> Iterator[str]:
    """Yield the addresses of ours that a page leads to, as absolute paths with their fragments."""
    for link in page.xpath("//a/@href | //link/@href | //script/@src | //img/@src | //iframe/@src | //@data-live"):
        if not urlsplit(link).scheme:
            yield urljoin(at, link)


@pytest.fixture(scope="module")
def visited(address: str) -> Visited:
    """Return the pages to which links lead from the Overview, one of each shape, such as of all articles with a marked theme."""
    known, shapes = Visited(), set[str]()
    waiting, queued = [("/", 0)], {"/"}
    with httpx.Client(base_url=address, timeout=120, follow_redirects=True) as client:
        for at, depth in waiting:
            if len(known.pages) >= MOST:
                break
            if shape(at) in shapes:
                continue
            shapes.add(shape(at))
            answer = client.get(at)
            if answer.status_code != 200:
                known.failures.append(f"{at}: {answer.status_code}")
            if not answer.headers["content-type"].startswith("text/html") or at.startswith("/api/"):
                continue
            page = known.pages[at] = html.fromstring(answer.text)
            for form in page.iter("form"):
                known.forms.setdefault((urljoin(at, form.get("action", at)), form.get("method", "get").upper()), at)
            for link in leads_to(page, at):
                bare, fragment = urldefrag(link)
                if fragment:
                    known.anchors.setdefault(link, at)
                if bare not in queued and depth < _DEPTH:
                    queued.add(bare)
                    waiting.append((bare, depth + 1))
    return known


def test_every_link_is_answered(visited: Visited) -> None:
    assert visited.failures == []
    assert len(visited.pages) > 50
    assert len({shape(one) for one in visited.pages}) > 30


def test_every_page_has_one_heading_and_a_title_of_its_own(visited: Visited) -> None:
    wrong = [
        f"{at}: {[one.text_content() for one in page.xpath('//h1')]}, {page.findtext('.//title')}"
        for at, page in visited.pages.items()
        if "/pages/" not in at  # archived ones are as somebody else wrote them
        if len(page.xpath("//h1")) != 1 or not re.fullmatch(r"\S.* · Parley", page.findtext(".//title") or "")
    ]
    assert wrong == []


def test_no_heading_link_or_button_is_empty(visited: Visited) -> None:
    wrong = [
        f"{at}: {html.tostring(one, encoding='unicode')[:120]}"
        for at, page in visited.pages.items()
        for one in page.xpath("//h1 | //h2 | //h3 | //h4 | //a | //button | //summary | //caption | //label")
        if not one.text_content().strip() and not one.get("aria-label") and "/pages/" not in at
    ]
    assert wrong == []


def test_no_page_shows_a_value_that_was_not_written_as_words(visited: Visited) -> None:
    wrong = []
    for at, page in visited.pages.items():
        if "/pages/" in at:
            continue
        shown = " ".join(" ".join(page.xpath("//main//text()[not(ancestor::pre) and not(ancestor::code)]")).split())
        wrong += [f"{at}: {shown[max(0, one.start() - 40) : one.end() + 40]}" for one in _SLIP.finditer(shown)]
    assert wrong == []


def test_every_anchor_exists_once(visited: Visited) -> None:
    dead = [
        f"{link} on {at}"
        for link, at in visited.anchors.items()
        if (page := visited.pages.get(urldefrag(link).url)) is not None
        if len(page.xpath("//*[@id=$id]", id=urldefrag(link).fragment)) != 1
    ]
    assert dead == []
    assert len(visited.anchors) > 20
    doubled = [
        f"{at}: {id}"
        for at, page in visited.pages.items()
        for id, number in Counter(page.xpath("//@id")).items()
        if number > 1
    ]
    assert doubled == []


def test_every_form_leads_somewhere_with_its_method(visited: Visited, client: httpx.Client) -> None:
    dead = [
        f"{method} {action} on {at}"
        for (action, method), at in visited.forms.items()
        if method not in client.options(urlsplit(action).path).headers.get("allow", "")
    ]
    assert dead == []
    assert {method for _, method in visited.forms} == {"GET", "POST"}
    unnamed = [
        f"{at}: {html.tostring(one, encoding='unicode')[:120]}"
        for at, page in visited.pages.items()
        for one in page.xpath("//input[not(@type='hidden')] | //select | //textarea")
        if not (
            one.get("aria-label")
            or one.xpath("ancestor::label")
            or page.xpath("//label[@for=$id]", id=one.get("id", ""))
        )
    ]
    assert unnamed == []
