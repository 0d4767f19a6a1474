"""`parley tokens`: who may use the API and the pages."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence

from config.errors import WrongArgument
from monitor.access import SCOPES
from monitor.app import App
from monitor.services.tokens import list_tokens, new_token, revoke_token
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document, print_note, table
from monitor.terminal.times import clock
from monitor.web.password import hash_of, problem_of

HELP = "List, make and revoke tokens for the API and the pages; `tokens password` prints the hash of a password"
EXAMPLES = ("tokens", "tokens new notebook", "tokens new editor --scope write", "tokens revoke notebook")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="[list | new NAME | revoke NAME | password]",
        help="what to do (default: list); `password` asks for one, or reads it from standard input, and prints its hash",
    )
    parser.add_argument("--scope", choices=SCOPES, default="read", help="what a new token may do (default: read)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do what the words say."""
    app = load_app()
    match arguments.words:
        case [] | ["list"]:
            _list(app, arguments)
        case ["new", name]:
            _make(app, name, arguments)
        case ["revoke", name]:
            _revoke(app, name, arguments)
        case ["password"]:
            print(_hash())
        case words:
            raise WrongArgument(_wrong(words), field="words")
    return 0


def _list(app: App, arguments: argparse.Namespace) -> None:
    document = list_tokens(app)
    if arguments.json:
        print_document(document)
        return
    screen = console()
    if not document.tokens:
        print_note(screen, "There are no tokens. `parley tokens new NAME` makes one.")
        return
    rows = [(token.name, token.scope, clock(token.made, app.zone)) for token in document.tokens]
    screen.print(table("", ["token", "scope", "made"], rows, whole=("token", "scope")))


def _make(app: App, name: str, arguments: argparse.Namespace) -> None:
    document = new_token(app, name, arguments.scope)
    if arguments.json:
        print_document(document)
        return
    screen = console()
    screen.print(document.token, soft_wrap=True)
    print_note(
        screen, "Keep it now: it is never shown again. From now on the pages and the API ask everybody for a token."
    )
    print_note(screen, f"Programs send it as `Authorization: Bearer {document.token[:10]}…`; people sign in with it.")


def _revoke(app: App, name: str, arguments: argparse.Namespace) -> None:
    document = revoke_token(app, name)
    if arguments.json:
        print_document(document)
    else:
        console().print(f"The token {document.name} is revoked.", soft_wrap=True)


def _hash() -> str:
    is_terminal = sys.stdin.isatty()
    text = getpass.getpass("Password: ") if is_terminal else sys.stdin.readline().rstrip("\r\n")
    if problem := problem_of(text):
        raise WrongArgument(problem, field="password")
    if is_terminal and getpass.getpass("Once more: ") != text:
        raise WrongArgument("the two passwords differ; start again", field="password")
    return hash_of(text)


def _wrong(words: Sequence[str]) -> str:
    if list(words) in (["new"], ["revoke"]):
        return f"`parley tokens {words[0]}` needs the name of a token"
    return f'"{" ".join(words)}" is not understood; write list, new NAME, revoke NAME or password'
