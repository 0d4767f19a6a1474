from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from pathlib import Path
from time import monotonic

from crawler.download.pace import Pace
from tests.support.crawl_process import ROOT


async def turns(pace: Pace, *sites: str, delay: float = 0.0) -> list[tuple[float, float]]:
    """Take a turn in each domain, all at once; return when each began and when its server responded."""
    times = []

    async def one(site: str) -> None:
        async with pace.turn(site):
            began = monotonic()
            await asyncio.sleep(delay)
            pace.note(site)
            times.append((began, monotonic()))
            await asyncio.sleep(delay)  # of the body

    await asyncio.gather(*map(one, sites))
    return times


def gaps(times: list[tuple[float, float]]) -> list[float]:
    """Return the seconds from each time at which a server responded to the beginning of the next turn."""
    return [began - responded for (_, responded), (began, _) in itertools.pairwise(sorted(times))]


def test_requests_in_one_domain_are_spaced_by_the_delay() -> None:
    assert min(gaps(asyncio.run(turns(Pace(0.05), *["a.example"] * 5)))) >= 0.05


def test_the_delay_counts_from_the_moment_the_server_was_heard_of() -> None:
    # A request may travel long: the server sees it at most then.
    assert min(gaps(asyncio.run(turns(Pace(0.05), *["a.example"] * 4, delay=0.04)))) >= 0.05


def test_a_request_that_fails_unheard_is_spaced_too() -> None:
    async def scene() -> float:
        pace = Pace(0.05)
        try:
            async with pace.turn("a.example"):
                raise OSError
        except OSError:
            ended = monotonic()
        async with pace.turn("a.example"):
            return monotonic() - ended

    assert asyncio.run(scene()) >= 0.05


def test_domains_do_not_wait_for_one_another() -> None:
    assert len(asyncio.run(turns(Pace(600.0), *(f"{n}.example" for n in range(20))))) == 20


def test_without_a_delay_no_request_waits() -> None:
    assert len(asyncio.run(turns(Pace(0.0), *["a.example"] * 1_000))) == 1_000


def test_the_longest_crawl_delay_of_a_domain_counts_until_its_host_withdraws_it() -> None:
    pace = Pace(1.0)
    pace.slow_down("a.example", "www", 6.0)
    pace.slow_down("a.example", "news", 3.0)
    assert (pace.delay("a.example"), pace.delay("b.example")) == (6.0, 1.0)
    pace.slow_down("a.example", "www", 0.0)
    pace.slow_down("a.example", "news", 9_999.0)
    assert pace.delay("a.example") == 600.0


def test_other_domains_are_forgotten_before_those_that_wait() -> None:
    async def scene() -> set[str]:
        pace = Pace(600.0)
        async with pace.turn("a.example"):
            pass
        for number in range(10_050):
            pace.note(f"{number}.example") if number % 2 else pace.slow_down(f"{number}.example", "", 0.0)
        return pace.resting()

    assert "a.example" in asyncio.run(scene())


_OTHER = """
import asyncio, sys
from pathlib import Path
from time import monotonic
from crawler.download.pace import Pace

async def main():
    pace = Pace(0.1, Path(sys.argv[1]))
    for _ in range(4):
        async with pace.turn("a.example"):
            print(monotonic(), flush=True)

asyncio.run(main())
"""


def test_processes_of_one_data_folder_share_the_pace(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OTHER, str(tmp_path / "pace")]
    others = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    times = sorted(float(line) for other in others for line in other.communicate(timeout=60)[0].split())
    assert len(times) == 8
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.1


def test_a_moment_from_before_the_machine_was_started_again_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "pace"
    later = _OTHER.replace('"a.example"', '"b.example"').replace(
        "from crawler", "import crawler.download.pace as p\np.monotonic = lambda: monotonic() + 1e6\nfrom crawler"
    )
    later = later.replace("range(4)", "range(1)").replace("Pace(0.1", "Pace(0.0001")
    subprocess.run([sys.executable, "-c", later, str(path)], cwd=ROOT, check=True, capture_output=True, timeout=60)
    asyncio.run(asyncio.wait_for(turns(Pace(3_600.0, path), "b.example"), 120))


def test_a_folder_that_cannot_be_written_leaves_the_pace_of_the_process(tmp_path: Path) -> None:
    assert min(gaps(asyncio.run(turns(Pace(0.05, tmp_path / "none" / "pace"), *["a.example"] * 3)))) >= 0.05
