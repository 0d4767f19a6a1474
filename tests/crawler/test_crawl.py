"""A running crawler against a real site: what it collects, what it requests, and the outcome of every failure."""

from __future__ import annotations

import gzip
import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from crawler.archive import feeds, frontier
from crawler.archive.feeds import FeedState
from crawler.archive.frontier import count_urls_by_state
from crawler.archive.leases import Owner
from crawler.page import Page
from crawler.urls import article_id
from tests.crawler.conftest import Crawling, feed
from tests.support.fetches import newest_fetches
from tests.support.site import Reply, Request, Site, page, rss, site

SOON = timedelta(minutes=5)


def pages_in(crawling: Crawling) -> list[Page]:
    return crawling.archive.claim_pages(10_000, datetime.now(UTC) + timedelta(days=1), SOON, Owner("test"))


def urls_in(crawling: Crawling) -> dict[str, int]:
    with crawling.archive.database.read() as connection:
        return count_urls_by_state(connection)


def state_in(crawling: Crawling, name: str = "s/1") -> FeedState:
    with crawling.archive.database.read() as connection:
        state = feeds.state_of(connection, name)
    assert state
    return state


def test_every_page_in_a_feed_is_collected_with_the_metadata_of_the_feed(crawling: Crawling, news: Site) -> None:
    news.add_articles("a", "b")
    report = crawling.once(feed(news.url("/rss")))
    assert (report.polls, report.pages) == ({"read": 1}, {"collected": 2})
    first, second = sorted(pages_in(crawling), key=lambda page: page.url)
    assert (first.url, first.source, first.feed, first.kind) == (news.url("/a"), "s", "s/1", "document")
    assert (first.hints.title, second.hints.title) == ("a", "b")
    assert first.hints.published == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert crawling.archive.body(first.number) == page("a")


def test_nothing_is_fetched_again_when_a_feed_returns_304(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    news.routes["/rss"] = rss((news.url("/a"), "a"), etag='"1"')
    crawling.once(feed(news.url("/rss")))
    assert crawling.once(feed(news.url("/rss"))).polls == {"unchanged": 1}
    assert news.paths() == ["/rss", "/a", "/rss"]
    assert news.requests[-1].headers["if-none-match"] == '"1"'
    with crawling.archive.database.read() as connection:
        newest, oldest = newest_fetches(connection)
    assert (newest.outcome, newest.status, newest.new, newest.bytes) == ("unchanged", 304, 0, 0)
    assert (oldest.outcome, oldest.status, oldest.new) == ("read", 200, 1)


def test_an_identical_body_with_another_etag_counts_as_unchanged(crawling: Crawling, news: Site) -> None:
    news.routes["/rss"] = rss((news.url("/a"), "a"), etag='"1"')
    crawling.once(feed(news.url("/rss")))
    news.routes["/rss"] = rss((news.url("/a"), "a"), etag='"2"')
    assert crawling.once(feed(news.url("/rss"))).polls == {"unchanged": 1}
    crawling.once(feed(news.url("/rss")))
    assert news.requests[-1].headers["if-none-match"] == '"2"'


def test_a_revised_entry_is_fetched_again_and_kept_next_to_the_original(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    crawling.once(feed(news.url("/rss")))
    news.routes["/a"] = Reply(body=page("a", "Another text."))
    news.routes["/rss"] = rss((news.url("/a"), "a, corrected"))
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected": 1}
    kept = crawling.archive.pages_of(article_id(news.url("/a")))
    assert [one.page.hints.title for one in kept] == ["a", "a, corrected"]
    assert kept[0].page.serial == kept[1].page.serial


def test_a_revised_entry_with_an_unchanged_page_is_not_stored_again(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    crawling.once(feed(news.url("/rss")))
    news.routes["/rss"] = rss((news.url("/a"), "another title"))
    assert crawling.once(feed(news.url("/rss"))).pages == {"unchanged": 1}
    assert len(pages_in(crawling)) == 1


def test_an_article_described_differently_by_two_feeds_is_fetched_once(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    for title in ("one", "two", "three"):  # another entry, so that neither feed is unchanged as a whole
        news.routes["/1"] = rss((news.url("/a"), "as one says"), (news.url("/gone"), title))
        news.routes["/2"] = rss((news.url("/a"), "as the other says"), (news.url("/gone"), title))
        crawling.once(feed(news.url("/1")), feed(news.url("/2"), id="s/2"))
    assert news.paths().count("/a") == 1


def test_the_user_agent_identifies_the_crawler_and_its_contact(crawling: Crawling, news: Site) -> None:
    crawling.options["contact"] = "desk@example.org"
    news.add_articles("a")
    crawling.once(feed(news.url("/rss")))
    assert {request.headers["user-agent"] for request in news.requests} == {"Parley/0.1 (+desk@example.org)"}


def test_robots_txt_is_fetched_once_and_obeyed(crawling: Crawling, news: Site) -> None:
    news.add_articles("open", "closed")
    news.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /closed", content_type="text/plain")
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected": 1, "postponed": 1}
    assert "/closed" not in news.paths()
    assert len(news.requests) - len(news.paths()) == 1


def test_robots_txt_can_be_switched_off(crawling: Crawling, news: Site) -> None:
    crawling.options["obey_robots"] = False
    news.add_articles("closed")
    news.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /", content_type="text/plain")
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected": 1}


def test_nothing_is_fetched_while_robots_txt_is_unavailable(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    news.routes["/robots.txt"] = Reply(status=503)
    assert crawling.once(feed(news.url("/rss"))).polls == {"robots_unreachable": 1}
    assert news.paths() == []


def test_a_crawl_delay_is_kept_between_requests(crawling: Crawling, news: Site) -> None:
    news.add_articles("a", "b")
    news.routes["/robots.txt"] = Reply(body=b"User-agent: *\nCrawl-delay: 0.2", content_type="text/plain")
    start = monotonic()
    crawling.once(feed(news.url("/rss")))
    times = [request.at for request in news.requests if request.path != "/robots.txt"]
    # Intervals between arrivals would depend on how quickly each request travels; the earliest arrivals do not.
    assert [time >= start + 0.2 * number for number, time in enumerate(times)] == [True] * 3


BOMB = gzip.compress(bytes(30_000_000))
CASES = {
    "gone": Reply(status=410),
    "not_html": Reply(body=b"%PDF-1.7\n\0\1", content_type="application/pdf"),
    "too_large": Reply(body=b"<html>" + bytes(11_000_000)),
    "collected": Reply(body="<html>Мир</html>".encode("cp1251"), content_type="text/html; charset=utf-8"),
}


@pytest.mark.parametrize("outcome", CASES)
def test_every_failure_has_its_own_outcome(crawling: Crawling, news: Site, outcome: str) -> None:
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": CASES[outcome]}
    assert crawling.once(feed(news.url("/rss"))).pages == {outcome: 1}
    assert urls_in(crawling) == {outcome: 1}


def test_a_decompression_bomb_is_refused_as_too_large(crawling: Crawling, news: Site) -> None:
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": Reply(body=BOMB, headers={"Content-Encoding": "gzip"})}
    assert crawling.once(feed(news.url("/rss"))).pages == {"too_large": 1}


def test_the_size_limit_also_applies_without_a_content_length(crawling: Crawling, news: Site) -> None:
    large = Reply(body=b"<html>" + bytes(11_000_000), until_close=True)
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": large}
    assert crawling.once(feed(news.url("/rss"))).pages == {"too_large": 1}


def test_a_body_that_cannot_be_decompressed_is_cut_off_and_retried(crawling: Crawling, news: Site) -> None:
    broken = Reply(body=b"\x1f\x8b\x08 and no more", headers={"Content-Encoding": "gzip"})
    news.routes = {"/rss": broken}
    assert crawling.once(feed(news.url("/rss"))).polls == {"cut_off": 1}


def test_binary_data_labelled_as_html_is_refused(crawling: Crawling, news: Site) -> None:
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": Reply(body=b"\x89PNG\r\n\x1a\n\0\0\0")}
    assert crawling.once(feed(news.url("/rss"))).pages == {"not_html": 1}


def test_a_redirected_page_keeps_its_original_address(crawling: Crawling, news: Site) -> None:
    news.add_articles("b")
    news.routes |= {"/rss": rss((news.url("/a"), "a")), "/a": Reply(status=301, headers={"Location": "/b"})}
    crawling.once(feed(news.url("/rss")))
    (kept,) = pages_in(crawling)
    assert (kept.url, kept.final_url) == (news.url("/a"), news.url("/b"))


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/b",
        "http://127.0.0.3:{port}/b",
        "http://2130706433:{port}/b",
        "http://0x7f.1:{port}/b",
        "http://localhost:{port}/b",
        "http://[::1]:{port}/b",
        "http://[::ffff:127.0.0.1]:{port}/b",
        "http://169.254.169.254/latest",
        "http://127.0.0.2:25/",
        "http://u:p@127.0.0.2:{port}/b",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(crawling: Crawling, news: Site, target: str) -> None:
    news.add_articles("b")
    location = target.format(port=news.port)
    news.routes |= {"/rss": rss((news.url("/a"), "a")), "/a": Reply(status=302, headers={"Location": location})}
    crawling.once(feed(news.url("/rss")))
    crawling.once_at_last(feed(news.url("/rss")))
    assert urls_in(crawling) == {"refused_address": 1}
    assert "/b" not in news.paths()


def test_a_feed_on_a_private_address_is_refused_unless_allowed(crawling: Crawling, news: Site) -> None:
    crawling.options["allow_private"] = ("127.0.0.4",)
    news.add_articles("a")
    assert crawling.once(feed(news.url("/rss"))).polls == {"refused_address": 1}
    assert news.requests == []
    assert "not public" in state_in(crawling).detail


@pytest.mark.parametrize(
    ("outcome", "reply"),
    [
        ("server_error", Reply(status=500)),
        ("throttled", Reply(status=429)),
        ("cut_off", Reply(body=b"<html>", promise=1_000)),
    ],
)
def test_temporary_failures_are_retried_later(crawling: Crawling, news: Site, outcome: str, reply: Reply) -> None:
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": reply}
    assert crawling.once(feed(news.url("/rss"))).pages == {"postponed": 1}
    assert urls_in(crawling) == {"wanted": 1}
    news.routes["/a"] = Reply(body=page("a"))
    with crawling.archive.database.write() as connection:
        (wanted,) = frontier.claim(
            connection, "127.0.0.2", 1, now=datetime.now(UTC) + timedelta(days=1), lease=SOON, owner=Owner("test")
        )
    assert wanted.attempts == 1


def test_retry_after_pauses_the_whole_domain(crawling: Crawling, news: Site) -> None:
    news.routes = {
        "/rss": rss((news.url("/a"), "a"), (news.url("/b"), "b")),
        "/a": Reply(status=503, headers={"Retry-After": "3600"}),
        "/b": Reply(status=503, headers={"Retry-After": "3600"}),
    }
    crawling.once(feed(news.url("/rss")))
    now = datetime.now(UTC)
    with crawling.archive.database.read() as connection:
        assert feeds.held_sites(connection, now + timedelta(minutes=59)).keys() == {"127.0.0.2"}
        assert feeds.held_sites(connection, now + timedelta(minutes=61)) == {}
    before = len(news.requests)
    crawling.once(feed(news.url("/rss")))
    assert len(news.requests) == before


def test_the_full_text_in_the_feed_replaces_a_page_that_cannot_be_fetched(crawling: Crawling, news: Site) -> None:
    text = f"<p>{'The whole text of the article, as the feed gives it. ' * 30}</p>"
    news.routes = {"/rss": rss((news.url("/a"), "a"), full_text=text), "/a": Reply(status=403)}
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected_from_feed": 1}
    (kept,) = pages_in(crawling)
    assert (kept.kind, kept.url) == ("entry", news.url("/a"))
    assert crawling.archive.body(kept.number) == text.encode()


def test_an_entry_without_an_address_is_kept_under_an_address_of_its_feed(crawling: Crawling, news: Site) -> None:
    items = (
        "<item><guid>tag:1</guid><description>Envoys met.</description></item><item><title>Only a title</title></item>"
    )
    news.routes["/rss"] = Reply(body=f"<rss><channel>{items}</channel></rss>".encode(), content_type="text/xml")
    crawling.once(feed(news.url("/rss")))
    news.routes["/rss"] = Reply(
        body=f"<rss><channel>{items}<ttl>60</ttl></channel></rss>".encode(), content_type="text/xml"
    )
    crawling.once(feed(news.url("/rss")))
    (kept,) = pages_in(crawling)
    assert kept.kind == "entry"
    assert kept.url.startswith(news.url("/rss?parley-entry="))
    assert crawling.archive.body(kept.number) == b"Envoys met."
    assert state_in(crawling).detail == "1 of 2 entries have neither a usable address nor a text and were skipped."


def test_an_unreadable_feed_is_polled_less_often_and_shows_the_reason(crawling: Crawling, news: Site) -> None:
    news.routes["/rss"] = Reply(body=page("A start page"))
    report = crawling.once(feed(news.url("/rss")))
    assert set(report.polls) == {"html_instead"}
    state = state_in(crawling)
    assert (state.failures, state.last_success) == (1, None)
    assert state.next_due > datetime.now(UTC) + timedelta(minutes=20)
    crawling.once(feed(news.url("/rss")))
    assert state_in(crawling).failures == 2
    news.add_articles("a")
    crawling.once(feed(news.url("/rss")))
    assert (state_in(crawling).failures, state_in(crawling).failing_since) == (0, None)


def test_a_ttl_slows_a_feed_down_to_an_hour(crawling: Crawling, news: Site) -> None:
    news.routes["/rss"] = rss((news.url("/a"), "a"), ttl=100_000)
    crawling.once(feed(news.url("/rss")))
    wait = state_in(crawling).next_due - datetime.now(UTC)
    assert timedelta(minutes=59) < wait < timedelta(minutes=76)


def test_one_source_can_be_collected_alone(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    other = feed(news.url("/other"), id="t/1", source="t")
    report = crawling.once(feed(news.url("/rss")), other, source_ids={"s"})
    assert report.polls == {"read": 1}
    assert "/other" not in news.paths()


def test_a_disabled_feed_is_not_polled(crawling: Crawling, news: Site) -> None:
    assert crawling.once(feed(news.url("/rss"), enabled=False)).polls == {}
    assert news.requests == []


def test_an_unknown_kind_fails_its_feed_and_not_the_crawl(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    report = crawling.once(feed(news.url("/x"), id="s/2", kind="nothing"), feed(news.url("/rss")))
    assert report.polls == {"failed": 1, "read": 1}


def test_an_unverifiable_certificate_is_reported(crawling: Crawling, tmp_path: Path) -> None:
    with site(certificate=self_signed(tmp_path)) as secure:
        secure.add_articles("a")
        assert crawling.once(feed(secure.url("/rss"))).polls == {"bad_certificate": 1}
        assert secure.requests == []


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "news.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - SOON, now + SOON)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "certificate.pem"
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + signed.public_bytes(pem))
    return file


def test_domains_take_turns(crawling: Crawling, news: Site) -> None:
    with site("127.0.0.4") as other:
        order: list[str] = []

        def remember(name: str) -> Callable[[Request], Reply]:
            def reply(request: Request) -> Reply:
                order.append(name)
                return Reply(body=page(request.path))

            return reply

        for n in range(40):
            news.routes[f"/{n}"] = remember("big")
        other.routes["/x"] = remember("small")
        news.routes["/rss"] = rss(*((news.url(f"/{n}"), str(n)) for n in range(40)))
        other.routes["/rss"] = rss((other.url("/x"), "x"))
        crawling.once(feed(news.url("/rss")), feed(other.url("/rss"), id="t/1", source="t"))
    assert len(order) == 41
    assert order.index("small") < 20
