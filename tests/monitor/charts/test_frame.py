from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.charts.frame import count_axis, time_axis


@pytest.mark.parametrize("halved", [False, True])
@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 5, 7, 9, 12, 49, 51, 1_234])
def test_an_axis_of_counts_has_whole_numbers_each_once(most: int, halved: bool) -> None:
    spec = count_axis(most, halved=halved)
    values = spec["axis"]["values"]
    assert values == sorted({round(value) for value in values})
    assert values[0] == 0 and values[-1] == spec["scale"]["domain"][1] >= max(most, 1)


def test_an_axis_of_shares_is_divided_below_one() -> None:
    assert count_axis(0.04, form=".0%")["axis"]["values"] == pytest.approx([0, 0.02, 0.04])


@pytest.mark.parametrize("years", [3, 8, 20, 36])
@pytest.mark.parametrize("width", [290, 880])
def test_many_years_are_labelled_where_they_begin_and_no_more_than_fit(years: int, width: int) -> None:
    end = datetime(2026, 11, 20, tzinfo=UTC)
    labels = time_axis(end.replace(year=end.year - years), end, width)["axis"]["values"]
    assert 2 <= len(labels) <= 9
    assert years < 5 or all(label.endswith("-01-01T00:00:00Z") for label in labels)


def test_some_weeks_are_labelled_from_their_first_day_on() -> None:
    start = datetime(2026, 9, 28, tzinfo=UTC)
    labels = time_axis(start, start + timedelta(days=60), 1_010)["axis"]["values"]
    assert labels[:2] == ["2026-09-28T00:00:00Z", "2026-10-05T00:00:00Z"]
