"""Keeps the parts of an installation running as separate processes, and stops them cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from config.logs import get_logger
from crawler.presence import Heartbeat, PartName, last_heartbeat
from crawler.resources import file_error, signal_name

STOP_WITHIN = 20.0  # seconds a part has to finish; then it is killed, which loses nothing
START_WITHIN = 300.0  # seconds until the first heartbeat of a part
LATE_AFTER = 15.0  # seconds without a heartbeat after which that is shown
SILENT_AFTER = 120.0  # seconds without a heartbeat after which a part counts as stuck
_DOUBLINGS = 10  # from which on a delay is the longest anyway
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0  # seconds before a part that ended is restarted, doubled each time
_OUTPUT = 2_000  # characters of a part's last output that are logged

log = get_logger(__name__)


def command_of(*words: str) -> list[str]:
    """Return the command that starts `parley WORDS` as a part of this process, whatever the current folder contains.

    Without -P, Python would search the current folder for packages first, and a `config.py` there would replace ours.
    """
    return [sys.executable, "-P", "-m", "monitor.part", str(os.getpid()), *words]


@dataclass(slots=True)
class Part:
    """A process that is kept running.

    Attributes:
        words: the words after `parley` that start it.
        start_at: monotonic seconds of its last start or, while it is not running, of its next.
        trouble: why it is not running, or was not until recently; empty otherwise.
        beat: its last heartbeat, and `beat_at` the monotonic seconds at which that was new.
        kill_at: monotonic seconds at which it is killed, when it is stuck and was told to stop.
    """

    name: PartName
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    start_at: float = 0.0
    trouble: str = ""
    beat: Heartbeat | None = None
    beat_at: float = 0.0
    kill_at: float | None = None


@dataclass(slots=True)
class Supervisor:
    """Starts parts, restarts those that end or are stuck, and stops all of them when a `with` block ends.

    Attributes:
        data: the data folder, with the heartbeats of the parts.
        logs: the folder of the logs. The output of a part goes to NAME.out there, which is overwritten when the part
            restarts; the last output of a part that ended is logged.
    """

    data: Path
    logs: Path
    parts: list[Part] = field(default_factory=list)

    def add(self, name: PartName, *words: str) -> None:
        """Start a part and keep it running."""
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
            elif part.process is not None:
                self._look_after(part, part.process, now)

    def states(self, now: float) -> dict[PartName, str]:
        """Return what each part does, in a word or a few."""
        return {part.name: _state(part, now) for part in self.parts}

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
        part.starts += 1
        try:
            part.process = self._process(part)
        except OSError as error:  # no memory or process is left, or somebody removed the folder of the logs
            delay = _delay(part)
            part.start_at = time.monotonic() + delay
            part.trouble = f"the {part.name} cannot start ({file_error(error)}); it is tried again in {delay:.0f} s"
            log.error("part cannot start", part=part.name, detail=str(error), again_in=delay)
            return
        part.start_at = time.monotonic()
        log.info("part started", part=part.name, pid=part.process.pid)

    def _process(self, part: Part) -> subprocess.Popen[bytes]:
        self.logs.mkdir(parents=True, exist_ok=True)
        with self._output_file(part).open("wb") as output:
            return subprocess.Popen(
                command_of(*part.words),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches only the supervisor, which then stops the parts
            )

    def _look_after(self, part: Part, process: subprocess.Popen[bytes], now: float) -> None:
        """Note the signs of life of a running part, and end it when there are none or when it does not get ahead."""
        if part.kill_at is not None:
            if now >= part.kill_at:
                process.kill()
            return
        beat = last_heartbeat(self.data, part.name)
        if beat and beat.pid == process.pid and beat != part.beat:
            part.beat, part.beat_at = beat, now
        if why := _why_stuck(part, now):
            part.trouble, part.kill_at = f"the {part.name} is stuck ({why}); it is being restarted", now + STOP_WITHIN
            log.error("part stuck", part=part.name, detail=why)
            process.terminate()
        elif now - part.start_at > LONGEST_DELAY:
            part.starts, part.trouble = 1, ""

    def _schedule_restart(self, part: Part, code: int, now: float) -> None:
        delay = _delay(part)
        was_stuck, part.kill_at, part.beat = part.kill_at is not None, None, None
        part.process, part.start_at = None, now + delay
        output = ""
        with suppress(OSError):
            output = self._output_file(part).read_text("utf-8", "replace").strip()
        reason = "it was stuck" if was_stuck else _reason(code, output)
        part.trouble = f"the {part.name} ended ({reason}); it restarts in {delay:.0f} s"
        log.error("part ended", part=part.name, code=code, restart_in=delay, output=output[-_OUTPUT:])

    def _output_file(self, part: Part) -> Path:
        return self.logs / f"{part.name}.out"


def _delay(part: Part) -> float:
    """Return the seconds until the next start, which double with each."""
    return min(FIRST_DELAY * (1 << min(part.starts - 1, _DOUBLINGS)), LONGEST_DELAY)


def _state(part: Part, now: float) -> str:
    if part.process is None:
        return "stopped"
    if part.kill_at is not None:
        return "stuck"
    if part.beat is None:
        return "starting"
    return part.beat.doing if now - part.beat_at < LATE_AFTER else "no heartbeat"


def _why_stuck(part: Part, now: float) -> str:
    """Return why a part counts as stuck, by a clock that stands still while the machine sleeps; empty when it does not."""
    if part.beat is None:
        return "it gives no heartbeat" if now - part.start_at > START_WITHIN else ""
    if now - part.beat_at > SILENT_AFTER:
        return f"it has given no heartbeat for {now - part.beat_at:.0f} s"
    return part.beat.stuck


def _reason(code: int, output: str) -> str:
    """Return why a part ended: the signal that killed it, otherwise the last line it printed or its exit code."""
    if code < 0:
        return signal_name(-code)
    return output.splitlines()[-1] if output else f"exit code {code}"
