"""Who leads whom is counted from what is stored, on every engine alike, and refused where it makes no sense."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.errors import WrongArgument
from monitor.app import App
from monitor.services.leads import leads
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.signals import LENGTH, signals_in

SPAN = ("--since", "2026-06-01", "--until", "2026-09-20")
RANGE = {"since": "2026-06-01", "until": "2026-09-20"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signals")


@pytest.fixture
def kept(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Installation:
    """Return the installation of the signals, filled once for this file."""
    return signals_in(folder, monkeypatch, capsys)


def test_the_class_that_is_earlier_leads_by_its_two_days(kept: Installation) -> None:
    document = kept.json("leads", "truce", *SPAN)
    assert (document["among"], document["theme"], document["buckets"]) == ("class", "truce", LENGTH)
    leading = [(pair["first"], pair["second"], pair["lag"]) for pair in document["pairs"] if pair["leads"]]
    assert leading == [("wire", "state", 2)]
    assert list(document["groups"]) == sorted(document["groups"], key=lambda name: -document["groups"][name])
    assert len(document["pairs"]) == 3


def test_countries_and_languages_are_groups_too(kept: Installation) -> None:
    countries = kept.json("leads", "truce", "--among", "country", *SPAN)
    assert [(one["first"], one["second"]) for one in countries["pairs"] if one["leads"]] == [("GB", "RU")]
    languages = kept.json("leads", "truce", "--among", "language", *SPAN)
    assert set(languages["groups"]) == {"en", "ru"}


def test_the_first_publisher_and_the_time_to_the_first_copy_are_counted(kept: Installation) -> None:
    copying = {one["group"]: one for one in kept.json("leads", "truce", *SPAN)["copying"]}
    assert (copying["wire"]["copied"], copying["wire"]["copied_after"]) == (LENGTH, 40 * 60)
    assert (copying["state"]["copies"], copying["state"]["copies_after"]) == (LENGTH, 40 * 60)
    assert (copying["wire"]["copies"], copying["state"]["copied"]) == (0, 0)


def test_the_table_says_it_in_a_sentence(kept: Installation) -> None:
    _, printed, _ = kept.run("leads", "truce", *SPAN)
    assert "wire leads state by 2 days" in printed
    assert "First to publish" in printed


def test_a_range_that_is_too_short_says_so(kept: Installation) -> None:
    _, printed, _ = kept.run("leads", "truce", "--since", "2026-09-01", "--until", "2026-09-20")
    assert "Too short to compare: 20 days; it takes 56." in printed


def test_a_range_of_too_many_hours_is_refused(kept: Installation) -> None:
    code, _, error = kept.run("leads", "truce", "--interval", "hour", "--since", "2026-01-01", "--until", "2026-09-20")
    assert code == 2
    assert "6,312 hours; at most 1,999 are compared" in error


def test_days_before_the_first_article_and_the_running_day_are_left_out(small: Installation, app: App) -> None:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    small.keep(*(article(serial=day + 1, published=today - timedelta(days=day)) for day in range(10)))
    document = leads(app, queries={"text": "text"})
    assert document.buckets == 9
    assert (document.start, document.end) == (today - timedelta(days=9), today)


def test_an_archive_without_articles_has_no_groups(small: Installation, app: App) -> None:
    small.keep()
    document = leads(app, queries={"text": "text"})
    assert (document.groups, document.pairs, document.copying) == ({}, (), ())


def test_a_copy_whose_time_is_unknown_counts_but_is_not_timed(small: Installation, app: App) -> None:
    story = article(serial=1, source="a")
    copies = [
        article(serial=2, source="b", copy_of=story.id, published_precision="day"),
        article(serial=3, source="a", copy_of=story.id),  # of the source itself
    ]
    small.keep(story, *copies)
    document = leads(app, queries={"text": "text"}, since="2026-02-01", until="2026-04-01")
    [unknown] = document.copying
    assert (unknown.group, unknown.copied, unknown.copies) == ("unknown", 1, 1)
    assert (unknown.copied_after, unknown.copied_timed, unknown.copies_timed) == (None, 0, 0)


@pytest.mark.parametrize(
    ("themes", "among", "sentence"),
    [
        (("truce",), "theme", "give two or more"),
        ((), "class", "give one of them"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    small: Installation, app: App, themes: tuple[str, ...], among: str, sentence: str
) -> None:
    small.write_theme("talks", (small.config / "themes/truce.toml").read_text())
    small.keep(article(serial=1))
    with pytest.raises(WrongArgument, match=sentence):
        leads(app, themes=themes, among=among, **RANGE)  # type: ignore[arg-type]


def test_a_range_in_the_future_is_refused(small: Installation, app: App) -> None:
    small.keep(article(serial=1))
    with pytest.raises(WrongArgument, match="no complete day yet"):
        leads(app, themes=("truce",), since="today")
