"""Completion with Tab, by argcomplete: the shell runs `parley` with the line typed so far and shows what it prints."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from monitor.terminal.parser import Parser

SHELLS = ("bash", "zsh", "fish")


def is_completing() -> bool:
    """Say whether a shell has started this process for completion."""
    return "_ARGCOMPLETE" in os.environ


def shell_code(shell: str) -> str:
    """Return what this shell must evaluate once."""
    from argcomplete.shell_integration import shellcode

    return shellcode(["parley"], shell=shell)


def complete(parser_of: Callable[[str], Parser], commands: Mapping[str, str]) -> None:
    """Print what may come next on the line typed, and end the process.

    Args:
        parser_of: returns the parser of a command.
        commands: name → its line of help.
    """
    import argcomplete

    whole = Parser(prog="parley")
    whole.add_argument("--version", action="store_true")
    whole.add_argument("--completion", choices=SHELLS)
    choices = whole.add_subparsers(dest="command")
    typed = os.environ["COMP_LINE"].split()[1:2]
    for name, help in commands.items():
        choices.add_parser(name, help=help, add_help=False, parents=[parser_of(name)] if typed == [name] else [])
    argcomplete.autocomplete(whole)
