"""Keeps the parts of an installation running as processes of their own, and stops them cleanly."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

STOP_WITHIN = 20.0  # seconds a part has to finish what it holds; then it is killed, which loses nothing
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds before a part that ended is started again, doubled each time


def command_of(*words: str) -> list[str]:
    """Return the command that starts `parley WORDS` with this Python, whatever the current folder holds.

    Without -P, Python would look for the packages in the current folder first: a `config.py` there would take the place of ours.
    """
    return [sys.executable, "-P", "-m", "monitor.cli", *words]


@dataclass(slots=True)
class Part:
    """One process: the words after `parley` that start it, and how it fares."""

    name: str
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    start_at: float = 0.0
    trouble: str = ""


@dataclass(slots=True)
class Supervisor:
    """Starts parts, starts again what ends by itself, and stops all of them at the end of a `with` block.

    Attributes:
        logs: folder in which each part's output is kept, one file each, begun anew at each start of the supervisor.
    """

    logs: Path
    parts: list[Part] = field(default_factory=list)

    def add(self, name: str, *words: str) -> None:
        """Start a part and keep it running."""
        self.logs.mkdir(parents=True, exist_ok=True)
        (self.logs / f"{name}.log").write_bytes(b"")
        part = Part(name, words)
        self.parts.append(part)
        self._start(part)

    def tend(self, now: float) -> None:
        """Start again what has ended and waited long enough; call it every second or so with a monotonic time."""
        for part in self.parts:
            if part.process is not None and (code := part.process.poll()) is not None:
                wait = min(FIRST_WAIT * 2 ** (part.starts - 1), LONGEST_WAIT)
                part.process, part.start_at = None, now + wait
                said = self._last_words(part) or f"exit code {code}"
                part.trouble = f"the {part.name} ended ({said}); next start in {wait:.0f} s"
            elif part.process is None and now >= part.start_at:
                self._start(part)
            elif part.process is not None and now - part.start_at > LONGEST_WAIT:
                part.starts, part.trouble = 1, ""

    @property
    def troubles(self) -> list[str]:
        """What is wrong with the parts, a sentence each."""
        return [part.trouble for part in self.parts if part.trouble]

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ask every part to stop, wait, and kill what does not."""
        running = [part.process for part in self.parts if part.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, part: Part) -> None:
        with (self.logs / f"{part.name}.log").open("ab") as log:
            part.process = subprocess.Popen(
                command_of(*part.words),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the parts in order
            )
        part.starts += 1
        part.start_at = time.monotonic()

    def _last_words(self, part: Part) -> str:
        written = (self.logs / f"{part.name}.log").read_bytes()[-2_000:].decode("utf-8", "replace").strip()
        return written.splitlines()[-1] if written else ""
