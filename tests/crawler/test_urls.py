from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.urls import MAX_CHARS, article_id, canonical, canonical_start, owner_domain, registered_domain


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.COM:80/a/../b#part", "http://example.com/b"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com:8443/x", "https://example.com:8443/x"),
        ("https://user:secret@example.com/x", "https://example.com/x"),
        ("https://example.com./x", "https://example.com/x"),
        ("https://example.com/x?b=2&a=1&b=1", "https://example.com/x?a=1&b=2&b=1"),
        ("https://example.com/x?utm_source=rss&id=7&fbclid=abc&Utm_Medium=y", "https://example.com/x?id=7"),
        ("https://www.dw.com/a-1?maca=ru-rss", "https://www.dw.com/a-1"),
        ("https://example.com/?12345", "https://example.com/?12345"),
        ("https://пример.рф/мир?q=да", "https://xn--e1afmkfd.xn--p1ai/%D0%BC%D0%B8%D1%80?q=%D0%B4%D0%B0"),
        ("https://example.com/a%7eb%c3%a9", "https://example.com/a~b%C3%A9"),
        ("  https://example.com/a b\n", "https://example.com/a%20b"),
        ("http://[::0:1]:8080/x", "http://[::1]:8080/x"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
    ],
)
def test_addresses_are_canonicalised(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not an address",
        "ftp://example.com/x",
        "javascript:alert(1)",
        "mailto:a@example.com",
        "//example.com/x",
        "http://",
        "http:///x",
        "http://a..b/",
        "http://exa mple.com/",
        "http://good.example\\@evil.example/",
        "http://good.example%2f@evil%5cexample/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1/",
        "http://example.com:99999/",
        "http://example.com/" + "a" * MAX_CHARS,
        "http://" + "a" * 300 + ".com/",
        "http://example.com/" + "a" * 1_000_000,
    ],
)
def test_addresses_that_cannot_be_fetched_have_no_canonical_form(url: str) -> None:
    assert canonical(url) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/x?cid=1", "https://example.com/x?cid=2"),
        ("https://example.com/x?id=1", "https://example.com/x?id=2"),
        ("https://example.com/x?source=1&session=2", "https://example.com/x?source=1&session=3"),
        ("https://example.com/x?a=1&a=2", "https://example.com/x?a=2&a=1"),
        ("https://example.com/x", "https://example.com/X"),
        ("https://example.com/x%2Fy", "https://example.com/x/y"),
        ("https://example.com/?a%26b", "https://example.com/?a&b"),
    ],
)
def test_different_articles_keep_different_ids(one: str, other: str) -> None:
    assert article_id(canonical(one) or "") != article_id(canonical(other) or "")


ADDRESSES = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}://{}{}?{}#{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.one_of(st.from_regex(r"[a-zA-Zа-яß0-9.-]{1,30}(:[0-9]{1,5})?", fullmatch=True), st.text(max_size=15)),
        st.text(max_size=30).map("/{}".format),
        st.text(max_size=30),
        st.text(max_size=5),
    ),
)


@given(ADDRESSES)
@example("http://a/?utm_%41=1&%75tm_source=2")
@example("http://a/?x=1;y=2&&=&%zz")
@example("http://xn--/")
def test_canonicalising_twice_changes_nothing(url: str) -> None:
    once = canonical(url)
    if once is None:
        return
    assert canonical(once) == once
    assert once.isascii()
    parts = urlsplit(once)
    assert parts.scheme in ("http", "https")
    assert not re.search(r"[@\s]", parts.netloc)
    assert parts.hostname == (parts.hostname or "").lower()
    assert not parts.fragment


def test_an_id_is_32_hexadecimal_digits_and_stable() -> None:
    assert article_id("https://example.com/x") == "2b1d24e3b69dab45b406459d4a40fb98"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.bbc.co.uk/1", "bbc.co.uk"),
        ("https://a.b.example.com:8080/x", "example.com"),
        ("http://127.0.0.1:8000/x", "127.0.0.1"),
        ("http://[::1]:8000/x", "::1"),
        ("http://localhost:8000/x", "localhost"),
        ("http://co.uk/", "co.uk"),
        ("http://cdn.news.example/", "news.example"),
        ("https://xn--e1afmkfd.xn--p1ai/", "xn--e1afmkfd.xn--p1ai"),
        ("NEWS.example.com", "example.com"),
    ],
)
def test_registered_domain_follows_the_public_suffix_list(url: str, expected: str) -> None:
    assert registered_domain(url) == expected


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://anna.blogspot.com/2026/11/a.html", "anna.blogspot.com"),
        ("https://www.anna.github.io./", "anna.github.io"),
        ("https://blogspot.com/", "blogspot.com"),
        ("https://news.bbc.co.uk/1", "bbc.co.uk"),
        ("http://127.0.0.1:8000/x", "127.0.0.1"),
        ("http://[::1/", ""),
    ],
)
def test_users_of_a_hoster_own_their_pages(url: str, owner: str) -> None:
    assert owner_domain(url) == owner


def test_registered_domain_never_uses_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert registered_domain("https://sub.never-seen-before.kyiv.ua/x") == "never-seen-before.kyiv.ua"


@pytest.mark.parametrize(
    "url",
    [
        "http://мвд.рф/a",
        "HTTP://МВД.РФ:80/a",
        "http://мвд.рф./a",
        "http://мвд。рф/a",
        "http://xn--b1aew.xn--p1ai/a",
        "http://XN--B1AEW.XN--P1AI./a",
    ],
)
def test_all_forms_of_an_internationalised_host_are_one(url: str) -> None:
    assert canonical(url) == "http://xn--b1aew.xn--p1ai/a"
    assert registered_domain(url) == "xn--b1aew.xn--p1ai"


def test_hosts_that_differ_in_a_german_letter_stay_two() -> None:
    assert canonical("https://straße.de/") == "https://xn--strae-oqa.de/"
    assert canonical("https://strasse.de/") == "https://strasse.de/"


@pytest.mark.parametrize(
    "name", ["мвд.рф", "МВД.РФ", "мвд.рф.", "www.мвд.рф", "мвд.рф:8080", "xn--b1aew.xn--p1ai", "//мвд.рф/news"]
)
def test_a_bare_host_has_the_domain_of_its_addresses(name: str) -> None:
    assert registered_domain(name) == "xn--b1aew.xn--p1ai"


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("https://мвд.рф/news/", "https://xn--b1aew.xn--p1ai/news/"),
        ("https://мвд.рф/новости", "https://xn--b1aew.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"),
        ("HTTPS://News.Example:443/A", "https://news.example/A"),
        ("https://news.example./%d0", "https://news.example/%D0"),
        ("https://мвд.рф", "https://xn--b1aew.xn--p1ai"),
        ("https://news.exam", "https://news.exam"),
        ("ftp://news.example/", None),
        ("news.example/", None),
    ],
)
def test_the_start_of_an_address_is_written_as_canonical_addresses_begin(typed: str, start: str | None) -> None:
    assert canonical_start(typed) == start
