"""The clock here is compared with those of the servers that respond."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from crawler.download.fetch import Fetched
from crawler.download.witnesses import Witnesses
from crawler.outcomes import Outcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def ask(*dates: datetime | str, outcome: Outcome = Outcome.ANSWERED, same: bool = False) -> Witnesses:
    """Return the witnesses after servers gave these dates, each of its own domain or all of the same."""
    answers = iter(dates)

    async def fetch(url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        given = next(answers)
        date = given if isinstance(given, str) else format_datetime(given, usegmt=True)
        return Fetched(outcome=outcome, url=url, headers={"date": date})

    async def ask_all() -> Witnesses:
        witnesses = Witnesses(fetch, lambda: NOW)
        for n in range(len(dates)):
            await witnesses(f"https://{'a' if same else f'a{n}'}.example/feed", {})
        return witnesses

    return asyncio.run(ask_all())


def test_three_domains_that_show_the_same_time_agree() -> None:
    assert ask(NOW - 59 * MINUTE, NOW, NOW + 59 * MINUTE).agree(NOW)


@pytest.mark.parametrize(
    "dates",
    [
        (),
        (NOW, NOW),
        (NOW, NOW, NOW - 2 * HOUR),
        (NOW, NOW, NOW + 2 * HOUR),
        (NOW, NOW, ""),
        (NOW, NOW, "now"),
        (NOW, NOW, "Sun, 01 Mar 2026 12:00:00 -0000"),  # without a zone
        (NOW, NOW, NOW, *[NOW - 400 * timedelta(days=1)] * 3),  # as many know better
    ],
)
def test_fewer_do_not(dates: tuple[datetime | str, ...]) -> None:
    assert not ask(*dates).agree(NOW)


def test_responses_of_one_domain_or_from_before_the_jump_or_of_failures_do_not_count() -> None:
    assert not ask(NOW, NOW, NOW, same=True).agree(NOW)
    assert not ask(NOW, NOW, NOW).agree(NOW + MINUTE)
    assert not ask(NOW, NOW, NOW, outcome=Outcome.SERVER_ERROR).agree(NOW)
    assert ask(NOW, NOW, NOW, outcome=Outcome.NOT_MODIFIED).agree(NOW)
