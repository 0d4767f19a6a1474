"""A digest is a mail that loads nothing from elsewhere, reads as text too, and shows its charts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from typing import cast

import pytest
from lxml import html

from config.errors import WrongArgument
from config.settings import load_settings
from crawler.page import Precision
from indexer.article import Article
from monitor.app import App
from monitor.digests.mail import html_file, mail
from monitor.digests.writing import markdown, plain
from monitor.documents.digests import DigestDocument, DigestFeedDocument
from monitor.services.digest import digest
from tests.support.builders import article
from tests.support.installation import Installation

HOSTILE = '<script>alert(1)</script><img src="http://tracker.example/p.png"> [x](javascript:y) \u202e & "quoted"'
DAY = datetime(2026, 9, 9, tzinfo=UTC)  # a Wednesday
WEEK = "2026-W37"


def rising() -> list[Article]:
    """Return a week with 30 of 40 articles about a truce, after one with 4 of 40."""
    made: list[Article] = []
    for day, about in ((DAY, 30), (DAY - timedelta(days=7), 4)):
        for place in range(40):
            made.append(
                article(
                    serial=len(made) + 1,
                    title=f"{HOSTILE} {place}",
                    text="tower tower" if day == DAY and place < about else "text",
                    url=f"https://news.example/{len(made)}" if place % 2 else "javascript:alert(1)//x.example/1",
                    id=f"{len(made):032x}",
                    published=day + timedelta(minutes=place),
                    themes=frozenset({"truce"} if place < about else ()),
                )
            )
    undated = article(serial=900, published=None, published_from="none", published_precision=None, collected=DAY)
    return [*made, undated]


def tree(page: str) -> html.HtmlElement:
    return html.fromstring(page)


@pytest.fixture
def made(small: Installation) -> DigestDocument:
    small.keep(*rising())
    return digest(App(load_settings()), week=WEEK)


def test_the_week_is_told_in_the_sentences_of_the_overview(made: DigestDocument) -> None:
    assert made.title == "What moved from 7 to 13 September 2026"
    [one] = made.happenings
    assert one.finding == "Truce rose to 75% of all articles, from 10% the week before"
    assert len(one.headlines) == 3
    assert any(word.startswith("tower") for word in one.words)
    assert made.remarks == ("1 article without a known date was collected meanwhile, and was not counted.",)


def test_every_form_says_the_same(made: DigestDocument) -> None:
    for text in (markdown(made), plain(made), mail(made).text, tree(html_file(made)).text_content()):
        flat = " ".join(text.replace("\\", "").split())
        for part in (made.title, made.happenings[0].finding, made.remarks[0], "The only theme", "Truce"):
            assert part in flat
        assert "too little was collected before to say what is new" in flat.lower()


@pytest.mark.parametrize(
    ("timezone", "precision", "day"),
    [
        ("Europe/Berlin", "second", "10 September"),
        ("America/New_York", "second", "9 September"),
        ("Pacific/Kiritimati", "day", "9 September"),
    ],
)
def test_headlines_have_the_day_of_the_zone_in_which_everything_is_counted(
    made: DigestDocument, timezone: str, precision: Precision, day: str
) -> None:
    late = datetime(2026, 9, 9, 22 if precision == "second" else 12, 30, tzinfo=UTC)
    headline = (
        made.happenings[0]
        .headlines[0]
        .model_copy(
            update={"published": late, "published_precision": precision, "source_name": "Late", "source_class": None}
        )
    )
    happening = made.happenings[0].model_copy(update={"headlines": (headline,)})
    local = made.model_copy(update={"timezone": timezone, "happenings": (happening,)})
    for text in (markdown(local), plain(local), tree(html_file(local)).text_content()):
        assert f"Late, {day}, en" in text


def test_what_strangers_wrote_is_text_in_the_page(made: DigestDocument) -> None:
    page = tree(html_file(made))
    assert not page.xpath("//script | //iframe | //object | //link | //form")
    assert {link.partition(":")[0] for link in page.xpath("//a/@href")} == {"https"}
    assert "alert(1)" in page.text_content()
    assert "url(" not in html_file(made)


def test_no_picture_is_loaded_from_elsewhere(made: DigestDocument) -> None:
    for source in tree(html_file(made)).xpath("//img/@src"):
        assert source.startswith("data:image/png;base64,")
    [picture] = tree(mail(made).html).xpath("//img")
    assert picture.get("src") == "cid:truce@parley.invalid"
    assert picture.get("alt").startswith("Truce: its share of all articles day by day")


def test_the_mail_has_text_first_then_the_page_with_its_pictures(made: DigestDocument) -> None:
    sent = mail(made).to_message("Parley <parley@localhost>", ["reader@news.example"], made)
    read = message_from_bytes(sent.as_bytes(), policy=policy.default)
    assert read["Subject"] == made.title
    assert read["To"] == "reader@news.example"
    kinds = [part.get_content_type() for part in read.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    *_, picture = read.walk()
    assert picture["Content-ID"] == "<truce@parley.invalid>"
    assert picture.get_content_disposition() == "inline"
    assert cast(bytes, picture.get_payload(decode=True)).startswith(b"\x89PNG")
    assert max(map(len, sent.as_bytes().splitlines())) <= 998  # RFC 5322 2.1.1


def test_of_many_feeds_that_need_a_look_the_others_are_counted(made: DigestDocument) -> None:
    feeds = tuple(
        DigestFeedDocument(id=f"source/{number}", url="https://a.example", health="not found", explanation="HTTP 404")
        for number in range(12)
    )
    many = made.model_copy(update={"unwell": feeds})
    for text, command in ((plain(many), '"parley status"'), (html_file(many), "<code>parley status</code>")):
        assert "source/9: HTTP 404" in text
        assert "source/10" not in text
        assert f"2 more; {command} lists them" in text


def test_the_plain_text_is_72_columns_wide_but_for_addresses(made: DigestDocument) -> None:
    long = DigestFeedDocument(
        id="gazette/a", url="https://a.example", health="not found", explanation="why " * 60, source_name="The Gazette"
    )
    lines = plain(made.model_copy(update={"unwell": (long,)})).splitlines()
    assert any("The Gazette (https://a.example): why why" in line for line in lines)
    assert {line for line in lines if len(line) > 72 and not line.strip().startswith("http")} == set()


def test_a_quiet_week_says_so(small: Installation) -> None:
    small.keep(*(replace(one, themes=frozenset()) for one in rising()))
    quiet = digest(App(load_settings()), week=WEEK)
    assert quiet.happenings == ()
    for text in (markdown(quiet), plain(quiet), html_file(quiet)):
        assert "Nothing moved more than chance explains." in text
    assert mail(quiet).pictures == {}


def test_an_empty_archive_has_a_digest(small: Installation) -> None:
    small.keep()
    empty = digest(App(load_settings()))
    assert empty.title == "What moved in the last 7 days"
    assert "0 articles from 0 sources" in markdown(empty)


def test_a_day_and_a_running_period_end_where_time_does(small: Installation) -> None:
    small.keep(*rising())
    app = App(load_settings())
    assert digest(app, day="2026-09-09").title == "What moved on 9 September 2026"
    midnight = datetime.combine(datetime.now(UTC).date(), time(), UTC)
    running = digest(app, day="today")
    ranged = digest(app, since="today", until="this month")
    assert running.start == ranged.start == midnight
    assert running.end <= ranged.end <= datetime.now(UTC)


def test_a_day_that_has_just_begun_has_a_digest_with_the_news_of_an_hour(small: Installation) -> None:
    small.keep(*rising())
    begun = digest(App(load_settings()), since="10m")
    assert begun.moves.end - begun.moves.start == timedelta(minutes=10)
    assert begun.emerging.end - begun.emerging.start == timedelta(hours=1)


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        ({"day": "2026-W37"}, '"2026-W37" is not a day'),
        ({"week": "2026-09-09"}, '"2026-09-09" is not a week'),
        ({"week": "2026-W60"}, "2026-W60"),
        ({"day": "2026-09-09", "week": "2026-W37"}, "not two of them"),
        ({"day": "2026-09-09", "since": "7d"}, "not two of them"),
        ({"day": "2090-01-01"}, "not in the past"),
        ({"since": "2090-01-01"}, "not in the past"),
        ({"week": "soon"}, "soon"),
    ],
)
def test_a_period_that_is_none_is_refused(small: Installation, period: dict[str, str], sentence: str) -> None:
    small.keep()
    with pytest.raises(WrongArgument, match=sentence):
        digest(App(load_settings()), day=period.get("day"), week=period.get("week"), since=period.get("since"))


def test_the_command_writes_each_form(small: Installation) -> None:
    small.keep(*rising())
    code, printed, _ = small.run("digest", "--week", WEEK)
    assert (code, printed.splitlines()[0]) == (0, "# What moved from 7 to 13 September 2026")
    assert small.json("digest", "--week", WEEK)["title"] == "What moved from 7 to 13 September 2026"
    page, letter = small.folder / "digest.html", small.folder / "digest.eml"
    assert small.run("digest", "--week", WEEK, "--html", str(page))[0] == 0
    assert small.run("digest", "--week", WEEK, "--eml", str(letter))[0] == 0
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert b"multipart/alternative" in letter.read_bytes()
    code, _, errors = small.run("digest", "--week", WEEK, "--html", str(small.folder / "nowhere" / "x.html"))
    assert (code, "cannot be written" in errors) == (2, True)
