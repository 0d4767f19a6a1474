"""The memory of a tree of processes over time, and how fast each one grows."""

from __future__ import annotations

import math
import os
import re
import statistics
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.support.process_tree import parts

_FIELDS = {"rss": "Rss", "pss": "Pss", "anonymous": "Anonymous"}


@dataclass(frozen=True, slots=True)
class Sample:
    """The memory of a process at one moment, in MB.

    Attributes:
        at: seconds since the start.
        unshared: what belongs to this process alone (USS).
        anonymous: what is no copy of a file: without the mapped index and libraries.
        cpu: seconds used so far.
        load: of the machine, on average over a minute.
    """

    at: float
    pid: int
    part: str
    rss: float
    pss: float
    unshared: float
    anonymous: float
    cpu: float
    load: float


@dataclass(frozen=True, slots=True)
class Slope:
    """A rate with its 95% interval, in MB a minute."""

    rate: float
    error: float

    def __str__(self) -> str:
        return f"{self.rate:+.2f} ± {self.error:.2f}"


def samples(root: int, at: float) -> Iterator[Sample]:
    """Yield the memory of a process and all that descend from it."""
    for pid, part in parts(root).items():
        with suppress(OSError):  # it has just ended
            yield _sample(pid, part, at)


def slope(at: Sequence[float], values: Sequence[float]) -> Slope:
    """Return the least-squares slope of values over times in seconds.

    Neighbouring samples are alike, so the interval counts fewer of them: n (1 − r) / (1 + r), where r is the correlation of
    neighbouring residuals (Santer et al. 2000, doi:10.1029/1999JD901105).
    """
    minutes = [moment / 60 for moment in at]
    line = statistics.linear_regression(minutes, values)
    rests = [value - line.slope * minute - line.intercept for minute, value in zip(minutes, values, strict=True)]
    square = sum(rest * rest for rest in rests)
    middle = statistics.fmean(minutes)
    spread = sum((minute - middle) ** 2 for minute in minutes)
    alike = max(0.0, sum(a * b for a, b in pairwise(rests)) / square) if square else 0.0
    independent = max(3.0, len(rests) * (1 - alike) / (1 + alike))
    return Slope(line.slope, 1.96 * math.sqrt(square / (independent - 2) / spread))


def _sample(pid: int, part: str, at: float) -> Sample:
    folder = Path("/proc") / str(pid)
    text = (folder / "smaps_rollup").read_text()
    kilobytes = {name: int(size) for name, size in re.findall(r"^(\w+):\s+(\d+) kB", text, re.MULTILINE)}
    times = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    return Sample(
        at=at,
        pid=pid,
        part=part,
        unshared=(kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]) / 1024,
        cpu=sum(map(int, times)) / os.sysconf("SC_CLK_TCK"),
        load=os.getloadavg()[0],
        **{name: kilobytes[field] / 1024 for name, field in _FIELDS.items()},
    )
