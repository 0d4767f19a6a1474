"""Lines that link to other articles are told from links in sentences, however many links a page has."""

from __future__ import annotations

import time

import pytest
from lxml.html import document_fromstring

from indexer.extract.lines import blocks_of

URL = "https://courier.example/world/lake-talks"
TITLE = "Grain prices fall for a third week"


def links(body: str) -> set[str]:
    return set(blocks_of(document_fromstring(f"<body>{body}</body>"), TITLE, URL).links)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p><a href='/a'>{TITLE}</a></p>", {TITLE}),
        (f"<p>Read also: <a href='/a'>{TITLE}</a></p>", {f"Read also {TITLE}"}),
        (f"<p>  <a href='/a'><b>{TITLE}</b></a>\n</p>", {TITLE}),
        (f"<div><a href='/a'>{TITLE}</a><a href='/b'>{TITLE}</a></div>", {f"{TITLE}{TITLE}"}),
        (f"<div><a href='/a'>{TITLE}</a><p><a href='/b'>{TITLE}</a></p></div>", {f"{TITLE}{TITLE}", TITLE}),
        (f"<p>The ministry said on Thursday in a note that <a href='/a'>{TITLE}</a></p>", set()),
        (f"<p><a href='https://elsewhere.example/a'>{TITLE}</a></p>", set()),
    ],
)
def test_a_block_of_a_link_and_a_short_label_is_a_link(body: str, expected: set[str]) -> None:
    assert links(body) == expected


def test_thousands_of_links_in_one_block_are_read_within_a_second() -> None:
    body = "".join(f"<a href='/{number}'>{TITLE}, number {number}</a> " for number in range(12_000))
    start = time.process_time()
    assert not links(f"<div>{body}</div>")
    assert time.process_time() - start < 1
