"""All errors that Parley raises. Each has a `code`, which does not change with the wording of the message.

ParleyError
├── WrongArgument        an argument is invalid
├── NotFound             there is no article, theme, version or source with that name
├── Refused              the request is valid but not allowed
├── Conflict             something else changed, or is using, what the request needs
│   └── AlreadyRunning   another process is doing this work in the same data folder
├── RequestFailed        the indexer could not complete a request
├── ConfigError          mistakes in files or settings; contains all of them
├── ArchiveError         the archive cannot be read or written (disk full, wrong version)
│   ├── BodyLost         the body of one page is missing or damaged; the archive itself is intact
│   └── Shortage         this process lacks file descriptors, threads, memory or disk; in crawler/resources.py
├── QueryError           a query is invalid; contains the position
│   └── QueryTooBroad    the query is valid but too expensive for at least one engine
└── EngineError
    ├── EngineUnavailable   try again later; nothing was rejected, and nothing is known to be stored
    │   └── EngineBlocked   the operator must act on the server, and then the same call succeeds: credentials, read-only
    ├── EngineMisconfigured the operator must act: wrong version, foreign mapping, another archive
    └── ArticlesRefused     all articles are stored except these, which the engine cannot store
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

Code = Literal["not_found", "wrong_argument", "wrong_query", "misconfigured", "unavailable", "refused", "conflict"]
CODES: tuple[Code, ...] = get_args(Code)


class ParleyError(Exception):
    """The base of all errors. The message says what is wrong and how to fix it.

    Attributes:
        code: the kind of error for programs, one of `CODES`.
        field: the argument at fault, by the name that callers use; None if it is not a single one.
    """

    code: ClassVar[Code] = "refused"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


class WrongArgument(ParleyError):
    """An argument is invalid."""

    code = "wrong_argument"


class NotFound(ParleyError):
    """Nothing has the given name."""

    code = "not_found"


class Refused(ParleyError):
    """A request is valid but not allowed."""

    code = "refused"


class Conflict(ParleyError):
    """Something else changed, or is using, what the request needs."""

    code = "conflict"


class AlreadyRunning(Conflict):
    """Another process is doing this work in the same data folder."""


class RequestFailed(ParleyError):
    """The indexer could not complete a request. The message gives the reason."""

    code = "unavailable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the configuration: its place, what is wrong and what is allowed.

    Attributes:
        key: the key of the file that is at fault, such as `to` or `scope.languages`; empty where it is several, or none.
    """

    where: str
    message: str
    key: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class ConfigError(ParleyError):
    """One or more mistakes in the configuration."""

    code = "misconfigured"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        field = self.problems[0].where if len(self.problems) == 1 else None
        super().__init__("\n".join(map(str, self.problems)), field=field)


class ArchiveError(ParleyError):
    """The archive cannot be read or written."""

    code = "unavailable"


class ArchiveDamaged(ArchiveError):
    """A file of the archive is damaged, or no database."""


class BodyLost(ArchiveError):
    """The body of one page is missing or damaged."""


class QueryError(ParleyError):
    """A query is invalid.

    Args:
        message: what is wrong and how to fix it.
        position: index of the first character at fault, from 0; None for the whole query.
    """

    code = "wrong_query"

    def __init__(self, message: str, position: int | None = None) -> None:
        self.message = message
        self.position = position
        where = "" if position is None else f" (at character {position + 1})"
        super().__init__(f"{message}{where}", field="query")


class QueryTooBroad(QueryError):
    """A query is too expensive for at least one engine, and is therefore rejected on all."""


class EngineError(ParleyError):
    """The search engine did not complete a request."""

    code: ClassVar[Code] = "unavailable"


class EngineUnavailable(EngineError):
    """The engine is unreachable or too busy. The same call may succeed later."""


class EngineBlocked(EngineUnavailable):
    """The engine rejects calls until the operator acts. The same call succeeds afterwards, without a restart."""

    code = "misconfigured"


class EngineMisconfigured(EngineError):
    """The engine is reachable but unusable until the operator acts."""

    code = "misconfigured"


class ArticlesRefused(EngineError):
    """The engine stored all articles except some, which it will reject again.

    Args:
        reasons: the reason for each article, by id.
    """

    code = "refused"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        id, why = next(iter(self.reasons.items()))
        others = f" and {len(self.reasons) - 1:,} others" if len(self.reasons) > 1 else ""
        super().__init__(f"the engine rejected the article {id}{others}: {why}")


def describe_unexpected(error: Exception) -> str:
    """Describe an exception that is none of ours."""
    return f"unexpected error: {type(error).__name__}: {error}"
