"""The versions of an article, extracted again from its archived pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.errors import NotFound
from crawler.archive.archive import open_archive
from monitor.app import App
from monitor.services.revisions import revisions
from tests.support.builders import article
from tests.support.collected import NOON, TALKS, collect, page_of
from tests.support.installation import Installation

CORRECTED = TALKS.replace("on Thursday", "on Friday")


def keep_versions(small: Installation, *bodies: bytes) -> str:
    """Store these pages of one address, and the article; return its id."""
    archive = open_archive(small.data)
    for number, body in enumerate(bodies):
        id = collect(archive, "talks", body, at=NOON + timedelta(hours=number))
    archive.close()
    small.keep(article(id=id, url="https://outlet.example/talks", text=TALKS))
    return id


def test_the_first_and_the_newest_version_are_compared_word_by_word(small: Installation) -> None:
    id = keep_versions(small, page_of(TALKS), page_of(TALKS, "Talks go on"), page_of(CORRECTED, "Talks go on"))
    compared = revisions(App.load(), id)
    assert (compared.before, compared.after) == (1, 3)
    assert [one.changed for one in compared.versions] == [None, True, True]
    assert [(piece.change, piece.text.strip()) for piece in compared.title] == [
        ("same", "Talks"),
        ("removed", "resume"),
        ("added", "go on"),
    ]
    changed = [piece for paragraph in compared.paragraphs for piece in paragraph if piece.change != "same"]
    assert [(piece.change, piece.text.strip()) for piece in changed] == [("removed", "Thursday"), ("added", "Friday")]


def test_two_versions_are_chosen_by_number(small: Installation) -> None:
    id = keep_versions(small, page_of(TALKS), page_of(TALKS, "Talks go on"), page_of(CORRECTED, "Talks go on"))
    compared = revisions(App.load(), id, before=1, after=2)
    assert {piece.change for paragraph in compared.paragraphs for piece in paragraph} == {"same"}
    with pytest.raises(NotFound, match="no version 4; it has 3"):
        revisions(App.load(), id, after=4)


def test_a_version_without_an_article_is_listed_with_the_reason(small: Installation) -> None:
    id = keep_versions(small, page_of(TALKS), b"<html><body>Sign in</body></html>")
    compared = revisions(App.load(), id)
    assert compared.before is None
    assert compared.versions[1].text is None
    assert compared.versions[1].explanation
    with pytest.raises(NotFound, match="version 2 has no text"):
        revisions(App.load(), id, after=2)


def test_a_page_that_the_archive_lost_is_named(small: Installation) -> None:
    id = keep_versions(small, page_of(TALKS), page_of(CORRECTED))
    archive = open_archive(small.data)
    archive.bodies.remove(list(archive.body_names([1]).values()))
    archive.close()
    assert "missing from the archive" in revisions(App.load(), id).versions[0].explanation
