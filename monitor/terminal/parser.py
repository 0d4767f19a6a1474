"""The parser of a command's words: free words are one query, and wrong usage is an error like any other."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from config.errors import WrongArgument

# How argparse names the argument at fault, where it is one.
_ARGUMENT = re.compile(r"argument (?:\S*/)?-*([\w-]+)|the following arguments are required: -*([\w-]+)$")
_DEFAULTS: Mapping[str, Any] = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}


class WrongUsage(WrongArgument):
    """Words that a command does not take.

    Attributes:
        usage: how the command is called, as argparse prints it.
    """

    def __init__(self, message: str, usage: str) -> None:
        argument = _ARGUMENT.match(message)
        super().__init__(message, field=(argument[1] or argument[2]).lower() if argument else None)
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """Reads the words after a command's name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**_DEFAULTS, **options})
        self._takes_query = False

    def error(self, message: str) -> NoReturn:
        """Raise the mistake instead of printing it.

        Raises:
            WrongUsage: always.
        """
        raise WrongUsage(message, self.format_usage())

    def add_query(self, help: str) -> None:
        """Take every word that is no option as part of one query, whether it is quoted or not."""
        self._takes_query = True
        self.add_argument("query", nargs="+", metavar="QUERY", action=_Joined, help=help)

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """Return the arguments these words give.

        Raises:
            WrongUsage: the command does not take them.
        """
        return self.parse_args(words)

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        """Read these words, those of a query among options too; argparse calls it for every action of a command."""
        return super().parse_known_args(
            self._sorted(args) if self._takes_query and args is not None else args, namespace
        )

    def _sorted(self, words: Sequence[str]) -> list[str]:
        """Return the options with their values, then the words of the query, which may begin with a minus."""
        options: list[str] = []
        query: list[str] = []
        waiting = list(words)
        while waiting:
            word = waiting.pop(0)
            if word == "--":
                query += waiting
                break
            action = self._option_string_actions.get(word.partition("=")[0])
            if action is None and not word.startswith("--"):
                query.append(word)
                continue
            options.append(word)
            if action is not None and action.nargs is None and "=" not in word and waiting:
                options[-1:] = [f"{word}={waiting.pop(0)}"]
        return [*options, "--", *query] if query else options


class _Joined(argparse.Action):
    """Stores the words as one text."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, " ".join(values or ()))
