"""The command line: `parley COMMAND`. Each command is one module in monitor/commands/, found by its name.

A command module has `HELP` (one line), `EXAMPLES` (what one types after `parley`), `add_arguments(parser)` and
`run(arguments) -> int`, the exit code. Commands with several words (`sources check`) are arguments of their first word. Only the
module of the command is imported, so that a search starts fast.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import os
import pkgutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from itertools import takewhile
from pathlib import Path
from types import ModuleType

from config.errors import ArchiveError, ConfigError, ParleyError
from monitor import commands
from monitor.terminal.completion import SHELLS, complete, is_completing, shell_code
from monitor.terminal.output import plain
from monitor.terminal.parser import Parser, WrongUsage
from monitor.version import version_of_parley

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130

_CHECKOUT = "running from a checkout, not installed"


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
    return "\n".join(["commands:", *rows, "", "`parley COMMAND --help` explains a command and gives examples."])


def _parser() -> Parser:
    parser = Parser(
        prog="parley", description="Monitor the discourse about the Russia–NATO negotiations.", epilog=_overview()
    )
    parser.add_argument("--version", action="version", version=f"parley {version_of_parley(_CHECKOUT)}")
    parser.add_argument("--completion", choices=SHELLS, help="print the completion code for this shell")
    parser.add_argument("command", nargs="?", type=_command, metavar="COMMAND")
    return parser


def _command(word: str) -> str:
    from config.shape import choose  # loads pydantic, which takes longer than all else here

    try:
        return choose(word, command_names(), "command")
    except ValueError as unknown:
        raise argparse.ArgumentTypeError(str(unknown)) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.

    An error goes to standard error: a sentence, or with `--json` a document with its code.
    """
    _open_standard_streams()
    _leave_unusable_folder()
    os.environ["PYTHONSAFEPATH"] = "1"  # no Python we start, workers included, imports from the user's current folder
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run_on_sound_rows(words)
    except ParleyError as error:
        return _report(error, words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _mute()
        return 128 + signal.SIGPIPE
    except OSError as error:
        from crawler.resources import file_error

        code = _report(ArchiveError(file_error(error)), words)
        with suppress(OSError):
            sys.stdout.flush()
            return code
        _mute()
    return FAILED


def _run_on_sound_rows(words: Sequence[str]) -> int:
    """Run the command, and once more when an unexpected error came from damaged rows, which are mended first."""
    try:
        return _run(words)
    except (ParleyError, OSError):
        raise
    except Exception:
        from monitor.services.mending import mend_archive

        if not mend_archive():
            raise
    return _run(words)


def _run(words: Sequence[str]) -> int:
    if is_completing():
        complete(_parser_of, {name: _help_of(name) for name in command_names()})
    if words and words[0] in command_names():
        return int(_module(words[0]).run(_parser_of(words[0]).read(words[1:])))
    parser = _parser()
    options = parser.read(words or ["--help"])
    if options.completion is None:
        parser.error("put the command first, as in `parley search truce --json`")
    print(shell_code(options.completion))
    return 0


def _module(command: str) -> ModuleType:
    """Import a command's module without garbage collection, which takes a seventh of that time and frees nothing."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return importlib.import_module(f"monitor.commands.{command}")
    finally:
        if collecting:
            gc.enable()


def _parser_of(command: str) -> Parser:
    module = _module(command)
    examples = "\n".join(["examples:", *(f"  parley {example}" for example in module.EXAMPLES)])
    parser = Parser(prog=f"parley {command}", description=module.HELP, epilog=examples)
    module.add_arguments(parser)
    return parser


def _report(error: ParleyError, words: Sequence[str]) -> int:
    """Print an error the way the words ask for and return the exit code it ends with."""
    if "--json" in takewhile(lambda word: word != "--", words):
        from monitor.services.errors import to_failure_document

        print(to_failure_document(error).to_json(), file=sys.stderr)
    else:
        usage = error.usage if isinstance(error, WrongUsage) else ""
        lines = map(str, error.problems) if isinstance(error, ConfigError) else [str(error)]
        print(usage + "\n".join(map(plain, lines)), file=sys.stderr)
    return WRONG_USAGE if error.code in ("wrong_argument", "wrong_query") else FAILED


def _mute() -> None:
    """Let nothing that was not written yet fail once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave_unusable_folder() -> None:
    """Go elsewhere when the current folder was removed or may not be entered: no process could be started there."""
    try:
        os.chdir(Path.cwd())
    except OSError:
        os.chdir("/")


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
