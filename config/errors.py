"""Every error Parley raises on purpose. Each has a `code` that stays the same when its wording changes.

ParleyError
├── WrongArgument        an argument of a call is not usable
├── NotFound             there is no article, theme, version, source … of that name
├── Refused              the request is understood and will not be carried out
├── Conflict             something else changed or holds what the request needs
│   └── AlreadyRunning   another process does this work in this data folder
├── RequestFailed        the indexer was asked to do something and could not
├── ConfigError          a file or setting needs the operator; carries every problem found
├── ArchiveError         the archive cannot be read or written (disk full, wrong version)
│   └── BodyLost         the body of one page is missing or damaged; the archive itself is intact
├── QueryError           a query needs rewording; carries the position
│   └── QueryTooBroad    the query is well formed and would cost too much on some engine
└── EngineError
    ├── EngineUnavailable   try again later: nothing was refused, nothing is known to be stored
    ├── EngineMisconfigured the operator must act: wrong version, foreign mapping, credentials, read-only
    └── ArticlesRefused     everything is stored except these articles, which the engine can never hold
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

Code = Literal["not_found", "wrong_argument", "wrong_query", "misconfigured", "unavailable", "refused", "conflict"]
CODES: tuple[Code, ...] = get_args(Code)


class ParleyError(Exception):
    """Anything Parley refuses, in a sentence that names the thing and the cure.

    Attributes:
        code: the kind of error, one of `CODES`, for programs.
        field: the argument at fault, as callers name it; None where no single one is.
    """

    code: ClassVar[Code] = "refused"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


class WrongArgument(ParleyError):
    """An argument that cannot be used as it is."""

    code = "wrong_argument"


class NotFound(ParleyError):
    """Nothing has the name that was given."""

    code = "not_found"


class Refused(ParleyError):
    """A request that is understood and will not be carried out."""

    code = "refused"


class Conflict(ParleyError):
    """Something else changed, or holds, what the request needs."""

    code = "conflict"


class AlreadyRunning(Conflict):
    """Another process does this work in this data folder."""


class RequestFailed(ParleyError):
    """The indexer was asked to do something and could not; the message says why."""

    code = "unavailable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the configuration: where it stands, what is wrong and what is allowed."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class ConfigError(ParleyError):
    """One or more mistakes in the configuration, all of them at once."""

    code = "misconfigured"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        field = self.problems[0].where if len(self.problems) == 1 else None
        super().__init__("\n".join(map(str, self.problems)), field=field)


class ArchiveError(ParleyError):
    """The archive cannot be read or written."""

    code = "unavailable"


class BodyLost(ArchiveError):
    """The body of one page is missing or damaged."""


class QueryError(ParleyError):
    """A query that cannot be run as it stands.

    Args:
        message: what is wrong and how to write it instead.
        position: index of the first character concerned, from 0; None when it is the whole query.
    """

    code = "wrong_query"

    def __init__(self, message: str, position: int | None = None) -> None:
        self.message = message
        self.position = position
        where = "" if position is None else f" (at character {position + 1})"
        super().__init__(f"{message}{where}", field="query")


class QueryTooBroad(QueryError):
    """A query that would cost more than an engine allows; the same on every engine."""


class EngineError(ParleyError):
    """The search engine did not do what it was asked."""

    code: ClassVar[Code] = "unavailable"


class EngineUnavailable(EngineError):
    """The engine cannot be reached or is too busy; the same call may succeed later."""


class EngineMisconfigured(EngineError):
    """The engine is there and cannot be used until the operator acts."""

    code = "misconfigured"


class ArticlesRefused(EngineError):
    """The engine stored every article it was given except some, which it will refuse again.

    Args:
        reasons: why, by article id.
    """

    code = "refused"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        id, why = next(iter(self.reasons.items()))
        others = f" and {len(self.reasons) - 1:,} others" if len(self.reasons) > 1 else ""
        super().__init__(f"the engine refuses the article {id}{others}: {why}")
