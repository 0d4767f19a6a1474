"""An installation in a folder of its own, whose crawler and indexer are processes that a test may stop, kill or starve."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from config.settings import Settings
from config.sources import Source
from crawler.archive.archive import Archive, open_archive
from crawler.presence import Heartbeat, Role, last_heartbeat
from monitor.app import App
from monitor.demo.overlay import write_overlay
from tests.support.overlay import THEME, remove_shipped_themes, write
from tests.support.words import morphology

ROOT = Path(__file__).parent.parent.parent
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.01, 0.3  # seconds between two looks at a condition
PATIENCE = 120.0  # seconds for anything that must happen, on a loaded machine


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended: its exit code and what it said."""

    code: int
    out: str
    err: str


class Parley:
    """A data folder, an overlay folder and the environment that makes `parley` use both.

    Args:
        shipped_themes: ids of the default themes it has; None for all of them, with which an indexer takes twice as long to
            start. Without any it has one small theme of its own.

    Attributes:
        settings: what it is set to.
        environment: the same for its processes; no other PARLEY_* reaches them.
        before: what comes before each command, such as `setpriv …`.
    """

    before: Sequence[str] = ()

    def __init__(self, folder: Path, *, shipped_themes: Collection[str] | None = (), **settings: object) -> None:
        self.data = folder / "data"
        self.config = folder / "config"
        self.logs = folder / "logs"
        for made in (self.data, self.config, self.logs):
            made.mkdir(parents=True, exist_ok=True)
        if shipped_themes is not None:
            remove_shipped_themes(self.config, but=shipped_themes)
        if shipped_themes == ():
            write(self.config, "themes/harvest.toml", THEME)
        morphology()  # builds the word tables once, so that no process under test has to
        chosen: dict[str, Any] = {
            "data": self.data,
            "config": self.config,
            "cache": Settings().cache,
            "contact": "test@parley.example",
        }
        chosen |= {"delay": 0, "workers": 1, "min_free_disk": 0, "web_port": 0, **settings}
        self.settings = Settings(**chosen)
        self.environment = {f"PARLEY_{name.upper()}": str(value) for name, value in chosen.items()}

    def use(self, sources: Iterable[Source]) -> None:
        """Make these sources the only ones."""
        write_overlay(self.config, sources)

    def start(self, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start `parley WORDS`; its output goes to a file in `logs`.

        Args:
            more: added to its environment.
        """
        with (self.logs / f"{words[0]}.log").open("a") as log:
            return subprocess.Popen(
                self._command(words), cwd=ROOT, env=self._environment(more), stdout=log, stderr=log, text=True
            )

    @contextmanager
    def at_work(self, **more: str) -> Iterator[tuple[subprocess.Popen[str], subprocess.Popen[str]]]:
        """Run a crawler and an indexer, which must exit cleanly when they are stopped at the end of the block.

        Args:
            more: added to their environment.
        """
        self.archive().close()  # which the crawler would make, perhaps after the indexer needs it
        parts = self.start("crawl", **more), self.start("index", **more)
        try:
            yield parts
            for part in parts:
                part.terminate()
            assert [part.wait(PATIENCE) for part in parts] == [0, 0], self.output_of("crawl") + self.output_of("index")
        finally:
            for part in parts:
                part.kill()
                part.wait()

    def run(self, *words: str, **more: str) -> Done:
        """Run `parley WORDS` to its end."""
        done = subprocess.run(
            self._command(words),
            cwd=ROOT,
            env=self._environment(more),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def finish(self) -> None:
        """Collect and index to the end."""
        for command in ("crawl", "index"):
            done = self.run(command, "--once")
            assert done.code == 0, done.out + done.err

    def status(self) -> dict[str, Any]:
        """Return the document of `parley status --json`."""
        done = self.run("status", "--json")
        assert done.code == 0, done.err
        status: dict[str, Any] = json.loads(done.out)
        return status

    def output_of(self, command: str) -> str:
        """Return the output of a command's processes so far."""
        return (self.logs / f"{command}.log").read_text()

    def archive(self) -> Archive:
        """Open the archive in this process."""
        return open_archive(self.data)

    def app(self) -> App:
        """Open the installation in this process."""
        return App(self.settings)

    def heartbeat(self, role: Role) -> Heartbeat:
        """Return the last heartbeat of the crawler or the indexer."""
        last = last_heartbeat(self.data, role)
        return last or Heartbeat(pid=0, at=datetime.now(UTC), doing="", trouble="", under_way=0)

    def _command(self, words: Iterable[str]) -> list[str]:
        return [*self.before, sys.executable, "-m", "monitor.cli", *words]

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")}
        return {**own, **self.environment, **more}


def limit_files(process: subprocess.Popen[str], size: int = resource.RLIM_INFINITY) -> None:
    """Limit the size of the files a process may write, in bytes, to imitate a nearly full disk."""
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def soon(holds: Callable[[], object], seconds: float) -> bool:
    """Return True as soon as the condition holds, or False after this many seconds."""
    pause = threading.Event()
    last = (start := monotonic()) + seconds
    while not (holding := holds()) and (now := monotonic()) < last:
        # A condition that takes long, such as a whole status, is looked at less often: what it waits for needs the processor.
        pause.wait(min(max(_SHORTEST_PAUSE, 3 * (now - start)), _LONGEST_PAUSE))
        start = monotonic()
    return bool(holding)


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until a condition holds that another process brings about.

    Raises:
        AssertionError: the condition did not hold in time; the message names it.
    """
    assert soon(holds, PATIENCE), f"timed out waiting until {what}"
