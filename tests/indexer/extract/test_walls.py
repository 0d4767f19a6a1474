"""Pages with text that are no articles, and articles about the same things; the samples are in walls.toml."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import NoArticle, read_page

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://courier.example/world/2026/lake-talks"
SAMPLES = tomllib.loads((Path(__file__).with_name("walls.toml")).read_text("utf-8"))
OUTCOMES = {
    "missing": "notice",
    "closed": "notice",
    "blocked": "notice",
    "checking": "browser_check",
    "scripts": "consent_page",
    "login": "consent_page",
}
WALLS = [(outcome, title, text) for kind, outcome in OUTCOMES.items() for title, text in SAMPLES[kind]]
RELATED = "".join(
    f"<p>Ministers of the lake states agreed on item {n} of the list, and observers counted the lorries at the crossing.</p>"
    for n in range(30)
)
DECLARED = (
    '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-20T10:00Z">'
)


def read(body: str, title: str = "Courier", head: str = "", body_class: str = "") -> Extraction | NoArticle:
    """Read a page whose feed gave it the headline of a story."""
    page = (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body class='{body_class}'>{body}</body></html>"
    )
    hints = Hints(title="Ministers meet at the lake", published=NOW)
    return read_page("document", page.encode(), "text/html; charset=utf-8", URL, hints, NOW)


def refusal(body: str, title: str = "Courier", head: str = "", body_class: str = "") -> str:
    """Return the outcome of a page that must not become an article."""
    result = read(body, title, head, body_class)
    assert isinstance(result, NoArticle), result.text
    return result.outcome


def is_article(body: str, title: str = "Courier", head: str = "") -> bool:
    """Return whether the page becomes an article."""
    return isinstance(read(body, title, head), Extraction)


@pytest.mark.parametrize(("outcome", "title", "text"), WALLS)
def test_a_page_that_speaks_of_itself_instead_of_news_is_not_an_article(outcome: str, title: str, text: str) -> None:
    assert refusal(f"<main><h1>{title}</h1><p>{text}</p></main>", title) == outcome


@pytest.mark.parametrize(("title", "text"), SAMPLES["articles"])
@pytest.mark.parametrize("head", ["", DECLARED], ids=["bare", "declared"])
def test_an_article_about_such_things_is_kept(title: str, text: str, head: str) -> None:
    assert is_article(f"<article><h1>{title}</h1><p>{text}</p></article>", f"{title} | Courier", head)


@pytest.mark.parametrize("language", SAMPLES["consent"])
@pytest.mark.parametrize("times", [1, 6, 60])
def test_a_consent_wall_of_any_length_is_not_an_article(language: str, times: int) -> None:
    body = "".join(f"<p>{SAMPLES['consent'][language]} ({number})</p>" for number in range(times))
    assert refusal(f"<div>{body}</div>") == "consent_page"


def test_a_missing_page_that_lists_other_stories_is_not_an_article() -> None:
    body = f"<main><h1>Page not found</h1><p>The page you requested could not be found. Try one of these:</p>{RELATED}</main>"
    assert refusal(body, "Page not found - Courier") == "notice"


@pytest.mark.parametrize("marks", ["error404 wp-custom", "page-404", "site not-found"])
def test_a_missing_page_in_any_language_is_known_by_its_classes(marks: str) -> None:
    text = (
        "<p>Ami keresett, nincs itt; talán egy másik helyen megtalálja, ha újra megpróbálja holnap vagy holnapután.</p>"
    )
    assert refusal(f"<main>{text}</main>", body_class=marks) == "notice"


@pytest.mark.parametrize("text", SAMPLES["unknown"])
def test_a_few_sentences_to_the_reader_without_a_date_are_not_an_article(text: str) -> None:
    assert refusal(f"<main><h1>Courier</h1><p>{text}</p></main>") == "not_an_article"
    assert is_article(f"<main><h1>Courier</h1><p>{text}</p></main>", head=DECLARED)


def test_a_challenge_is_known_by_its_script() -> None:
    script = "<script>window._cf_chl_opt = {cvId: '3'};</script>"
    text = "<p>Espere un poco, su navegador se abrirá en la página dentro de cinco segundos o menos.</p>"
    assert refusal(script + text) == "browser_check"
    assert refusal(script, "courier.example") == "browser_check"
    assert refusal("<iframe src='/_Incapsula_Resource?SWUDNSAI=31'></iframe>") == "browser_check"
    assert refusal("<div id='challenge-container'></div><h1>JavaScript is disabled</h1>") == "browser_check"


@pytest.mark.parametrize(
    ("title", "text", "outcome"),
    [
        ("Just a moment...", "", "browser_check"),
        ("503 Service Unavailable", "nginx", "notice"),
        ("404", "Nothing here.", "notice"),
        ("Zugriff verweigert", "Fehler 16", "notice"),
        ("Courier", "Please enable JavaScript.", "consent_page"),
    ],
)
def test_a_notice_of_a_few_words_is_known_too(title: str, text: str, outcome: str) -> None:
    assert refusal(f"<main><p>{text}</p></main>", title) == outcome


def test_a_page_that_declares_the_front_page_as_its_address_is_not_an_article() -> None:
    head = '<link rel="canonical" href="https://courier.example/en/"><meta property="og:type" content="website">'
    assert refusal(f"<main>{RELATED}</main>", "Courier, news of the lakes", head) == "not_an_article"


def test_an_article_with_the_address_of_the_front_page_in_its_metadata_is_kept() -> None:
    assert is_article(
        f"<main>{RELATED}</main>", head=f'<link rel="canonical" href="https://courier.example/">{DECLARED}'
    )


def test_an_article_with_a_login_form_and_a_consent_notice_below_is_kept() -> None:
    form = "<form><input type='password'></form>"
    body = f"<article>{RELATED}</article><div><p>{SAMPLES['consent']['en']}</p></div>{form}"
    assert is_article(body, "Ministers meet at the lake")


def test_the_title_in_the_feed_does_not_refuse_a_page() -> None:
    page = f"<html><head><title>Lake talks</title></head><body><article>{RELATED}</article></body></html>"
    result = read_page("document", page.encode(), "text/html", URL, Hints(title="404", published=NOW), NOW)
    assert isinstance(result, Extraction)


def test_a_list_of_months_is_not_an_article() -> None:
    months = "".join(f"<li><a href='/2025/{month}'>Month number {month}</a></li>" for month in range(12))
    assert refusal(f"<ul>{months}</ul>") == "no_text"
