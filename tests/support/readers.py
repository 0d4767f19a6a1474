"""Page readers that misbehave, importable by worker processes."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import time

from crawler.outcomes import Outcome
from indexer.extract import NoArticle
from indexer.extract.pool import Job


def by_url(job: Job) -> NoArticle:
    """Do what the address ends with: hang, spin, segfault, eat, raise, exit, or answer."""
    {"hang": _hang, "spin": _spin, "segfault": _segfault, "eat": _eat, "raise": _raise, "exit": _exit}.get(
        job.url.rsplit("/", 1)[-1], _answer
    )()
    return NoArticle(Outcome.NO_TEXT, job.url)


def _hang() -> None:
    time.sleep(600)


def _spin() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    re.fullmatch(r"(a|a)*b", "a" * 60)  # a loop inside a library, which looks for no signal of Python's


def _segfault() -> None:
    ctypes.string_at(0)


def _eat() -> None:
    ballast = []
    while True:
        ballast.append(bytes(10_000_000))


def _raise() -> None:
    raise LookupError("no such thing")


def _exit() -> None:
    os._exit(3)


def _answer() -> None:
    return None
