"""How good themes are, for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from monitor.documents.theme_quality import (
    EvaluationDocument,
    GapsDocument,
    MistakeDocument,
    ScoreDocument,
    ThemeScoreDocument,
)
from monitor.sentences import counted
from monitor.terminal.output import percent, plain, print_note, table

_COLUMNS = ("precision", "recall", "F1", "right", "wrong", "missed")


def show_evaluation(screen: Console, evaluation: EvaluationDocument) -> None:
    """Print how well themes find what a reader finds, and every mistake."""
    scored: Sequence[tuple[str, ScoreDocument]] = [(theme.id, theme) for theme in evaluation.themes]
    rows = [[id, *_cells(theme)] for id, theme in scored if theme.right + theme.wrong + theme.missed]
    macro = evaluation.macro
    rows.append(["average over themes", *map(percent, (macro.precision, macro.recall, macro.f1)), "", "", ""])
    rows.append(["over all hits", *_cells(evaluation.micro)])
    title = f"Themes against {counted(evaluation.documents, 'labelled document')}"
    screen.print(table(title, ["theme", *_COLUMNS], rows, right=_COLUMNS, whole=["theme"]))
    languages = [[one.language or "unclear", *_cells(one)] for one in evaluation.languages]
    screen.print(table("\nBy language", ["language", *_COLUMNS], languages, right=_COLUMNS))
    for theme in evaluation.themes:
        _show_mistakes(screen, theme)
    if evaluation.unknown:
        labels = ", ".join(f"{id} ({number:,})" for id, number in evaluation.unknown.items())
        print_note(screen, f"\nLeft out, because there is no such theme: {labels}", dim=False)


def show_gaps(screen: Console, gaps: GapsDocument) -> None:
    """Print what a theme may miss."""
    read = f"{counted(gaps.tagged, 'tagged story', 'tagged stories')} and {counted(gaps.untagged, 'untagged one')}"
    screen.print(Text(f"{gaps.theme}: {read} were read", style="bold"))
    if not gaps.resembling:
        screen.print("No untagged story is like the tagged ones.")
        return
    phrases = [[f'"{one.phrase}"', one.language or "–", one.adds, one.spoils, one.articles] for one in gaps.phrases]
    columns = ["phrase", "language", "adds", "spoils", "articles"]
    screen.print(table("\nPhrases that would add most", columns, phrases, right=columns[2:]))
    screen.print(Text("\nUntagged stories most like the tagged ones", style="bold"))
    for one in gaps.resembling:
        screen.print(Text(plain(f"{one.id}  {one.title or one.url}")), soft_wrap=True)
        screen.print(Text(plain(f"    {', '.join(one.words)}"), style="dim"), soft_wrap=True)


def _show_mistakes(screen: Console, theme: ThemeScoreDocument) -> None:
    if theme.misses or theme.wrong_hits:
        screen.print(Text(f"\n{theme.id}", style="bold"))
    for mark, style, mistakes in (("missed", "yellow", theme.misses), ("wrong", "red", theme.wrong_hits)):
        for mistake in mistakes:
            line = Text(f"  {mark} ", style=style).append(plain(_line(mistake)), style="default")
            screen.print(line, soft_wrap=True)


def _line(mistake: MistakeDocument) -> str:
    words = ", ".join(mistake.words)
    reasons = {
        "query": f"because of: {words}",
        "context": f"matches ({words}), but not the context",
        "excluded": f"excluded by: {words}",
        "part": f"only part of the query matches: {words}",
        "nothing": "no word of the query occurs",
    }
    return f"line {mistake.line} ({mistake.language or 'unclear'}) {mistake.start}\n    {reasons[mistake.reason]}"


def _cells(score: ScoreDocument) -> list[str]:
    shares = map(percent, (score.precision, score.recall, score.f1))
    return [*shares, *(f"{number:,}" for number in (score.right, score.wrong, score.missed))]
