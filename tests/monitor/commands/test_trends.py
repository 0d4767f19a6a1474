from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from crawler.archive import fetches
from crawler.archive.archive import open_archive
from indexer.words import tokens
from tests.support.builders import article, fetched
from tests.support.installation import Installation
from tests.support.overlay import write

RunJson = Callable[..., Any]
Run = Callable[..., str]

pytestmark = pytest.mark.usefixtures("installation")

OUTLET = """
name = "Outlet"
country = "GB"
language = "en"
class = "public"

[[feeds]]
name = "news"
url = "https://outlet.example/feed"
kind = "feed"
"""


def test_a_trend_prints_series_of_zero_filled_buckets(run_json: RunJson) -> None:
    result = run_json("trends", "truce", "nuclear", "--since", "60d")
    assert result["interval"] == "day"
    assert [series["theme"] for series in result["series"]] == ["truce", "nuclear"]
    for series in result["series"]:
        starts = [datetime.fromisoformat(bucket["start"]) for bucket in series["buckets"]]
        assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(starts))
        ends = [datetime.fromisoformat(bucket["end"]) for bucket in series["buckets"]]
        assert ends[:-1] == starts[1:]
        for bucket in series["buckets"]:
            share = bucket["articles"] / bucket["total"] if bucket["total"] else None
            assert bucket["share"] == share
            assert bucket["stories"] <= bucket["articles"] <= bucket["total"]


def test_the_series_contains_the_planted_peak(run_json: RunJson) -> None:
    [series] = run_json("trends", "truce", "--since", "30d")["series"]
    counts = {bucket["start"][:10]: bucket["articles"] for bucket in series["buckets"]}
    spike = max(counts, key=lambda day: counts[day])
    assert datetime.fromisoformat(spike).date() == datetime.now(UTC).date() - timedelta(days=6)
    assert counts[spike] >= 3 * sorted(counts.values())[-2]


def test_only_the_current_day_is_partial(run_json: RunJson) -> None:
    [series] = run_json("trends", "truce", "--since", "2026-01-01", "--until", "today")["series"]
    assert [bucket["partial"] for bucket in series["buckets"]][-1] is True
    assert not any(bucket["partial"] for bucket in series["buckets"][:-1])


def test_buckets_and_undated_articles_add_up_to_all_articles(run_json: RunJson) -> None:
    [series] = run_json("trends", "truce", "--interval", "month", "--since", "2y")["series"]
    dated = sum(bucket["articles"] for bucket in series["buckets"])
    assert dated + series["undated"] == run_json("search", "theme:truce")["total"]


def test_a_scope_restricts_what_the_share_is_a_share_of(run_json: RunJson) -> None:
    [whole] = run_json("trends", "truce", "--since", "30d")["series"]
    [wires] = run_json("trends", "truce", "--since", "30d", "--scope", "class:wire")["series"]
    assert 0 < sum(bucket["total"] for bucket in wires["buckets"]) < sum(bucket["total"] for bucket in whole["buckets"])


def test_the_table_shows_shares_and_what_is_not_counted(run_command: Run) -> None:
    shown = run_command("trends", "negotiations", "--since", "10d")
    assert "share" in shown
    assert "bucket still in progress" in shown


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["weather"], 'there is no theme "weather" (arms, '),
        (["truce", "--since", "2026-02-01", "--until", "2026-01-01"], "before it starts"),
        (["truce", "--interval", "hour", "--since", "90y"], "more than 50,000"),
    ],
)
def test_invalid_arguments_are_rejected_with_a_sentence(run_failing: Run, words: list[str], sentence: str) -> None:
    assert sentence in run_failing("trends", *words)


def test_the_planted_peak_is_reported_as_a_spike(run_json: RunJson) -> None:
    [series] = run_json("trends", "truce", "--since", "30d")["series"]
    [spike] = series["spikes"]
    planted = datetime.now(UTC).date() - timedelta(days=6)
    assert spike["start"] == spike["peak"] == spike["detected"] == f"{planted}"
    assert spike["times"] == pytest.approx(spike["stories"] / spike["expected"])


@pytest.mark.parametrize("interval", ["hour", "week", "month"])
def test_spikes_are_reported_for_every_interval(run_json: RunJson, interval: str) -> None:
    [series] = run_json("trends", "truce", "--since", "9d", "--interval", interval)["series"]
    assert f"{datetime.now(UTC).date() - timedelta(days=6)}" in [spike["start"] for spike in series["spikes"]]


def test_queries_are_shown_next_to_themes(run_json: RunJson) -> None:
    result = run_json(
        "trends", "truce", "--query", "peace plan=peace AND plan", "--query", "theme:truce", "--since", "60d"
    )
    truce, _, same = result["series"]
    assert [series["theme"] for series in result["series"]] == ["truce", "peace plan", "theme:truce"]
    assert truce["buckets"] == same["buckets"]


@pytest.mark.parametrize("by", ["source", "class", "country", "language"])
def test_a_split_adds_up_to_the_whole(run_json: RunJson, by: str) -> None:
    whole, *split = run_json("trends", "truce", "--split", by, "--most", "3", "--since", "60d")["series"]
    assert whole["split"] is None
    assert len(split) == 4
    assert [series["split"]["by"] for series in split] == [by] * 4
    for number, bucket in enumerate(whole["buckets"]):
        for count in ("articles", "stories", "total"):
            assert bucket[count] == sum(series["buckets"][number][count] for series in split)


@pytest.mark.parametrize("interval", ["week", "month"])
def test_a_split_adds_up_when_the_range_is_extended_to_whole_buckets(run_json: RunJson, interval: str) -> None:
    range_inside = ("--since", "16d", "--until", "15d", "--interval", interval)
    whole, *split = run_json("trends", "truce", "--split", "source", "--most", "50", *range_inside)["series"]
    for number, bucket in enumerate(whole["buckets"]):
        assert bucket["articles"] == sum(series["buckets"][number]["articles"] for series in split)


@pytest.mark.parametrize("columns", [60, 70])
def test_a_row_stays_one_line_on_a_narrow_screen(
    run_command: Run, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    _, head, *lines = run_command("trends", "truce", "--since", "60d").splitlines()
    rows = [line for line in lines if line.startswith("20")]
    assert head.split() == ["day", "share", "articles", "stories", "of", "sources"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d .*\d+ +\d+ +\d+ +\d+ *", line) and len(line) <= columns for line in rows)
    assert lines[: len(rows)] == rows


def test_authors_are_shown_as_written(run_json: RunJson) -> None:
    _, *split = run_json("trends", "truce", "--split", "author", "--most", "3", "--since", "60d")["series"]
    with_author = [part["split"] for part in split if part["split"]["value"]]
    assert len(with_author) == 3
    assert all(" ".join(tokens(part["label"])) == part["value"] != part["label"] for part in with_author)


def test_csv_has_a_line_per_bucket_of_each_series(run_command: Run, run_json: RunJson) -> None:
    words = ("trends", "truce", "arms", "--since", "30d", "--split", "class", "--corrected")
    result = run_json(*words)
    rows = list(csv.DictReader(io.StringIO(run_command(*words, "--csv"))))
    buckets = [(series, bucket) for series in result["series"] for bucket in series["buckets"]]
    assert len(rows) == len(buckets)
    for row, (series, bucket) in zip(rows, buckets, strict=True):
        assert row["theme"] == series["theme"]
        assert row["value"] == (series["split"]["label"] if series["split"] else "")
        assert row["start"] == bucket["start"]
        assert int(row["articles"]) == bucket["articles"]
        assert row["share"] == ("" if bucket["share"] is None else str(bucket["share"]))
        assert row["spike"] in ("true", "false")


def test_notes_about_uncounted_articles_are_printed_next_to_csv(small: Installation) -> None:
    day = datetime(2026, 3, 3, 12, tzinfo=UTC)
    present = {"text": "A truce.", "themes": frozenset({"truce"})}
    small.keep(
        article(serial=1, published=None, **present),
        article(serial=2, published=day, published_precision="day", **present),
    )
    words = ("trends", "truce", "--since", "2026-03-03", "--until", "2026-03-03", "--interval", "hour", "--csv")
    _, lines, notes = small.run(*words)
    assert len(lines.splitlines()) == 25
    assert "not counted: 1 undated article of truce" in notes
    assert "not counted in any hour: 1 article of truce with a date but no time" in notes


def test_articles_collected_at_once_have_no_gaps_and_a_full_panel(run_json: RunJson) -> None:
    result = run_json("trends", "truce", "--since", "30d", "--corrected")
    [series] = result["series"]
    assert result["panel"]["left_out"] == {}
    assert all(bucket["corrected"] == bucket["share"] for bucket in series["buckets"])
    assert all(not bucket["gaps"] for bucket in series["buckets"])


def test_the_table_shows_several_series_side_by_side_and_spikes(run_command: Run) -> None:
    shown = run_command("trends", "truce", "arms", "--since", "10d", "--corrected")
    assert "share corrected for gaps (articles)" in shown
    assert "▲ truce" in shown
    assert "delivered throughout" in shown


def test_series_that_do_not_fit_side_by_side_are_split_into_several_tables(
    run_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run_command("trends", "truce", "--split", "class", "--interval", "month", "--since", "30d").splitlines()
    heads = [line.split() for line in lines if line.startswith("month")]
    assert len(heads) > 1
    assert {"truce", "independent", "institution"} <= {name for head in heads for name in head}
    assert max(map(len, lines[: lines.index("months begin in the time zone UTC")])) <= 80


def test_a_source_that_stopped_delivering_marks_the_days(small: Installation) -> None:
    write(small.config, "sources/outlet.toml", OUTLET)
    now = datetime.now(UTC)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    archive = open_archive(small.data)
    with archive.database.write() as connection:
        for hour in range(24 * 10, 24 * 3, -1):
            fetch = fetched("outlet/news", today - timedelta(hours=hour), new=1)
            fetches.record(connection, fetch)
    archive.close()
    small.keep(article(serial=1, source="outlet", published=now - timedelta(days=9), themes=frozenset({"truce"})))
    [series] = small.json("trends", "truce", "--since", "12d")["series"]
    marked = [bucket["start"][:10] for bucket in series["buckets"] if bucket["gaps"]]
    assert marked[:3] == [f"{(today - timedelta(days=ago)).date()}" for ago in (3, 2, 1)]
    assert marked[3:] in ([], [f"{today.date()}"])  # today counts only after some hours
    assert f"no data from outlet (in {len(marked)} days)" in small.run("trends", "truce", "--since", "12d")[1]
    weekly = small.run("trends", "truce", "--since", "12d", "--interval", "week")[1]
    assert "on some days no data from outlet (in " in weekly


def test_days_and_hours_follow_the_configured_time_zone(small: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # half past midnight in Berlin, on the day clocks go forward
    small.keep(article(published=late, themes=frozenset({"truce"})))
    words = ("trends", "truce", "--since", "2026-03-28", "--until", "2026-03-29")
    for zone, counts, hours in (("UTC", [1, 0], 48), ("Europe/Berlin", [0, 1], 47)):
        monkeypatch.setenv("PARLEY_TIMEZONE", zone)
        [series] = small.json(*words)["series"]
        assert [bucket["articles"] for bucket in series["buckets"]] == counts
        result = small.json(*words, "--interval", "hour")
        assert (result["timezone"], len(result["series"][0]["buckets"])) == (zone, hours)
