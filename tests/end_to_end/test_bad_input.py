"""Every answer of a hostile or broken server ends in a named outcome, and none of them stops the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from config.sources import Feed, Source
from crawler.archive.frontier import urls
from crawler.archive.pages import pages
from indexer.article import Article
from indexer.jobs.articles import iterate_articles
from tests.support.processes import Parley
from tests.support.site import Reply, Request, rss, site

ALLOWED, FORBIDDEN = "127.0.0.2", "127.0.0.3"
RUSSIAN = (
    "Делегации встретились в Женеве в четверг, чтобы возобновить переговоры о перемирии на всей линии соприкосновения. "
    "Стороны договорились обменяться списками пленных до конца месяца и встретиться снова через неделю. "
    "Представитель делегации сказал, что ни одна из сторон не изменила позицию по вопросу о гарантиях безопасности."
)
GEORGIAN = (
    "დელეგაციები ხუთშაბათს ჟენევაში შეხვდნენ, რათა განაახლონ მოლაპარაკებები ზავის შესახებ მთელ ხაზზე. "
    "მხარეები შეთანხმდნენ თვის ბოლომდე გაცვალონ ტყვეების სიები და ერთ კვირაში კვლავ შეხვდნენ. "
    "სპიკერმა განაცხადა, რომ არც ერთ მხარეს არ შეუცვლია პოზიცია გარანტიების საკითხზე."
)
ENGLISH = (
    "Delegations met in Geneva on Thursday to resume their talks on a truce along the whole line of contact. "
    "The two sides agreed to exchange lists of prisoners before the end of the month and to meet again in a week. "
    "A spokesperson said that neither side had moved on the question of guarantees, which is to be discussed next."
)


def html(title: str, text: str) -> bytes:
    paragraphs = "".join(f"<p>{escape(sentence)}.</p>" for sentence in text.rstrip(".").split(". "))
    head = f"<!doctype html><html><head><title>{title}</title></head>"
    return f"{head}<body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode()


def redirect(to: str) -> Reply:
    return Reply(status=302, headers={"Location": to})


@dataclass(frozen=True, slots=True)
class Case:
    """The answer of one address, its outcome in the crawler and the outcome of its page in the indexer."""

    reply: Reply
    collected: str
    indexed: str | None = None


TALKS = "Talks resume"
PAGE = Reply(body=html(TALKS, ENGLISH))
WESTERN = "text/html; charset=windows-1251"
MARKUP = "&lt;b&gt;Talks&lt;/b&gt; <i>resume</i> &amp;amp; go on<script>x</script>"
CASES = {
    "/good": Case(PAGE, "collected", "indexed"),
    "/pdf": Case(Reply(body=b"%PDF-1.4\n\0\1 binary", content_type="application/pdf"), "not_html"),
    "/picture": Case(Reply(body=b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(500)), "not_html"),
    "/json": Case(Reply(body=b'{"title": "Talks"}', content_type="application/json"), "wanted"),
    "/plain": Case(Reply(body=b"Down for maintenance", content_type="text/plain"), "wanted"),
    "/to-an-error": Case(redirect("/error.html"), "wanted"),
    "/to-the-front-page": Case(redirect("/"), "wanted"),
    "/maintenance": Case(Reply(body=html("Maintenance", "We will be back soon.")), "wanted", "notice"),
    "/challenge": Case(Reply(body=html("Just a moment...", "Checking your browser.")), "wanted", "browser_check"),
    "/login": Case(Reply(body=html("Log in", "Please log in to continue.")), "collected", "consent_page"),
    "/empty": Case(Reply(body=b""), "wanted"),
    "/blank": Case(Reply(body=b" \n\t \r\n"), "wanted"),
    "/no-text": Case(Reply(body=b"<!doctype html><html><head><title>T</title></head></html>"), "wanted", "empty"),
    "/thirty-megabytes": Case(Reply(body=b"<html>" + b"<p>word</p>" * 2_800_000), "too_large"),
    "/cut-off": Case(Reply(body=b"<html><p>The talks", promise=5_000), "wanted"),
    "/mislabelled-cyrillic": Case(
        Reply(body=html("Переговоры", RUSSIAN).decode().encode("windows-1251")), "collected", "indexed"
    ),
    "/mislabelled-utf-8": Case(Reply(body=html("Переговоры", RUSSIAN), content_type=WESTERN), "collected", "indexed"),
    "/loop": Case(redirect("/loop-back"), "wanted"),
    "/to-loopback": Case(redirect(f"http://{FORBIDDEN}:8000/secret"), "refused_address"),
    "/to-metadata": Case(redirect("http://169.254.169.254/latest/meta-data/"), "refused_address"),
    "/to-credentials": Case(redirect(f"http://user:secret@{ALLOWED}:8000/good"), "refused_address"),
    "/to-file": Case(redirect("file:///etc/passwd"), "wanted"),
    "/georgian": Case(Reply(body=html("მოლაპარაკებები", GEORGIAN)), "collected", "indexed"),
    "/markup": Case(Reply(body=html(MARKUP, f"{ENGLISH} Nothing more was said.")), "collected", "indexed"),
    "/gone": Case(Reply(status=410), "gone"),
    "/missing": Case(Reply(status=404), "wanted"),
    "/forbidden": Case(Reply(status=403), "wanted"),
    "/failing": Case(Reply(status=500), "wanted"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """A finished crawl and indexing of all cases.

    Attributes:
        addresses: path → what its address and its page ended as.
        details: path → the sentence about its address.
        articles: path → its article.
        requests: what the site was asked for.
        inside: requests that reached the address nobody may reach.
    """

    addresses: Mapping[str, tuple[str, str | None]]
    details: Mapping[str, str]
    articles: Mapping[str, Article]
    requests: tuple[Request, ...]
    inside: tuple[Request, ...]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Crawl and index all cases, the good one last."""
    parley = Parley(tmp_path_factory.mktemp("bad"), allow_private=ALLOWED)
    with site(ALLOWED) as served, site(FORBIDDEN) as inner:
        served.routes |= {path: case.reply for path, case in CASES.items()}
        served.routes["/to-loopback"] = redirect(inner.url("/secret"))
        served.routes |= {"/loop-back": redirect("/loop"), "/error.html": PAGE, "/": PAGE}
        served.routes["/with-credentials"] = PAGE
        addresses = [served.url(path) for path in reversed(CASES)]
        addresses.append(served.url("/with-credentials").replace("//", "//user:secret@"))
        served.routes["/rss"] = rss(*((address, "") for address in addresses))
        parley.use([source_of(served.url("/rss"))])
        parley.finish()
        return look(parley, tuple(served.requests), tuple(inner.requests))


def source_of(url: str) -> Source:
    feed = Feed(id="s/1", source="s", url=url, kind="feed", every=900.0)
    return Source(id="s", name="S", country="DE", language="en", source_class="independent", feeds=(feed,))


def look(parley: Parley, requests: tuple[Request, ...], inside: tuple[Request, ...]) -> Run:
    archive = parley.archive()
    shown = select(urls.c.url, urls.c.state, urls.c.detail, pages.c.state.label("page"))
    with archive.database.read() as connection:
        rows = connection.execute(shown.outerjoin(pages, pages.c.serial == urls.c.serial)).all()
    articles = [article for batch in iterate_articles(archive.database) for article in batch]
    archive.close()
    return Run(
        {urlsplit(row.url).path: (row.state, row.page) for row in rows},
        {urlsplit(row.url).path: row.detail for row in rows},
        {urlsplit(article.url).path: article for article in articles},
        requests,
        inside,
    )


@pytest.mark.parametrize("path", CASES)
def test_each_response_has_its_expected_outcome(ended: Run, path: str) -> None:
    case = CASES[path]
    assert ended.addresses[path] == (case.collected, case.indexed)
    assert (path in ended.articles) == (case.indexed == "indexed")
    if case.collected != "collected":
        assert ended.details[path]


def test_text_is_decoded_correctly_despite_a_wrong_charset_label(ended: Run) -> None:
    for path in ("/mislabelled-cyrillic", "/mislabelled-utf-8"):
        article = ended.articles[path]
        assert (article.title, article.language) == ("Переговоры", "ru")
        assert "возобновить переговоры о перемирии" in article.text


def test_an_unexpected_language_is_detected(ended: Run) -> None:
    article = ended.articles["/georgian"]
    assert article.language == "ka"
    assert "მოლაპარაკებები ზავის" in article.text


def test_markup_is_removed_from_titles(ended: Run) -> None:
    title = ended.articles["/markup"].title
    assert title
    assert title.startswith("Talks resume & go on")
    assert "<" not in title


def test_the_password_in_an_address_is_neither_sent_nor_stored(ended: Run) -> None:
    article = ended.articles["/with-credentials"]
    assert ended.addresses["/with-credentials"] == ("collected", "indexed")
    assert "@" not in article.url
    assert not any("authorization" in request.headers for request in ended.requests)


def test_redirects_to_internal_addresses_are_not_followed(ended: Run) -> None:
    assert ended.inside == ()
