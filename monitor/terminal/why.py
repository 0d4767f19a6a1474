"""Explanations for people: what a span is compared with, and tables of what is more frequent in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from monitor.documents.explanations import (
    ExplanationDocument,
    KeySourceDocument,
    KeyThemeDocument,
    KeyWordDocument,
    TopStoryDocument,
)
from monitor.sentences import counted, expectation
from monitor.terminal.output import print_note, span, stories, table
from monitor.terminal.theme_versions import version_notes


def show(screen: Console, explanation: ExplanationDocument) -> None:
    """Print the explanation."""
    for line in _heading(explanation):
        print_note(screen, line, dim=False)
    tables = [shown for shown in _tables(explanation) if shown.row_count]
    for shown in tables:
        screen.print()
        screen.print(shown)
    for line in _notes(explanation):
        print_note(screen, line)
    for note in version_notes(explanation.versions, timezone=explanation.timezone):
        print_note(screen, note)


def _heading(explanation: ExplanationDocument) -> Iterator[str]:
    when = span(explanation.start, explanation.end, explanation.timezone)
    yield f"{explanation.theme}, {when}: {stories(explanation.stories)}"
    compared = explanation.compared_with
    if explanation.expected is not None:
        since, until = f"{compared.start:%Y-%m-%d}", f"{compared.end:%Y-%m-%d}"
        weeks = f"compared with the {stories(compared.stories)} from {since} to {until}"
        yield f"{weeks}, {expectation(explanation.expected)} in a range of this length"
    elif compared.stories:
        others = counted(compared.stories, "other story", "other stories")
        yield f"compared with the {others} of the same period, because the weeks before have too few"
    else:
        yield "nothing to compare with: the weeks before have too few stories, and the same period has no others"


def _tables(explanation: ExplanationDocument) -> Iterator[Table]:
    words = [
        [f"{word.word} ({word.language})" if word.language else word.word, *_figures(word)]
        for word in explanation.words
    ]
    yield _table("Words", "word", words)
    columns = ["story", "articles", "words", "id"]
    rows = map(_story, explanation.top_stories)
    yield table("Stories", columns, rows, right=["articles", "words"], whole=["id"])
    yield _table("Sources", "source", [[source.source, *_figures(source)] for source in explanation.sources])
    yield _table("Themes", "theme", [[theme.theme, *_figures(theme)] for theme in explanation.themes])


def _table(title: str, kind: str, rows: Sequence[Sequence[str]]) -> Table:
    figures = ["here", "expected", "times", "G²"]
    return table(title, [kind, *figures, "newest"], rows, right=figures, whole=["newest"])


def _figures(key: KeyWordDocument | KeySourceDocument | KeyThemeDocument) -> list[str]:
    here = key.articles if isinstance(key, KeySourceDocument) else key.stories
    times = "new" if key.times is None else f"{key.times:.1f}"
    return [f"{here:,}", expectation(key.expected), times, f"{key.g2:.0f}", key.ids[0]]


def _story(story: TopStoryDocument) -> list[str]:
    title = f"{story.title or '(without title)'} ({story.source})"
    return [title, f"{story.articles:,}", f"{story.words:,}", story.id]


def _notes(explanation: ExplanationDocument) -> Iterator[str]:
    keys: list[KeyWordDocument | KeySourceDocument | KeyThemeDocument]
    keys = [*explanation.words, *explanation.sources, *explanation.themes]
    if keys:
        counts = "stories here" + (" (of sources: articles)" if explanation.sources else "")
        new = "; new: never elsewhere" if any(key.times is None for key in keys) else ""
        yield f"here: {counts}; expected: at the rate of the comparison; times: ratio of the frequencies{new}"
        yield "G²: how certain the difference is; 6.63 occurs by chance in 1 of 100 cases"
    if explanation.top_stories:
        words = "; words: how many of the words above it contains" if explanation.words else ""
        yield f"articles: how many contain the story{words}"
