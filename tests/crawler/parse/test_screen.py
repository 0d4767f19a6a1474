from __future__ import annotations

import gzip

import pytest

from config.settings import DEFAULT_MAX_BYTES
from crawler.limits import most_tags
from crawler.parse.screen import MAX_DEPTH, RejectedInput, check_markup, decode_response, read_text, unpack_body
from tests.support.responses import response


def refused(body: str | bytes) -> str:
    with pytest.raises(RejectedInput) as refusal:
        read_text(response(body))
    assert refusal.value.result().outcome == refusal.value.outcome
    return refusal.value.outcome


def test_ordinary_text_passes() -> None:
    assert read_text(response("<rss>да</rss>")) == "<rss>да</rss>"
    assert unpack_body(gzip.compress(b"<rss/>"), DEFAULT_MAX_BYTES) == (b"<rss/>", None)


def test_nesting_inside_quoted_html_is_not_counted() -> None:
    assert refused("<a>" * (MAX_DEPTH + 1)) == "too_deep"
    check_markup("<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH)
    check_markup("<a><![CDATA[" + "<br>" * 5_000 + "]]></a><!--" + "<b>" * 5_000 + "-->")
    check_markup("<br/>" * 5_000)


def test_unclosed_quotes_and_tags_do_not_bypass_the_nesting_limit() -> None:
    check_markup("<![CDATA[" + "<a>" * 5_000)
    assert refused("<a" * 5_000) == "too_deep"


@pytest.mark.parametrize("declaration", ["<!ENTITY a 'b'>", "<!entity a 'b'>", "<!ENTITY % a SYSTEM 'http://x/'>"])
def test_entities_are_refused(declaration: str) -> None:
    assert refused(f"<!DOCTYPE x [{declaration}]><rss/>") == "entities"


@pytest.mark.parametrize(
    "subset",
    [
        '<!ATTLIST a b CDATA "<!--"><!ENTITY a "b"><!ATTLIST a c CDATA "-->">',
        "<!ATTLIST a b CDATA '<!--'>\n<!ENTITY % a SYSTEM 'http://x/'> %a; <!-- -->",
        "<!NOTATION a PUBLIC '<!--'><!entity a 'b'><!-- -->",
        "<?p <!-- ?><!ENTITY a 'b'><!-- -->",
        "<?p <![CDATA[ ?><!ENTITY a 'b'><?q ]]> ?>",
        "<!ATTLIST a b CDATA '<![CDATA['><!ENTITY a 'b'><!ATTLIST a c CDATA ']]>'>",
        "' <!-- ' <!ENTITY a 'b'> <!-- -->",
        "<![INCLUDE[<!-- ]]> <!ENTITY a 'b'> -->",
        "<!-- --> <!ATTLIST a b CDATA '-->' c CDATA '<!--'> <!ENTITY a 'b'> <!-- x -->",
        "<!ELEMENT a (b)> junk <!-- <!ENTITY a 'b'> -->",
    ],
)
@pytest.mark.parametrize("before", ["<!DOCTYPE x [", "<?xml version='1.0'?><!-- <rss> --><!doctype x SYSTEM '[<!--' ["])
def test_entities_hidden_by_what_only_looks_like_a_comment_are_refused(before: str, subset: str) -> None:
    assert refused(f"{before}{subset}]><rss/>") == "entities"


@pytest.mark.parametrize(
    "before",
    [
        "<?p <!-- ?>",
        "<?xml version='1.0'?><?p <a> <!-- ?>",
        "<?p <![CDATA[ ?><?p <!-- ?>\n",
        "<!-- <?p --><?p <!-- ?>",
        "<?p <!-- ",
    ],
)
def test_entities_after_an_instruction_that_seems_to_open_a_comment_are_refused(before: str) -> None:
    assert refused(f"{before}<!DOCTYPE x [<!ENTITY a 'b'>]><rss><!-- ]]> --></rss>") == "entities"


def test_instructions_without_an_end_are_looked_at_in_one_pass() -> None:
    openings = "<?" * most_tags(DEFAULT_MAX_BYTES)
    check_markup(f"<!-- <!ENTITY -->{openings}")
    assert refused(f"<!-- <!ENTITY -->{openings[20:]}<!ENTITY") == "entities"


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE x [<!ELEMENT a (b)> <!-- <!ENTITY a 'b'> --> <?p q?> %r;]><rss/>",
        "<!DOCTYPE x><rss><!-- <!ENTITY a 'b'> --></rss>",
        "<rss><![CDATA[<!DOCTYPE x [<!ATTLIST a b CDATA '<!--'><!ENTITY a 'b'>]>]]></rss>",
    ],
)
def test_entities_that_are_only_written_about_are_harmless(text: str) -> None:
    check_markup(text)


def test_a_public_doctype_is_harmless() -> None:
    check_markup('<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd"><rss/>')


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"x" * (DEFAULT_MAX_BYTES + 1), "too_large"),
        (gzip.compress(b"x" * (DEFAULT_MAX_BYTES + 1)), "too_large"),
        (gzip.compress(b"<rss/>")[:8] + b"broken", "cut_off"),
        (b"%PDF-1.7 ...", "binary"),
        (bytes(200), "binary"),
        (b" \n", "empty"),
        (gzip.compress(b""), "empty"),
        (b"<" * (most_tags(DEFAULT_MAX_BYTES) + 1), "too_many_tags"),
        (b"<a " + b"x" * 100_001, "endless_tag"),
    ],
    ids=range(9),
)
def test_dangerous_documents_are_refused_with_a_reason(body: bytes, outcome: str) -> None:
    assert refused(body) == outcome


def test_html_may_nest_deeply_and_declare_entities() -> None:
    assert decode_response(response("<div>" * 5_000))
