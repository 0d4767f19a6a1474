from __future__ import annotations

from indexer.copies.recent import Recent


def test_the_values_unused_for_longest_are_dropped_when_all_together_become_too_large() -> None:
    recent: Recent[str] = Recent(10)
    recent.keep(b"a", "a", 4)
    recent.keep(b"b", "b", 4)
    assert recent.get(b"a") == "a"
    recent.keep(b"c", "c", 4)
    assert [recent.get(key) for key in (b"a", b"b", b"c")] == ["a", None, "c"]


def test_a_single_value_that_is_too_large_is_kept_alone() -> None:
    recent: Recent[str] = Recent(10)
    recent.keep(b"a", "a")
    recent.keep(b"b", "b", 1_000)
    assert [recent.get(b"a"), recent.get(b"b"), len(recent)] == [None, "b", 1]
    recent.keep(b"c", "c")
    assert [recent.get(b"b"), recent.get(b"c"), len(recent)] == [None, "c", 1]
