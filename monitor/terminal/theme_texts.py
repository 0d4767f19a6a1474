"""Prints the themes that a text matches, and the results of the examples in theme files."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from monitor.documents.themes import FailureOfExampleDocument, MatchesDocument, ThemeTestDocument, ThemeTestsDocument
from monitor.terminal.output import plain

_SHOWN = 160  # characters of an example


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
        screen.print(Text(f"  {_line(failure)}"), soft_wrap=True)


def _line(failure: FailureOfExampleDocument) -> str:
    text = plain(" ".join(failure.text.split()))
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    verdict = "matches but should not" if failure.matched else "does not match but should"
    return f"{verdict} ({failure.language}): {short}"
