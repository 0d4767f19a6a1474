"""Articles by ids, the starts of ids and addresses, with what is known of them."""

from __future__ import annotations

import re

import pytest

from config.errors import NotFound, ParleyError, Refused, WrongArgument
from crawler.urls import article_id
from monitor.app import App
from monitor.services.articles import show
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


def test_every_origin_is_of_a_field_and_is_a_sentence(app: App) -> None:
    origins = show(app, FIRST.id).origins
    assert origins.keys() <= show(app, FIRST.id).article.model_dump().keys()
    assert origins["published"] == "from the feed, to the second"
    assert all(origins.values())
