"""The command line: `parley COMMAND`. Each command is one module in monitor/commands/, found by its name.

A command module has `HELP` (one line), `add_arguments(parser)` and `run(arguments) -> int`, the exit code. Commands with several
words (`sources check`) are arguments of their first word. Only the module asked for is imported, so that a search starts fast.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import pkgutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from io import TextIOWrapper
from pathlib import Path

from config.errors import ConfigError, ParleyError
from monitor import commands
from monitor.terminal.output import plain

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130


def command_names() -> list[str]:
    """Return the names of all commands."""
    return sorted(module.name for module in pkgutil.iter_modules(commands.__path__))


def _help_of(name: str) -> str:
    """Read the command's HELP line without importing it."""
    tree = ast.parse((Path(commands.__path__[0]) / f"{name}.py").read_text("utf-8"))
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "HELP":
            return str(ast.literal_eval(statement.value))
    return ""


def _overview() -> str:
    rows = [f"  {name:<10} {_help_of(name)}" for name in command_names()]
    return "\n".join(["commands:", *rows, "", "`parley COMMAND --help` tells more."])


def _version() -> str:
    try:
        return version("parley")
    except PackageNotFoundError:
        return "from a checkout, not installed"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parley",
        description="Watch what is said about the Russia–NATO negotiations.",
        epilog=_overview(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"parley {_version()}")
    parser.add_argument("command", type=_command, metavar="COMMAND")
    return parser


def _command(word: str) -> str:
    from config.shape import choose  # loads pydantic, which takes longer than all else here

    try:
        return choose(word, command_names(), "command")
    except ValueError as unknown:
        raise argparse.ArgumentTypeError(str(unknown)) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    _open_standard_streams()
    os.environ["PYTHONSAFEPATH"] = "1"  # no Python we start, workers included, imports from the user's current folder
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0].startswith("-") or words[0] not in command_names():
        _parser().parse_args(words or ["--help"])
    try:
        return _run(words[0], words[1:])
    except ConfigError as error:
        for problem in error.problems:
            _complain(str(problem))
    except ParleyError as error:
        _complain(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _mute()
        return 128 + signal.SIGPIPE
    except OSError as error:
        _complain(f"{error.filename or 'output'}: {error.strerror or error}")
        with suppress(OSError):
            sys.stdout.flush()
            return FAILED
        _mute()
    return FAILED


def _run(command: str, words: Sequence[str]) -> int:
    module = importlib.import_module(f"monitor.commands.{command}")
    parser = argparse.ArgumentParser(prog=f"parley {command}", description=module.HELP, allow_abbrev=False)
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(words)))


def _complain(sentence: str) -> None:
    print(plain(sentence), file=sys.stderr)


def _mute() -> None:
    """Let nothing that was not written yet fail once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_standard_streams() -> None:
    """Put the null device where the caller closed a stream: the next file opened, a database, would take its number.

    What a terminal's encoding has no character for is shown as a question mark.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 (open to the end)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
