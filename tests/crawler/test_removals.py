"""Redirects that mean that an article was removed, and redirects that lead to it."""

from __future__ import annotations

import pytest

from crawler.removals import removal

SITE = "https://courier.example"


@pytest.mark.parametrize(
    ("requested", "reached", "outcome"),
    [
        ("/en/world/1", "/", "redirected_home"),
        ("/en/world/1", "/index.html", "redirected_home"),
        ("/?p=17", "/", "redirected_home"),
        ("/en/world/1", "/en/", "redirected_home"),
        ("/2026/03/14/talks-resume", "/uk", "redirected_home"),
        ("/article/4711", "/pt-br/", "redirected_home"),
        ("/en/world/4", "/en/news/", "not_found"),
        ("/en/world/4", "/en/world", "not_found"),
        ("/news/2026/03/talks-resume-at-the-lake", "/news/2026/03/", "not_found"),
        ("/politik/ausland/verhandlungen-a-1234.html", "/politik/", "not_found"),
        ("/monde/article-4711.html", "/actualites/", "not_found"),
        ("/novosti/12345", "/lenta", "not_found"),
        ("/wiadomosci/swiat/rozmowy,123", "/wiadomosci/index.php", "not_found"),
        ("/world/talks-resume", "/404", "not_found"),
        ("/world/talks-resume", "/error.html?path=/world/talks-resume", "not_found"),
        ("/world/talks-resume", "/page-not-found/", "not_found"),
        ("/world/talks-resume", "/maintenance", "not_found"),
        ("/world/talks-resume", "/under-maintenance.html", "not_found"),
        ("/world/talks-resume", "/site_offline/index.html", "not_found"),
        ("/world/talks-resume", "/errors/503.html", "not_found"),
        ("/world/talks-resume", "/unavailable", "not_found"),
        ("/world/talks-resume", "/static/temporarily-unavailable.htm", "not_found"),
        ("/world/talks-resume", "/access-denied?ref=4711", "not_found"),
        ("/world/talks-resume", "/blocked.php", "not_found"),
        ("/world/talks-resume", "/captcha/", "not_found"),
        ("/world/talks-resume", "/security/captcha", "not_found"),
        ("/world/talks-resume", "/en/404", "not_found"),
        ("/world/talks-resume", "/static/503.html", "not_found"),
        ("/world/talks-resume", "/shop/error-pages/gone", "not_found"),
        ("/world/talks-resume", "/world/page-not-found", "not_found"),
        ("/world/talks-resume", "/news/404-error/", "not_found"),
    ],
)
def test_a_redirect_away_from_an_article_is_a_removal(requested: str, reached: str, outcome: str) -> None:
    removed = removal(SITE + requested, SITE + reached, b"")
    assert removed is not None and removed[0] == outcome and removed[1]


@pytest.mark.parametrize(
    ("requested", "reached"),
    [
        ("/world/1", "/world/1"),
        ("/world/1", "/world/1/"),
        ("/world/1", "/world/1-talks-resume"),
        ("/p/4711", "/world/2026/talks-resume"),
        ("/s/a1b2c3", "/ceasefire-holds-at-the-lake"),
        ("/?p=17", "/talks-resume"),
        ("/news/1", "/?p=1"),
        ("/talks/amp", "/talks/"),
        ("/talks-resume-at-the-lake/print", "/talks-resume-at-the-lake"),
        ("/news/4711/talks-resume", "/news/4711"),
        ("/world/talks-resume", "/world/errors-of-the-spring"),
        ("/p/4711", "/world/site-down-for-a-day"),
        ("/p/4711", "/world/lake-closed-to-boats"),
        ("/world/404", "/world/404/"),
        ("/", "/en/"),
        ("/world/", "/world"),
    ],
)
def test_a_redirect_to_the_article_is_no_removal(requested: str, reached: str) -> None:
    assert removal(SITE + requested, SITE + reached, b"") is None


@pytest.mark.parametrize(
    "reached",
    [
        "/news/403",
        "/node/500",
        "/article-404",
        "/page/404/",
        "/politics/2026/maintenance",
        "/film-4/gone",
        "/posts/1/sorry",
    ],
)
def test_a_number_or_a_word_below_a_section_names_no_error(reached: str) -> None:
    assert removal(f"{SITE}/go/4711", SITE + reached, b"") is None


@pytest.mark.parametrize(
    "declared",
    [
        '<meta property="og:type" content="article">',
        '<meta content="article" property="og:type" />',
        "<meta property=og:type content=article>",
        "<meta content='2026-11-20' property='article:published_time'>",
    ],
)
@pytest.mark.parametrize("reached", ["/gone", "/sorry", "/blog/sorry", "/film/gone", "/politics/access-denied", "/404"])
def test_a_page_that_says_that_it_is_an_article_is_no_error(reached: str, declared: str) -> None:
    assert removal(f"{SITE}/go/4711", SITE + reached, declared.encode()) is None
    other = declared.replace("article", "website")
    assert removal(f"{SITE}/go/4711", SITE + reached, other.encode()) is not None


def test_another_site_may_have_the_article_at_its_root() -> None:
    assert removal("https://courier.example/special/1", "https://lake-talks.example/", b"") is None
    assert removal("https://courier.example/special/1", "https://special.courier.example/", b"") is None
    assert removal("https://courier.example/special/1", "https://m.courier.example/", b"") is not None


@pytest.mark.parametrize(
    "view", ["www.", "m.", "mobile.", "mobil.", "amp.", "touch.", "lite.", "wap.", "www.m.", "m.www."]
)
def test_the_front_page_for_another_device_is_that_of_the_same_site(view: str) -> None:
    for requested, reached in (("", view), (view, "")):
        removed = removal(f"https://{requested}courier.example/special/1", f"https://{reached}courier.example/", b"")
        assert removed is not None and removed[0] == "redirected_home"
