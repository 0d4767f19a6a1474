"""Extraction of whole pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import NoArticle, extract, read_page

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://news.example/world/talks-resume"
PARAGRAPHS = (
    "Delegations from both sides met in Geneva on Thursday to resume talks that had been suspended since the spring.",
    "Diplomats who asked not to be named said the first session lasted four hours and ended without a joint statement.",
    "A second round is expected next week, when technical experts are to discuss how a truce could be observed on the ground.",
)


def page(head: str = "", body: str = "", paragraphs: tuple[str, ...] = PARAGRAPHS, lang: str = "en") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body><article>{body}{text}</article></body></html>'


def json_ld(body: str) -> str:
    node = {"@type": "NewsArticle", "headline": "Talks", "articleBody": body}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def read(
    html: str | bytes, *, content_type: str = "text/html", url: str = URL, hints: Hints | None = None
) -> Extraction | NoArticle:
    body = html.encode() if isinstance(html, str) else html
    return read_page("document", body, content_type, url, hints or Hints(), NOW)


def article(html: str | bytes, *, hints: Hints | None = None) -> Extraction:
    result = read(html, hints=hints)
    assert isinstance(result, Extraction), result
    return result


def test_the_text_has_one_paragraph_per_line() -> None:
    assert article(page()).text.splitlines() == list(PARAGRAPHS)


def test_extract_returns_none_for_content_that_is_not_an_article() -> None:
    assert extract(b"", URL) is None
    assert extract(b"%PDF-1.7 ...", URL) is None


def test_extract_takes_text_whatever_encoding_it_states() -> None:
    paragraphs = tuple(
        f"Делегации встретились в Женеве, чтобы продолжить переговоры, прерванные весной, {n}." for n in "абвг"
    )
    extraction = extract(page(head='<meta charset="windows-1251">', paragraphs=paragraphs, lang="ru"))
    assert extraction is not None and extraction.text.startswith("Делегации встретились в Женеве")


def test_extract_works_without_hints_and_without_an_address() -> None:
    head = '<link rel="canonical" href="/world/1"><script type="application/ld+json">{"@type": "NewsArticle"}</script>'
    result = extract(page(head).encode())
    assert result is not None and result.language == "en"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 1 0 obj", "not_html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "not_html"),
        (b'{"headline": "Talks", "text": "no page"}', "not_html"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title></channel></rss>", "not_html"),
        (bytes(range(256)) * 400, "undecodable"),
        (b"<html><body><nav><a href='/'>Home</a></nav></body></html>", "empty"),
        (b"<html><body><h1>It works!</h1><script>void 0</script></body></html>", "empty"),
        (b"<html><body><div id='root'></div><script src='/app.js'></script></body></html>", "no_text"),
        (b"<html><body><iframe src='/video/1'></iframe></body></html>", "no_text"),
        (b"<html><body><div id='application'></div><script src='/app.js'></script></body></html>", "no_text"),
        (b"<html><head><script type='module'></script></head><body><main>Loading</main></body></html>", "no_text"),
        (b"<html><body><courier-site>Loading</courier-site></body></html>", "no_text"),
        (b"<html><body><h1>Cartoon</h1><img src='/1.png'></body></html>", "no_text"),
        (b"<html><body><div style='background: url(/1.png)'></div></body></html>", "no_text"),
        (b"<html><head><meta http-equiv='Refresh' content='0; url=/2'></head><body></body></html>", "no_text"),
        (b"<html><head><meta http-equiv='refresh' content='5'></head><body>Busy</body></html>", "empty"),
        (b"<html><body><h1>It works!</h1><script src='/count.js'></script></body></html>", "empty"),
        (b"<html><body><script src='/_Incapsula_Resource?SWJIYLWA=7'></script></body></html>", "empty"),
        (b"<html><body><noscript><img src='//count/1' width=1 height=1></noscript></body></html>", "empty"),
        (b"<html><body><div style='left:-9999px'><img src='//count/1'></div></body></html>", "empty"),
        (
            b"<html><body><h1>Talks</h1><nav>" + b"<a href='/'>All the news</a> " * 9 + b"</nav></body></html>",
            "no_text",
        ),
    ],
)
def test_content_that_is_not_an_article_has_an_outcome_and_a_sentence(body: bytes, outcome: str) -> None:
    result = read(body)
    assert isinstance(result, NoArticle)
    assert result.outcome == outcome
    assert result.detail


@pytest.mark.parametrize(
    "paragraphs",
    [
        (
            "We and our 842 partners store and access cookies on your device to process personal data with your consent.",
            "Accept all cookies to continue, or manage your consent in the privacy settings. Our cookie policy explains how.",
        ),
        (
            "Мы используем файлы cookie. Продолжая, вы даёте согласие на обработку файлов cookie в соответствии с политикой",
            "конфиденциальности. Чтобы отозвать согласие, измените настройки cookie в браузере.",
        ),
        (
            "Please enable JavaScript to view this page. Your browser has scripts switched off or does not support them.",
        ),
        (
            "Subscribe to continue reading this article. Already a subscriber? Log in with your account to unlock everything.",
        ),
    ],
)
def test_a_page_asking_for_consent_scripts_or_a_login_is_not_an_article(paragraphs: tuple[str, ...]) -> None:
    result = read(page(paragraphs=paragraphs))
    assert isinstance(result, NoArticle)
    assert result.outcome == "consent_page"


def test_news_about_cookies_is_an_article() -> None:
    message = (
        "The European Commission proposed on Tuesday to replace cookie banners by a single choice in the browser.",
        "Publishers warned that the plan would cost them a third of their income, while consumer groups welcomed it.",
        "Parliament is to vote in the spring; the rules could then apply from 2028 in all member states of the Union.",
    )
    assert article(page("<title>Brussels wants to end cookie banners</title>", paragraphs=message)).text


def test_an_error_page_with_status_200_is_not_an_article() -> None:
    error_text = ("The address you asked for is not here any more. Perhaps it was moved or removed by our editors.",)
    result = read(page("<title>404 - Page not result</title>", paragraphs=error_text))
    assert isinstance(result, NoArticle)
    assert result.outcome == "notice"


def test_the_text_from_the_feed_is_used_when_the_page_has_none() -> None:
    whole = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    wall = page(paragraphs=("Please enable JavaScript to view this page, then reload it.",))
    assert article(wall, hints=Hints(html=whole)).text.splitlines() == list(PARAGRAPHS)


def test_a_teaser_in_the_feed_does_not_replace_the_page() -> None:
    wall = page(
        paragraphs=("Please enable JavaScript to view this page, then reload it, or try again with another one.",)
    )
    result = read(wall, hints=Hints(html="<p>Talks resume in Geneva.</p>"))
    assert isinstance(result, NoArticle) and result.outcome == "consent_page"


def test_the_canonical_address_is_absolute_and_without_tracking_parameters() -> None:
    assert (
        article(page('<link rel="canonical" href="/world/1?utm_source=x">')).canonical_url
        == "https://news.example/world/1"
    )


def test_language_comes_from_the_text_not_the_template() -> None:
    ukrainian = (
        "У четвер делегації обох сторін зустрілися в Женеві, щоб відновити переговори, перервані навесні цього року.",
        "Дипломати повідомили, що перше засідання тривало чотири години й завершилося без спільної заяви учасників.",
    )
    assert article(page(paragraphs=ukrainian, lang="ru")).language == "uk"


def test_paragraphs_missing_from_article_body_are_dropped() -> None:
    body = "\n".join(PARAGRAPHS * 2)
    script = json_ld(body)
    with_furniture = (*PARAGRAPHS, "Sign up for our newsletter to get this in your inbox.")
    assert article(page(script, paragraphs=with_furniture)).text.splitlines() == list(PARAGRAPHS)


def test_a_truncated_article_body_does_not_shorten_the_text() -> None:
    script = json_ld(PARAGRAPHS[0] * 4)
    assert article(page(script)).text.splitlines() == list(PARAGRAPHS)


def test_the_text_of_a_page_drawn_by_scripts_comes_from_its_embedded_data() -> None:
    data = json.dumps(
        {"state": {"title": "Talks", "contentHtml": "".join(f"<p>{text}</p>" for text in PARAGRAPHS * 2)}}
    )
    drawn = f"<html><body><main><svg></svg></main><script>window.__DATA__ = {data}</script></body></html>"
    assert article(drawn).text.splitlines() == list(PARAGRAPHS * 2)


def test_a_page_of_deeply_nested_tags_has_a_result() -> None:
    deep = "<div>" * 50_000 + PARAGRAPHS[0] + "</div>" * 50_000
    assert read(f"<html><body>{deep}</body></html>")


@pytest.mark.parametrize("part", ["<!--", "<style>", "<script ", "; ", " "])
def test_a_huge_title_or_author_does_not_slow_extraction_down(part: str) -> None:
    node = {"@type": "NewsArticle", "headline": f"Talks resume {part * 200_000}", "author": f"Ann {part * 200_000}"}
    result = article(page(f'<script type="application/ld+json">{json.dumps(node)}</script>'))
    assert result.text == "\n".join(PARAGRAPHS)


def test_the_same_page_gives_the_same_result() -> None:
    assert read(page()) == read(page())
