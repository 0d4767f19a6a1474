"""Documents about what went wrong."""

from __future__ import annotations

from config.errors import Code
from monitor.documents.base import Document, described


class ErrorDocument(Document):
    """Why a request was not carried out."""

    code: Code = described("kind of the error; it stays the same when the wording changes", example="not_found")
    message: str = described("what is wrong and what to do, a sentence", example='there is no source "bcb"')
    field: str | None = described("the argument at fault; null where no single one is", example="source")


class FailureDocument(Document):
    """What stands in the place of an answer: on standard error with `--json`."""

    error: ErrorDocument = described("the error", example={})


class ProblemDocument(Document):
    """One mistake in the configuration."""

    where: str = described("file, setting or theme that has it", example="sources/nato.toml: feed 2")
    message: str = described("what is wrong and what is allowed", example='unknown kind "rss" (feed, sitemap, listing)')
