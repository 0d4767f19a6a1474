"""Which themes a text belongs to, and whether the examples in the themes' files hold."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.text import Text

from config.errors import ConfigError, Problem
from config.themes import Theme
from indexer.themes.compile import CompiledTheme, compile_themes
from indexer.themes.examples import Failure, failures, themes_of
from monitor.app import App
from monitor.services.questions import theme_of
from monitor.terminal.output import console, plain, print_json
from monitor.terminal.remarks import document

_SHOWN = 160  # characters of an example


def match(app: App, file: str, *, as_json: bool) -> None:
    """Print the themes a text belongs to and the words that say so.

    Raises:
        ConfigError: the file cannot be read.
    """
    text = _read(file, app.settings.max_bytes)
    found = themes_of(text, compile_themes(app.themes, app.context()))
    if as_json:
        print_json({"themes": [{"id": theme.id, "words": theme.words} for theme in found]})
        return
    for theme in found:
        words = plain(", ".join(theme.words))
        console().print(Text(theme.id, style="bold").append(f"  {words}", style="not bold"), soft_wrap=True)
    if not found:
        console().print("The text belongs to no theme.")


def test(app: App, ids: Sequence[str], *, as_json: bool) -> int:
    """Print which examples of these themes, or of all, do not hold; return the exit code."""
    themes = [theme_of(app, id) for id in ids] or app.themes
    compiled = {one.id: one for one in compile_themes(app.themes, app.context())}
    results = [(theme, compiled[theme.id], failures(theme, compiled[theme.id])) for theme in themes]
    if as_json:
        print_json({"themes": [_document(*result) for result in results]})
    else:
        for theme, _, wrong in results:
            show_failures(theme, wrong)
    return 1 if any(wrong for _, _, wrong in results) else 0


def show_failures(theme: Theme, wrong: Sequence[Failure]) -> None:
    """Print how a theme does by its examples."""
    screen, number = console(), len(theme.matches) + len(theme.misses)
    if not number:
        screen.print(Text(f"{theme.id}: it has no examples", style="yellow"))
        return
    style = "red" if wrong else "green"
    screen.print(Text(f"{theme.id}: {number - len(wrong)} of {number} examples hold", style=style))
    for failure in wrong:
        screen.print(Text(f"  {failure_said(failure)}"), soft_wrap=True)


def failure_said(failure: Failure) -> str:
    """Return an example that does not hold, as a line."""
    text = plain(" ".join(failure.example.text.split()))
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    said = "matches, and must not" if failure.matched else "does not match, and must"
    return f"{said} ({failure.example.language}): {shown}"


def _document(theme: Theme, compiled: CompiledTheme, wrong: Sequence[Failure]) -> dict[str, object]:
    return {
        "id": theme.id,
        "examples": len(theme.matches) + len(theme.misses),
        "failures": [asdict(failure.example) | {"matched": failure.matched} for failure in wrong],
        "diagnostics": document(compiled.diagnostics),
    }


def _read(file: str, most: int) -> str:
    try:
        if file == "-":
            content = sys.stdin.buffer.read(most + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(most + 1)
        if len(content) > most:
            raise ConfigError([Problem(file, f"longer than {most:,} bytes, as `max_bytes` allows; give a part of it")])
        return content.decode("utf-8-sig")
    except OSError as wrong:
        raise ConfigError([Problem(file, f"cannot be read: {wrong.strerror}")]) from None
    except UnicodeDecodeError:
        raise ConfigError([Problem(file, "not UTF-8; save the text in that encoding")]) from None
