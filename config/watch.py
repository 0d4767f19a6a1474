"""Follows the files of a section of the configuration while people edit them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from config.errors import ConfigError, Problem
from config.files import Section, list_files
from config.last_good import LastGood, Report, Texts

Stamp = tuple[tuple[str, int, int, int], ...]
ValueT = TypeVar("ValueT")


class Watch(Generic[ValueT]):
    """What a part of the configuration describes now. It follows changed, added and removed files.

    A file with a mistake counts in its last good form. Not for use from several threads at once.

    Attributes:
        current: what the files describe.
        problems: mistakes in the files as they are now; empty when `current` is up to date.
        remedies: what is used instead of each file with a mistake.
        left_out: ids of what is left out for a mistake.
    """

    def __init__(
        self,
        folder: Path | None,
        sections: Sequence[Section],
        read: Callable[[Texts], tuple[ValueT, Report]],
        last_good: LastGood,
    ) -> None:
        """Read the files.

        Args:
            read: reads the sections, with the last good texts of their files.

        Raises:
            ConfigError: the overlay folder does not exist.
        """
        self._folder, self._sections, self._read, self._last_good = folder, sections, read, last_good
        self._stamp = _stamp(folder, sections)
        self.problems: tuple[Problem, ...] = ()
        self.remedies: tuple[Problem, ...] = ()
        self.current, report = read(last_good.texts)
        self._keep(report)

    def reload(self) -> bool:
        """Read the files again if any of them changed, and return whether `current` was replaced.

        Costs one stat call per file, so it may be called every second.
        """
        try:
            stamp = _stamp(self._folder, self._sections)
            if stamp == self._stamp:
                return False
            self._stamp = stamp  # taken before reading, so that a change made meanwhile is seen next time
            return self.read_again()
        except ConfigError as wrong:  # the overlay folder is gone
            self._stamp, self.problems, self.remedies = None, wrong.problems, ()
            return False

    def read_again(self) -> bool:
        """Read the files, changed or not, and return whether `current` was replaced.

        Raises:
            ConfigError: the overlay folder does not exist.
        """
        current, report = self._read(self._last_good.texts)
        replaced = current != self.current
        self.current = current
        self._keep(report)
        return replaced

    @property
    def stamp(self) -> Stamp | None:
        """A value that differs whenever the files do."""
        return self._stamp

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """The mistakes, then the remedies."""
        return (*self.problems, *self.remedies)

    def _keep(self, report: Report) -> None:
        self.problems, self.remedies, self.left_out = report.problems, report.remedies, report.left_out
        self._last_good.keep(report.texts)


def _stamp(folder: Path | None, sections: Sequence[Section]) -> Stamp | None:
    """Return a value that changes when a file does, or when its folder can be read again.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    paths = [file.path for section in sections for file in list_files(section, folder)[0]]
    paths += sorted(folder.glob("spiders/*.py")) if folder else []
    entries = []
    for path in paths:
        try:
            status = path.stat()
            entries.append((str(path), status.st_mtime_ns, status.st_size, status.st_ino))
        except OSError:
            entries.append((str(path), 0, 0, 0))
    return tuple(entries)
