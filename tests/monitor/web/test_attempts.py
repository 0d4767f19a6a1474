from __future__ import annotations

import pytest

from monitor.web.answers import TooMany
from monitor.web.attempts import OF_ALL, OF_ONE, WITHIN, Attempts


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> Attempts:
    return Attempts(clock)


def exhaust(attempts: Attempts, address: str) -> None:
    for _ in range(OF_ONE):
        attempts.begin(address)


def test_an_address_may_try_again_when_its_first_attempt_is_long_ago(attempts: Attempts, clock: Clock) -> None:
    exhaust(attempts, "192.0.2.1")
    with pytest.raises(TooMany, match="try again in 10 minutes"):
        attempts.begin("192.0.2.1")
    clock.now = WITHIN - 1
    with pytest.raises(TooMany, match=r"try again in 1 minute$"):
        attempts.begin("192.0.2.1")
    clock.now = WITHIN
    attempts.begin("192.0.2.1")


def test_attempts_of_one_address_do_not_keep_others_out(attempts: Attempts) -> None:
    exhaust(attempts, "192.0.2.1")
    attempts.begin("192.0.2.2")


def test_all_addresses_of_one_customer_count_together(attempts: Attempts) -> None:
    for number in range(OF_ONE):
        attempts.begin(f"2001:db8:0:1::{number}")
    with pytest.raises(TooMany):
        attempts.begin("2001:db8:0:1:ffff::1")
    attempts.begin("2001:db8:0:2::1")


def test_many_addresses_together_are_limited(attempts: Attempts, clock: Clock) -> None:
    for number in range(OF_ALL):
        attempts.begin(f"198.51.{number // 200}.{number % 200}")
    with pytest.raises(TooMany):
        attempts.begin("203.0.113.1")
    clock.now = WITHIN
    attempts.begin("203.0.113.1")


def test_who_signs_in_has_all_attempts_again(attempts: Attempts) -> None:
    for _ in range(OF_ALL):
        attempts.begin("192.0.2.1")
        attempts.succeed("192.0.2.1")


@pytest.mark.parametrize("address", ["", "testclient", "not an address", "::ffff:192.0.2.1", "fe80::1%eth0"])
def test_odd_addresses_are_limited_too(attempts: Attempts, address: str) -> None:
    exhaust(attempts, address)
    with pytest.raises(TooMany):
        attempts.begin(address)


def test_addresses_that_are_refused_because_all_have_tried_enough_are_not_remembered(attempts: Attempts) -> None:
    for number in range(OF_ALL):
        attempts.begin(f"192.0.2.{number}")
    for number in range(200):
        with pytest.raises(TooMany):
            attempts.begin(f"198.51.100.{number}")
    assert attempts.addresses == OF_ALL
