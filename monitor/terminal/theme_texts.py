"""Prints the themes that a text matches, and the results of the examples in theme files."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from monitor.documents.themes import MatchesDocument, ThemeTestDocument, ThemeTestsDocument
from monitor.services.excerpts import failing_example
from monitor.terminal.output import plain


def show_matches(screen: Console, matches: MatchesDocument) -> None:
    """Print the themes that a text matches, with the matching words."""
    for match in matches.themes:
        words = plain(", ".join(match.words))
        screen.print(Text(match.theme, style="bold").append(f"  {words}", style="not bold"), soft_wrap=True)
    if not matches.themes:
        screen.print("The text matches no theme.")


def show_tests(screen: Console, tests: ThemeTestsDocument) -> None:
    """Print the failing examples of themes."""
    for test in tests.themes:
        _show_test(screen, test)


def _show_test(screen: Console, test: ThemeTestDocument) -> None:
    if not test.examples:
        screen.print(Text(f"{test.theme}: it has no examples", style="yellow"))
        return
    style = "red" if test.failures else "green"
    holding = test.examples - len(test.failures)
    screen.print(Text(f"{test.theme}: {holding} of {test.examples} examples pass", style=style))
    for failure in test.failures:
        line = failing_example(failure.language, failure.text, is_match=failure.matched)
        screen.print(Text(f"  {plain(line)}"), soft_wrap=True)
