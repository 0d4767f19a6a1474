"""The verdict on an evidence file as text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from monitor.documents.escapes import one_line
from monitor.documents.evidence import VerdictDocument
from monitor.sentences import counted
from monitor.terminal.output import articles


def show_verdict(screen: Console, verdict: VerdictDocument) -> None:
    """Print the verdict first, then what it rests on."""
    for line in _lines(verdict):
        screen.print(Text(line), soft_wrap=True)


def _lines(verdict: VerdictDocument) -> Iterator[str]:
    yield "equal" if verdict.is_equal else "different"
    yield from (f"  {one_line(difference)}" for difference in verdict.differences)
    if verdict.more:
        yield f"  … and {counted(verdict.more, 'further difference')}"
    yield one_line(verdict.question)
    listed = f", {verdict.listed:,} more listed" if verdict.listed else ""
    yield f"{articles(verdict.articles)}{listed}; {counted(verdict.pages, 'page')} extracted again."
    yield from map(one_line, verdict.notes)
    yield f"SHA-256 of the manifest: {verdict.manifest}"
    yield _signature(verdict)
    yield _stamp(verdict)


def _signature(verdict: VerdictDocument) -> str:
    if verdict.signed_by is None:
        return "Not signed: the file shows that the answer follows from its pages, not who made it."
    if verdict.is_trusted:
        return f"Signed by the key given, {verdict.signed_by}."
    return f"Signed by {verdict.signed_by}; with --key FILE it is compared with a key that you know."


def _stamp(verdict: VerdictDocument) -> str:
    if verdict.stamped is None:
        return "No time stamp."
    checked = "" if verdict.is_authority_checked else "; with --authority FILE the authority's own signature is checked"
    return f"Existed at {verdict.stamped:%Y-%m-%d %H:%M:%S} UTC, says a time-stamping authority{checked}."
