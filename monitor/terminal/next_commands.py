"""Commands that are printed to be copied."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from monitor.app import App
from monitor.documents.beginning import BeginningDocument
from monitor.sentences import counted, sentence
from monitor.services.standstill import beginning
from monitor.terminal.output import console

_VARIABLES = ("PARLEY_DATA", "PARLEY_CONFIG", "PARLEY_ENGINE")  # without which another terminal would look elsewhere


def show_next_commands(app: App) -> None:
    """Print commands for searching the collection, or for finding out why there is none, each on a line that can be copied."""
    if begun := beginning(app):
        _show_reasons(begun)
        return
    themes = sorted(theme.id for theme in app.themes)
    theme = "truce" if "truce" in themes else next(iter(themes), None)
    console().print("\nNow try a search:\n")
    for words in (["search", "truce"], ["trends", theme, "--since", "14d"] if theme else ["status"]):
        console().print(f"  {command_line(*words)}", soft_wrap=True)


def _show_reasons(begun: BeginningDocument) -> None:
    pages = f"{counted(begun.pages, 'page was', 'pages were')} collected, but there is no article yet."
    explanation = sentence(begun.explanation) if begun.explanation else ""
    console().print(f"\n{pages if begun.pages else 'Nothing was collected.'} {explanation}".rstrip(), soft_wrap=True)
    console().print("To see what each source answered:\n")
    for words in (["sources"], ["status"]):
        console().print(f"  {command_line(*words)}", soft_wrap=True)


def command_line(*words: str) -> str:
    """Return `parley WORDS` as one line for a shell, with the variables that lead to this installation."""
    return " ".join([*_assignments(os.environ), shlex.quote(_program()), shlex.join(words)])


def _assignments(environment: Mapping[str, str]) -> list[str]:
    return [f"{name}={_from_home(value)}" for name in _VARIABLES if (value := environment.get(name))]


def _from_home(value: str) -> str:
    """Return the value for a shell, the home folder as `~`, which a shell expands in assignments."""
    home = str(Path.home())
    if value.startswith(f"{home}/"):
        return f"~/{shlex.quote(value[len(home) + 1 :])}"
    return shlex.quote(value)


def _program() -> str:
    """Return how this command was started, so that what is printed can be typed."""
    program = Path(sys.argv[0])
    if program.name != "parley":
        return "parley"
    on_path = shutil.which("parley")
    return "parley" if on_path and Path(on_path).samefile(program) else sys.argv[0]
