from __future__ import annotations

import gzip

import pytest

from config.settings import DEFAULT_MAX_BYTES
from crawler.limits import most_tags
from crawler.parse.screen import MAX_DEPTH, Refusal, check_markup, decoded, text_of, unpacked
from tests.support.answers import answer


def refused(body: str | bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        text_of(answer(body))
    assert refusal.value.reading().outcome == refusal.value.outcome
    return refusal.value.outcome


def test_ordinary_text_passes() -> None:
    assert text_of(answer("<rss>да</rss>")) == "<rss>да</rss>"
    assert unpacked(gzip.compress(b"<rss/>"), DEFAULT_MAX_BYTES) == b"<rss/>"


def test_nesting_is_counted_outside_of_quoted_html_alone() -> None:
    assert refused("<a>" * (MAX_DEPTH + 1)) == "too_deep"
    check_markup("<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH)
    check_markup("<a><![CDATA[" + "<br>" * 5_000 + "]]></a><!--" + "<b>" * 5_000 + "-->")
    check_markup("<br/>" * 5_000)


def test_tags_hidden_behind_an_open_quote_of_html_are_no_way_in() -> None:
    check_markup("<![CDATA[" + "<a>" * 5_000)
    assert refused("<a" * 5_000) == "too_deep"


@pytest.mark.parametrize("declaration", ["<!ENTITY a 'b'>", "<!entity a 'b'>", "<!ENTITY % a SYSTEM 'http://x/'>"])
def test_entities_are_refused(declaration: str) -> None:
    assert refused(f"<!DOCTYPE x [{declaration}]><rss/>") == "entities"


def test_a_public_doctype_is_harmless() -> None:
    check_markup('<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd"><rss/>')


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"x" * (DEFAULT_MAX_BYTES + 1), "too_large"),
        (gzip.compress(b"x" * (DEFAULT_MAX_BYTES + 1)), "too_large"),
        (gzip.compress(b"<rss/>")[:8] + b"broken", "binary"),
        (b"%PDF-1.7 ...", "binary"),
        (bytes(200), "binary"),
        (b" \n", "empty"),
        (gzip.compress(b""), "empty"),
        (b"<" * (most_tags(DEFAULT_MAX_BYTES) + 1), "too_many_tags"),
        (b"<a " + b"x" * 100_001, "endless_tag"),
    ],
    ids=range(9),
)
def test_what_no_parser_should_see_is_refused_by_name(body: bytes, outcome: str) -> None:
    assert refused(body) == outcome


def test_html_may_nest_and_declare_as_it_likes() -> None:
    assert decoded(answer("<div>" * 5_000))
