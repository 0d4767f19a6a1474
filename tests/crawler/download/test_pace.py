from __future__ import annotations

import asyncio
from time import monotonic

from crawler.download.pace import Pace


async def turns(*requests: tuple[str, float]) -> list[float]:
    pace, times = Pace(), []

    async def one(site: str, delay: float) -> None:
        await pace.turn(site, delay)
        times.append(monotonic())

    await asyncio.gather(*(one(site, delay) for site, delay in requests))
    return times


def test_requests_in_one_domain_are_spaced_by_the_delay() -> None:
    start = monotonic()
    times = asyncio.run(turns(*[("a.example", 0.05)] * 5))
    assert all(time >= start + 0.05 * number for number, time in enumerate(sorted(times)))


def test_domains_do_not_wait_for_one_another() -> None:
    times = asyncio.run(turns(*[(f"{n}.example", 600.0) for n in range(20)]))
    assert len(times) == 20


def test_without_a_delay_no_request_waits() -> None:
    assert len(asyncio.run(turns(*[("a.example", 0.0)] * 1_000))) == 1_000
