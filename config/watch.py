"""Keeps the last valid configuration while people edit the files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from config.configuration import Configuration, load_configuration
from config.errors import ConfigError, Problem
from config.files import SECTIONS, find
from config.sources import FeedCheck

Stamp = tuple[tuple[str, int, int, int], ...] | None


class Watch:
    """The current configuration, which follows changed, added and removed files.

    Not for use from several threads at once.

    Attributes:
        current: the last configuration without mistakes.
        problems: mistakes in the files as they are now; empty when `current` is up to date.
    """

    def __init__(
        self,
        folder: Path | None,
        kinds: Mapping[str, FeedCheck],
        examine: Callable[[Configuration], Sequence[Problem]] = lambda _: (),
        *,
        shipped: Collection[str] | None = None,
    ) -> None:
        """Load the configuration.

        Args:
            kinds: see `read_sources`.
            examine: checks that this package cannot make, such as the syntax of queries.
            shipped: ids of the shipped sources to use; None for all of them.

        Raises:
            ConfigError: a file contains a mistake, and there is no earlier configuration to keep.
        """
        self._folder, self._kinds, self._examine, self._shipped = folder, kinds, examine, shipped
        self._stamp = _stamp(folder)
        self.current = self._load()
        self.problems: tuple[Problem, ...] = ()

    def reload(self) -> bool:
        """Read the files again if any of them changed, and return whether `current` was replaced.

        Costs one stat call per file, so it may be called every second.
        """
        stamp = _stamp(self._folder)
        if stamp is not None and stamp == self._stamp:
            return False
        self._stamp = stamp  # taken before reading, so that a change made meanwhile is seen next time
        try:
            loaded = self._load()
        except ConfigError as wrong:
            self.problems = wrong.problems
            return False
        self.problems = ()
        replaced = loaded != self.current
        self.current = loaded
        return replaced

    def _load(self) -> Configuration:
        loaded = load_configuration(self._folder, self._kinds, self._shipped)
        problems = self._examine(loaded)
        if problems:
            raise ConfigError(problems)
        return loaded


def _stamp(folder: Path | None) -> Stamp:
    """Return a value that changes when a file does, or None when a file disappeared while being looked at."""
    try:
        files = [file.path for section in SECTIONS for file in find(section, folder)]
        files += sorted(folder.glob("spiders/*.py")) if folder else []
        stats = [(path, path.stat()) for path in files]
    except (OSError, ConfigError):
        return None
    return tuple((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino) for path, stat in stats)
