"""The last good text of every configuration file, which Parley goes on with while a file contains a mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.errors import Problem
from config.files import bytes_of
from config.replacing import replace_text

Texts = Mapping[str, str]  # "sources/tass" → the text of its file
NO_TEXTS: Texts = {}
KEPT = "until this is corrected, the last good form of this file is used"
_FOLDER = "configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a section of the configuration was read.

    Attributes:
        problems: the mistakes in its files as they are now.
        remedies: what is used instead of each file with a mistake.
        texts: the files as they are used.
        left_out: ids of what is left out, because its file has a mistake and there is no good form of it.
    """

    problems: tuple[Problem, ...]
    remedies: tuple[Problem, ...]
    texts: Texts
    left_out: frozenset[str] = frozenset()

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """The mistakes, then the remedies."""
        return (*self.problems, *self.remedies)


NO_REPORT = Report(problems=(), remedies=(), texts=NO_TEXTS)


class LastGood:
    """The last good texts of one section, as other processes left them in a file of the data folder.

    Attributes:
        texts: the last good texts that this process knows.
    """

    def __init__(self, data: Path, name: str, *, is_writable: bool) -> None:
        """Read the file; a missing or damaged one contains no texts.

        Args:
            data: the data folder.
            name: of the section.
            is_writable: whether this process stores what it keeps. Only crawler and indexer do: searching writes nothing.
        """
        self._path, self._is_writable = data / _FOLDER / f"{name}.json", is_writable
        self._stored = self.texts = _read(self._path)

    def keep(self, texts: Texts) -> None:
        """Remember these texts and, where that is this process's part, store them; a full disk is no reason to stop."""
        self.texts = texts
        if self._is_writable and texts != self._stored:
            with suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                replace_text(self._path, json.dumps(texts, ensure_ascii=False, indent=0))
                self._stored = texts


def _read(path: Path) -> Texts:
    try:
        content = json.loads(bytes_of(path))
    except (OSError, ValueError, RecursionError):
        return NO_TEXTS
    if not isinstance(content, dict):
        return NO_TEXTS
    return {name: text for name, text in content.items() if isinstance(text, str)}
