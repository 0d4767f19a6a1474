"""Sources with their articles and the health of their feeds."""

from __future__ import annotations

import pytest

from config.errors import NotFound
from monitor.app import App
from monitor.services.sources import choose_sources, source, sources
from tests.support.builders import article
from tests.support.installation import Installation


def test_every_source_is_listed_with_its_articles(small: Installation, app: App) -> None:
    small.keep(*(article(serial=serial, source="bbc-world") for serial in (1, 2)))
    listed = {one.id: one for one in sources(app).sources}
    assert len(listed) == len(app.sources)
    assert (listed["bbc-world"].articles, listed["reuters"].articles) == (2, 0)
    assert {feed.health for feed in listed["bbc-world"].feeds} <= {"never polled", "disabled"}
    assert source(app, "bbc-world") == listed["bbc-world"]


def test_without_an_index_the_articles_are_unknown_and_not_none(app: App) -> None:
    assert source(app, "bbc-world").articles is None


def test_the_error_lists_all_unknown_sources_with_the_nearest_names(app: App) -> None:
    with pytest.raises(NotFound) as error_info:
        choose_sources(app, ["bbc-wrold", "bbc-world", "nowhere-at-all"])
    assert 'no source "bbc-wrold", did you mean "bbc-world"?' in str(error_info.value)
    assert 'no source "nowhere-at-all"\n' in str(error_info.value)
    assert (error_info.value.field, error_info.value.code) == ("source", "not_found")
