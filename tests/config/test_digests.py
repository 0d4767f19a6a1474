"""Every day and every week has one time at which its digest is due, whatever the clocks of a zone do."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.digests import DigestPlan, Every, read_digests
from tests.support.overlay import write

START = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("every", ["day", "week"])
@pytest.mark.parametrize("at", [time(0, 0), time(0, 30), time(2, 30), time(8, 0), time(23, 59)])
@pytest.mark.parametrize(
    "zone",
    ["UTC", "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Pacific/Kiritimati"],
)
def test_each_period_of_a_year_is_due_once_and_in_turn(every: Every, at: time, zone: str) -> None:
    plan, clock = DigestPlan(id="d", title="D", every=every, at=at), ZoneInfo(zone)
    due = [plan.next_due(START, clock)]
    while due[-1] < START + timedelta(days=370):
        due.append(plan.next_due(due[-1], clock))
    days = [plan.first_day(moment, clock) for moment in due]
    step = timedelta(days=1 if every == "day" else 7)
    assert {after - before for before, after in pairwise(days)} == {step}
    assert every == "day" or {day.weekday() for day in days} == {0}
    assert all(plan.last_due(moment, clock) == moment for moment in due)
    assert [plan.last_due(moment - SECOND, clock) for moment in due[1:]] == due[:-1]


def test_a_file_is_used_in_its_last_good_form_while_it_has_a_mistake(tmp_path: Path) -> None:
    good = 'title = "Day"\nevery = "day"\nat = "7:05"\nto = ["a", "b", "a"]\n'
    [plan], report = read_digests(write(tmp_path, "digests/daily.toml", good))
    assert (plan.id, plan.at, plan.to, report.problems) == ("daily", time(7, 5), ("a", "b"), ())
    write(tmp_path, "digests/weekly.toml", 'title = "Week"\nevery = "week"\n')
    read, again = read_digests(write(tmp_path, "digests/daily.toml", "every = 3\n"), report.texts)
    assert [one.id for one in read] == ["daily", "weekly"]
    assert read[0] == plan
    assert {problem.where.rpartition("/")[2] for problem in again.problems} == {"daily.toml"}
