"""What is new is found outside all themes or inside one, on every face alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import NotFound, WrongArgument
from monitor.app import App
from monitor.services.emerging import emerging
from monitor.web.news import News
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.signals import signals_in

SPAN = ("--since", "2026-09-14", "--until", "2026-09-20")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("emerging")


@pytest.fixture
def kept(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Installation:
    return signals_in(folder, monkeypatch, capsys)


def test_the_phrase_that_no_theme_watches_is_reported_with_a_query_for_it(kept: Installation) -> None:
    document = kept.json("emerging", *SPAN)
    [one] = document["phrases"]
    assert (one["phrase"], one["language"], one["stories"], one["sources"]) == ("humanitarian corridor", "en", 14, 2)
    result = kept.json("search", one["query"], *SPAN)
    assert result["total"] == one["stories"]
    assert one["newest"][0]["id"] in {hit["id"] for hit in result["hits"]}


def test_inside_a_theme_nothing_of_that_is_new(kept: Installation) -> None:
    document = kept.json("emerging", "--theme", "truce", *SPAN)
    assert (document["theme"], document["phrases"]) == ("truce", [])
    assert document["stories"] > 0


def test_the_week_before_has_no_news(kept: Installation) -> None:
    _, printed, _ = kept.run("emerging", "--since", "2026-09-07", "--until", "2026-09-13")
    assert "nothing rose more than chance explains" in printed


def test_the_first_weeks_have_too_little_past(kept: Installation) -> None:
    _, printed, _ = kept.run("emerging", "--since", "2026-06-15", "--until", "2026-06-21")
    assert "too little was collected before to say what is new" in printed


def test_what_cannot_be_asked_is_refused(small: Installation, app: App) -> None:
    small.keep(article(serial=1))
    with pytest.raises(NotFound, match='no theme "trcue", did you mean "truce"'):
        emerging(app, theme="trcue")
    with pytest.raises(WrongArgument, match="at least an hour and at most a year"):
        emerging(app, since="3y")
    with pytest.raises(WrongArgument, match="1 or more, not 0"):
        emerging(app, largest=0)


def test_the_overview_gets_the_last_answer_and_counts_again_when_something_changed(
    small: Installation, app: App
) -> None:
    small.keep(article(serial=1))
    news = News()
    assert news.latest(app, "7d") is None
    news.wait()
    first = news.latest(app, "7d")
    assert first is not None
    assert first.phrases == ()
    assert news.latest(app, "7d") is first
    news.wait()
    assert news.latest(app, "7d") is first
