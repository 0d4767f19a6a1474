from __future__ import annotations

from indexer.jobs.patience import Patience


def test_pages_of_a_slow_source_get_less_and_less_time() -> None:
    patience = Patience(20.0, heavy=0.5)
    assert not patience.is_slow("slow")
    limits = []
    for _ in range(8):
        patience.note("slow", 2.0)
        limits.append(patience.seconds("slow", is_second_try=False))
    assert limits == [10.0, 5.0, 2.5, 1.25, 1.0, 1.0, 1.0, 1.0]


def test_the_first_page_that_runs_out_of_time_has_the_whole_limit_once() -> None:
    patience = Patience(20.0, heavy=0.5)
    patience.note("slow", 2.0)
    assert patience.seconds("slow", is_second_try=True) == 20.0


def test_a_few_good_pages_bring_a_slow_source_back() -> None:
    patience = Patience(20.0, heavy=0.5)
    for _ in range(1_000):
        patience.note("slow", 2.0)
    for _ in range(3):
        patience.note("slow", 0.01)
    assert not patience.is_slow("slow")


def test_places_in_a_batch_follow_the_time_that_pages_of_a_source_take() -> None:
    patience = Patience(20.0, heavy=0.5)
    for _ in range(50):
        patience.note("dear", 0.4)
        patience.note("cheap", 0.02)
    places = patience.shares(["dear", "cheap"], 100)
    assert places == {"cheap": 100}
    for _ in range(950):
        patience.note("cheap", 0.02)
    assert 3 <= patience.shares(["dear", "cheap"], 100)["dear"] <= 8


def test_a_source_that_was_idle_takes_no_more_than_its_share() -> None:
    patience = Patience(20.0, heavy=0.5)
    for _ in range(1_000):
        patience.note("busy", 0.05)
    patience.shares(["busy"], 1)
    assert patience.shares(["busy", "new"], 100)["busy"] == 50
