"""Comparisons for people: a table of shares, and a matrix of which themes come together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table

from monitor.documents.comparisons import ComparisonDocument, VoiceDocument
from monitor.terminal.output import articles, fitting, percent, print_note, span, table, width
from monitor.terminal.theme_versions import version_notes


def show(screen: Console, comparison: ComparisonDocument) -> None:
    """Print the comparison."""
    when = span(comparison.start, comparison.end, comparison.timezone)
    print_note(screen, f"{when}: {comparison.articles:,} of {articles(comparison.total)}")
    shares = list(_shares(comparison))
    figures = ["articles", "stories", *(name for name, _, _ in shares)]
    rows = [
        [voice.theme, f"{voice.articles:,}", f"{voice.stories:,}", *(percent(figure(voice)) for _, _, figure in shares)]
        for voice in sorted(comparison.themes, key=lambda voice: -voice.articles)
    ]
    screen.print(table("Share", ["theme", *figures], rows, right=figures))
    print_note(screen, "; ".join(f"{name}: {meaning}" for name, meaning, _ in shares))
    if comparison.pairs:
        for matrix in _together(comparison, screen.width):
            screen.print()
            screen.print(matrix)
        print_note(screen, _matrix_note(comparison))
    for note in version_notes(*(voice.versions for voice in comparison.themes), timezone=comparison.timezone):
        print_note(screen, note)


def _shares(comparison: ComparisonDocument) -> Iterator[tuple[str, str, Callable[[VoiceDocument], float | None]]]:
    """Yield the name, the meaning and the figure of each column that has something to say."""
    everything = "articles within the scope" if comparison.scope else "articles collected"
    yield "share", f"of all {everything}", lambda voice: voice.share
    if any(voice.share_before is not None for voice in comparison.themes):
        yield "before", "the share in the preceding range of the same length", lambda voice: voice.share_before
    if len(comparison.themes) > 1:
        yield "share of voice", "of the sum of these articles", lambda voice: voice.share_of_voice


def _matrix_note(comparison: ComparisonDocument) -> str:
    if all(pair.lift is None for pair in comparison.pairs):
        return "below the diagonal: articles that match both, too few to compute the lift over chance"
    dash = "; –: too few to compute" if any(pair.lift is None for pair in comparison.pairs) else ""
    return f"below the diagonal: articles that match both; above: lift over chance{dash}"


def _together(comparison: ComparisonDocument, room: int) -> Iterator[Table]:
    """Yield the matrix, in as many tables as the width of the screen requires."""
    labels, *columns = (list(column) for column in zip(*_matrix(comparison), strict=True))
    numbered = [[str(number), *cells] for number, cells in enumerate(columns, 1)]
    for group in fitting(numbered, room - min(width(["", *labels]), room // 3)):
        numbers, *rows = zip(*group, strict=True)
        lines = [[label, *cells] for label, cells in zip(labels, rows, strict=True)]
        yield table("Together", ["", *numbers], lines, right=numbers, whole=numbers)


def _matrix(comparison: ComparisonDocument) -> Iterator[list[str]]:
    pairs = {pair.themes: pair for pair in comparison.pairs}
    names = [voice.theme for voice in comparison.themes]
    for row, voice in enumerate(comparison.themes):
        cells = [f"{row + 1} {voice.theme}"]
        for column, other in enumerate(names):
            if row == column:
                cells.append(f"[{voice.articles:,}]")
            elif row > column:
                cells.append(f"{pairs[other, voice.theme].articles:,}")
            else:
                lift = pairs[voice.theme, other].lift
                cells.append("–" if lift is None else f"{lift:.1f}×")
        yield cells
