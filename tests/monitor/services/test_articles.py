"""Articles by ids, the starts of ids and addresses, with what is known of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from config.errors import NotFound, ParleyError, Refused, WrongArgument
from crawler.archive.archive import KeptPage
from crawler.outcomes import Outcome
from crawler.page import Hints, Page
from crawler.urls import article_id
from monitor.app import App
from monitor.documents.articles import PrecedenceDocument
from monitor.services.articles import show
from monitor.services.export import export
from monitor.services.origins import origins
from monitor.services.search import search
from tests.support.builders import article
from tests.support.installation import Installation

START = "0123456789abcdef"
FIRST = article(serial=1, id=START + "0" * 16, title="First")
SECOND = article(serial=2, id=START + "1" * 16, title="Second")
PLACE = "https://news.example/a%20b?x=1"
PLACED = article(serial=3, url=PLACE, id=article_id(PLACE))


@pytest.fixture
def app(small: Installation) -> App:
    story = article(serial=4, source="bbc-world")
    copies = [article(serial=serial, copy_of=story.id) for serial in (5, 6)]
    small.keep(FIRST, SECOND, PLACED, story, *copies)
    return App.load()


@pytest.mark.parametrize("id", [FIRST.id, FIRST.id[:17], FIRST.id[:20].upper(), f" {FIRST.id} "])
def test_the_start_of_an_id_is_enough_where_one_article_has_it(app: App, id: str) -> None:
    assert show(app, id).article.title == "First"


@pytest.mark.parametrize(
    "address",
    [
        PLACE,
        "https://NEWS.example/a b?utm_source=x&x=1#top",
        "http://news.example/a%20b?x=1",
        "news.example/a%20b?x=1",
        "HTTPS://news.example/a%20b?x=1",
    ],
)
def test_an_address_serves_as_an_id_in_any_of_its_forms(app: App, address: str) -> None:
    assert show(app, address).article.id == PLACED.id


@pytest.mark.parametrize(
    ("id", "error", "says"),
    [
        (START, Refused, f"begin with .*\n  {FIRST.id}  First\n  {SECOND.id}  Second$"),
        ("0123456", WrongArgument, "too short; give at least 8 characters"),
        ("fedcba9876", NotFound, "no article has the id or address"),
        ("f" * 32, NotFound, "no article"),
        ("f" * 33, NotFound, "no article"),
        ("nonsense", NotFound, "no article"),
        ("", NotFound, "no article"),
        ("https://news.example/other", NotFound, "no article"),
        ("ftp://news.example/a", WrongArgument, "not an http or https address"),
        ("http://", WrongArgument, "not an http or https address"),
    ],
)
def test_an_id_of_no_article_or_several_is_rejected_with_the_cure(
    app: App, id: str, error: type[ParleyError], says: str
) -> None:
    with pytest.raises(error) as error_info:
        show(app, id)
    assert re.search(says, str(error_info.value), re.DOTALL)
    assert error_info.value.field == "id"


def test_a_story_names_its_copies_and_a_copy_its_story(app: App) -> None:
    story, copy = (show(app, article(serial=serial).id) for serial in (4, 5))
    assert (story.copies, {one.url for one in story.carried_by}, story.story) == (
        2,
        {"https://news.example/5", "https://news.example/6"},
        None,
    )
    assert story.source_name == "BBC World"
    assert (copy.copies, copy.carried_by) == (0, ())
    assert copy.story is not None
    assert copy.story.id == story.article.id


def test_show_says_by_how_much_a_story_was_first(small: Installation) -> None:
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    story = article(serial=1, published=at, published_precision="second")
    later = article(serial=2, published=at + timedelta(minutes=18), copy_of=story.id)
    day = at.replace(hour=12, minute=0)
    vague = article(
        serial=3, published=day, published_precision="day", copy_of=story.id, collected=at + timedelta(days=9)
    )
    small.keep(story, later, vague)
    app = App.load()
    assert show(app, later.id).precedence == PrecedenceDocument(first=story.id, seconds=18 * 60, is_exact=True)
    expected = PrecedenceDocument(first=story.id, seconds=int(26.5 * 3600), is_exact=False)
    assert show(app, vague.id).precedence == expected
    assert {copy.id: copy.precedence.seconds for copy in show(app, story.id).carried_by} == {
        later.id: 1080,
        vague.id: expected.seconds,
    }
    hits = {hit.id: hit for hit in search(app, "*").hits}
    assert hits[later.id].precedence == show(app, later.id).precedence
    assert (hits[later.id].story, hits[story.id].story) == (show(app, later.id).story, None)


def test_carried_stories_are_named_on_both_sides_and_counted_apart_from_copies(small: Installation) -> None:
    story, other = article(serial=1), article(serial=2)
    carrier = article(serial=3, carries=(story.id, other.id))
    small.keep(story, other, carrier, article(serial=4, copy_of=story.id))
    app = App.load()
    assert {one.id for one in show(app, carrier.id).carries} == {story.id, other.id}
    shown = show(app, story.id)
    assert (shown.copies, shown.carriers, [one.id for one in shown.carried_within]) == (1, 1, [carrier.id])
    hits = {hit.id: hit for hit in search(app, "*").hits}
    assert (hits[story.id].copies, hits[story.id].carriers) == (1, 1)
    assert hits[carrier.id].carries == (story.id, other.id)
    assert [hit.id for hit in search(app, f"carries:{story.id}").hits] == [carrier.id]
    assert [line.carries for line in export(app, f"id:{carrier.id}")] == [(story.id, other.id)]


def test_every_origin_is_of_a_field_and_is_a_sentence(app: App) -> None:
    origins = show(app, FIRST.id).origins
    assert origins.keys() <= show(app, FIRST.id).article.model_dump().keys()
    assert origins["published"] == "from the feed, to the second"
    assert all(origins.values())


def test_the_origin_of_the_text_says_what_it_lacks() -> None:
    note = "only this one of at least 3 pages of the article"
    page = Page(
        number=1,
        id=FIRST.id,
        serial=FIRST.serial,
        url=FIRST.url,
        final_url=FIRST.url,
        source=FIRST.source,
        feed=f"{FIRST.source}/1",
        collected=FIRST.collected,
        first_collected=FIRST.collected,
        content_type="text/html",
        kind="document",
        hints=Hints(),
        attempts=1,
        crashes=0,
    )
    kept = KeptPage(page, Outcome.INDEXED, note)
    assert origins(FIRST, [kept])["text"] == f"from the page at its address; {note}"
