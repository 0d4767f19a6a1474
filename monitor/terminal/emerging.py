"""What is new, for people: a table of phrases with their newest stories, and what it was compared with."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from monitor.documents.emerging import EmergingDocument, EmergingPhraseDocument
from monitor.sentences import emerged, expectation
from monitor.terminal.output import print_note, span, stories, table
from monitor.terminal.theme_versions import version_notes


def show(screen: Console, news: EmergingDocument) -> None:
    """Print what is new."""
    where = f"in {news.theme}" if news.theme else "in what no theme watches"
    print_note(screen, f"New {where}, {span(news.start, news.end, news.timezone)}: {emerged(news)}", dim=False)
    if news.phrases:
        figures = ["stories", "sources", "usual"]
        screen.print()
        rows = [[*_cells(one)] for one in news.phrases]
        screen.print(table("Phrases", ["phrase", *figures, "newest story", "id"], rows, right=figures, whole=["id"]))
        print_note(screen, "with +: other phrases of mostly the same stories; as a query: parley search QUERY")
    for note in _notes(news):
        print_note(screen, note)
    for note in version_notes(news.versions, timezone=news.timezone):
        print_note(screen, note)


def _cells(one: EmergingPhraseDocument) -> Iterator[str]:
    language = f" ({one.language})" if one.language else ""
    also = "".join(f" + {phrase}" for phrase in one.also)
    yield f"{one.phrase}{language}{also}"
    yield f"{one.stories:,}"
    yield f"{one.sources:,}"
    yield expectation(one.expected) if one.expected else "new"
    newest = one.newest[0]
    yield f"{newest.title or '(without title)'} ({newest.source})"
    yield newest.id


def _notes(news: EmergingDocument) -> Iterator[str]:
    if news.past_start:
        yield (
            f"compared {news.candidates:,} words and phrases with {stories(news.past_stories)} since "
            f"{news.past_start:%Y-%m-%d}; at most {news.level:.0%} of what is shown is expected to be false"
        )
    if news.read < news.stories:
        yield f"candidates are from {news.read:,} of {stories(news.stories)}"
    if news.new_sources:
        yield f"left out, because they wrote nothing in the past: {', '.join(news.new_sources)}"
