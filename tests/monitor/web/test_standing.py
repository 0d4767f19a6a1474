from __future__ import annotations

from monitor.app import App
from monitor.web.standing import LONGEST, Standing
from tests.support.builders import article
from tests.support.installation import Installation, small

__all__ = ["small"]


class Hours:
    """A clock that goes on by so many seconds whenever somebody looks at it."""

    def __init__(self) -> None:
        self.now = self.step = 0.0

    def __call__(self) -> float:
        """Return the time."""
        self.now += self.step
        return self.now


def test_a_look_that_takes_long_is_given_to_all_who_come_soon_after(small: Installation) -> None:
    small.keep(article(serial=1))
    clock = Hours()
    standing = Standing(App.load(), clock)
    clock.step = 0.1
    first = standing.look()
    clock.step = 0.0
    small.keep(article(serial=2))
    assert standing.look() is first
    clock.now += 0.1 / 0.05
    assert standing.look().articles == 2


def test_a_look_counts_no_longer_than_the_signs_of_life_of_other_processes(small: Installation) -> None:
    clock = Hours()
    standing = Standing(App.load(), clock)
    clock.step = 100.0
    first = standing.look()
    clock.step = 0.0
    clock.now += LONGEST - 0.01
    assert standing.look() is first
    clock.now += 0.01
    assert standing.look() is not first


def test_a_small_installation_is_looked_at_every_time(small: Installation) -> None:
    standing = Standing(App.load(), Hours())
    assert standing.look() is not standing.look()
