"""Keeps the parts of an installation running as separate processes, and stops them cleanly."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from config.logs import get_logger

STOP_WITHIN = 20.0  # seconds a part has to finish; then it is killed, which loses nothing
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0  # seconds before a part that ended is restarted, doubled each time
_OUTPUT = 2_000  # characters of a part's last output that are logged

log = get_logger(__name__)


def command_of(*words: str) -> list[str]:
    """Return the command that starts `parley WORDS` with this Python, whatever the current folder contains.

    Without -P, Python would search the current folder for packages first, and a `config.py` there would replace ours.
    """
    return [sys.executable, "-P", "-m", "monitor.cli", *words]


@dataclass(slots=True)
class Part:
    """A process that is kept running.

    Attributes:
        words: the words after `parley` that start it.
        start_at: monotonic seconds of its last start or, while it is not running, of its next.
        trouble: why it is not running, or was not until recently; empty otherwise.
    """

    name: str
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    start_at: float = 0.0
    trouble: str = ""


@dataclass(slots=True)
class Supervisor:
    """Starts parts, restarts those that end by themselves, and stops all of them when a `with` block ends.

    Attributes:
        logs: the folder of the logs. The output of a part goes to NAME.out there, which is overwritten when the part
            restarts; the last output of a part that ended is logged.
    """

    logs: Path
    parts: list[Part] = field(default_factory=list)

    def add(self, name: str, *words: str) -> None:
        """Start a part and keep it running."""
        self.logs.mkdir(parents=True, exist_ok=True)
        part = Part(name, words)
        self.parts.append(part)
        self._start(part)

    def tend(self, now: float) -> None:
        """Restart parts that ended and whose delay is over; call this about once a second with a monotonic time."""
        for part in self.parts:
            if part.process is not None and (code := part.process.poll()) is not None:
                self._schedule_restart(part, code, now)
            elif part.process is None and now >= part.start_at:
                self._start(part)
            elif part.process is not None and now - part.start_at > LONGEST_DELAY:
                part.starts, part.trouble = 1, ""

    @property
    def troubles(self) -> list[str]:
        """Sentences about the parts that are not running, or were not until recently."""
        return [part.trouble for part in self.parts if part.trouble]

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every part, wait, and kill those that do not end in time."""
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
        with self._output_file(part).open("wb") as output:
            part.process = subprocess.Popen(
                command_of(*part.words),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches only the supervisor, which then stops the parts
            )
        part.starts += 1
        part.start_at = time.monotonic()
        log.info("part started", part=part.name, pid=part.process.pid)

    def _schedule_restart(self, part: Part, code: int, now: float) -> None:
        delay = min(FIRST_DELAY * 2 ** (part.starts - 1), LONGEST_DELAY)
        part.process, part.start_at = None, now + delay
        output = self._output_file(part).read_text("utf-8", "replace").strip()
        part.trouble = f"the {part.name} ended ({_reason(code, output)}); it restarts in {delay:.0f} s"
        log.error("part ended", part=part.name, code=code, restart_in=delay, output=output[-_OUTPUT:])

    def _output_file(self, part: Part) -> Path:
        return self.logs / f"{part.name}.out"


def _reason(code: int, output: str) -> str:
    """Return why a part ended: the signal that killed it, otherwise the last line it printed or its exit code."""
    if code < 0:
        return signal.Signals(-code).name
    return output.splitlines()[-1] if output else f"exit code {code}"
