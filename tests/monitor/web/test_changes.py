"""When an answer last changed is known to the second, and never twice within the same one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.web.changes import LastChanges, as_header

NOW = datetime(2026, 11, 20, 9, 30, 0, 700_000, tzinfo=UTC)


def test_an_answer_that_stays_the_same_keeps_its_time() -> None:
    changes = LastChanges()
    first = changes.of("/a", "x", NOW)
    assert first == NOW.replace(microsecond=0)
    assert changes.of("/a", "x", NOW + timedelta(days=1)) == first


def test_two_changes_within_one_second_have_different_times() -> None:
    changes = LastChanges()
    times = [changes.of("/a", tag, NOW) for tag in "xyx"]
    assert times == sorted(set(times))


def test_addresses_change_by_themselves() -> None:
    changes = LastChanges()
    changes.of("/a", "x", NOW)
    later = changes.of("/b", "y", NOW + timedelta(hours=1))
    assert changes.of("/a", "x", NOW + timedelta(hours=2)) < later


def test_times_are_written_as_http_does() -> None:
    assert as_header(NOW) == "Fri, 20 Nov 2026 09:30:00 GMT"
