"""Keeps the last good configuration while people edit the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from config.configuration import Configuration, load_configuration
from config.errors import ConfigError, Problem
from config.files import SECTIONS, find
from config.sources import FeedCheck

Stamp = tuple[tuple[str, int, int, int], ...] | None


class Watch:
    """The configuration that holds now, read again when a file was changed, added or removed.

    Not for use from several threads at once.

    Attributes:
        current: the last configuration without a mistake.
        problems: what is wrong with the files as they are now; empty when `current` is what they say.
    """

    def __init__(
        self,
        folder: Path | None,
        kinds: Mapping[str, FeedCheck],
        examine: Callable[[Configuration], Sequence[Problem]] = lambda _: (),
    ) -> None:
        """Load the configuration.

        Args:
            examine: further checks of a configuration that config itself cannot make, such as the syntax of queries.

        Raises:
            ConfigError: a file has a mistake and there is no earlier configuration to keep.
        """
        self._folder, self._kinds, self._examine = folder, kinds, examine
        self._stamp = _stamp(folder)
        self.current = self._load()
        self.problems: tuple[Problem, ...] = ()

    def reload(self) -> bool:
        """Read the files if one of them changed, and return whether `current` was replaced.

        Costs one look at each file's size and time of change, so it may be called every second.
        """
        stamp = _stamp(self._folder)
        if stamp is not None and stamp == self._stamp:
            return False
        self._stamp = stamp  # taken before reading: what is saved while we read is read the next time
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
        loaded = load_configuration(self._folder, self._kinds)
        problems = self._examine(loaded)
        if problems:
            raise ConfigError(problems)
        return loaded


def _stamp(folder: Path | None) -> Stamp:
    """Return what changes when a file does, or None while that cannot be told: something is just vanishing."""
    try:
        files = [file.path for section in SECTIONS for file in find(section, folder)]
        stats = [(path, path.stat()) for path in files]
    except (OSError, ConfigError):
        return None
    return tuple((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino) for path, stat in stats)
