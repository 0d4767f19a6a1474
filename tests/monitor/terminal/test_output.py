from __future__ import annotations

import io

from rich.console import Console

from monitor.terminal.output import plain, table


def test_collected_text_cannot_contain_terminal_escapes() -> None:
    assert plain("a\x1b[2Jb\x07\u202ec\r\n") == "a[2Jbc\n"


def test_a_table_shows_markup_as_text() -> None:
    output = io.StringIO()
    screen = Console(file=output, width=80)
    screen.print(table("T", ["title"], [["[red]alarm[/red] \x1b[31m"]]))
    written = output.getvalue()
    assert "[red]alarm[/red] [31m" in written
    assert "\x1b" not in written
