"""Every error Parley raises on purpose.

ParleyError
├── ConfigError          a file or setting must be mended by the operator; carries every problem found
├── ArchiveError         the archive cannot be read or written (disk full, wrong version)
│   └── BodyLost         the body of one page is missing or damaged; the archive itself is well
├── AlreadyRunning       another process does this work in this data folder
├── QueryError           the question must be reworded; carries the position
│   └── QueryTooBroad    the question is well formed and would cost too much on some engine
└── EngineError
    ├── EngineUnavailable   try again later: nothing was refused, nothing is known to be stored
    ├── EngineMisconfigured the operator must act: wrong version, foreign mapping, credentials, read-only
    └── ArticlesRefused     all is stored but these articles, which the engine can hold in no case
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class ParleyError(Exception):
    """Anything Parley refuses, in a sentence that names the thing and the cure."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the configuration: where it stands, what is wrong and what is allowed."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class ConfigError(ParleyError):
    """One or more mistakes in the configuration, all of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class ArchiveError(ParleyError):
    """The archive cannot be read or written."""


class BodyLost(ArchiveError):
    """The body of one page is missing or damaged."""


class AlreadyRunning(ParleyError):
    """Another process does this work in this data folder."""


class QueryError(ParleyError):
    """A query that cannot be asked as it stands.

    Args:
        message: what is wrong and how to say it instead.
        position: index of the first character concerned, from 0; None when it is the whole query.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        self.message = message
        self.position = position
        where = "" if position is None else f" (at character {position + 1})"
        super().__init__(f"{message}{where}")


class QueryTooBroad(QueryError):
    """A query that would cost more than an engine allows; the same on every engine."""


class EngineError(ParleyError):
    """The search engine did not do what it was asked."""


class EngineUnavailable(EngineError):
    """The engine cannot be reached or is too busy; the same call may succeed later."""


class EngineMisconfigured(EngineError):
    """The engine is there and cannot be used until the operator acts."""


class ArticlesRefused(EngineError):
    """The engine stored every article it was given but some, which it will refuse again.

    Args:
        reasons: why, by article id.
    """

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        id, why = next(iter(self.reasons.items()))
        others = f" and {len(self.reasons) - 1:,} others" if len(self.reasons) > 1 else ""
        super().__init__(f"the engine refuses the article {id}{others}: {why}")
