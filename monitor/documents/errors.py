"""Documents about errors."""

from __future__ import annotations

from config.errors import Code
from monitor.documents.base import Document, described


class ErrorDocument(Document):
    """An error: why a request failed."""

    code: Code = described("kind of the error; it stays the same when the wording changes", example="not_found")
    message: str = described("what is wrong and what to do, a sentence", example='there is no source "bcb"')
    field: str | None = described("the argument at fault; null if there is no single one", example="source")


class FailureDocument(Document):
    """An error, printed to standard error instead of a result with `--json`."""

    error: ErrorDocument = described("the error", example={})


class ProblemDocument(Document):
    """One mistake in the configuration."""

    where: str = described("file, setting or theme that has it", example="sources/nato.toml: feed 2")
    message: str = described("what is wrong and what is allowed", example='unknown kind "rss" (feed, sitemap, listing)')
