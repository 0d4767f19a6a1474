"""`parley evidence`: one file that proves an answer elsewhere, and the check of such a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from config.errors import WrongArgument
from config.settings import load_settings
from monitor.app import App
from monitor.evidence import asking, stamping, verdicts
from monitor.evidence.gathering import Evidence
from monitor.evidence.signatures import read_private_key, read_public_key
from monitor.evidence.timestamps import read_certificates
from monitor.services.questions import named_queries
from monitor.terminal import options
from monitor.terminal.evidence import show_verdict
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, articles, console, errors, print_document
from monitor.terminal.parser import Parser

HELP = "Write a file that proves a trend, a search or an article; verify such a file"
EXAMPLES = (
    "evidence trend truce --since 2026-11-01 --until 2026-11-20 > truce.zip",
    "evidence search 'truce class:state' --since 7d --no-pages > found.zip",
    "evidence article 3f2a91c05b7d > article.zip",
    "evidence verify truce.zip",
    "evidence stamp truce.zip token.tsr > stamped.zip",
)


def add_arguments(parser: Parser) -> None:
    """Declare the actions and their arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions", required=True)
    trend = _action(actions, "trend", "write evidence for themes or queries over time")
    options.add_questions(trend)
    options.add_counting(trend)
    pages = _add_file_options(trend)
    pages.add_argument(
        "--all-pages", action="store_true", help="also the pages of articles that are counted but do not match"
    )
    search = _action(actions, "search", "write evidence for every article that a query finds")
    search.add_query("a query, see docs/queries.md")
    options.add_range(search, "any time")
    _add_file_options(search)
    article = _action(actions, "article", "write evidence for an article, its copies and the story it copies")
    article.add_argument("id", metavar="ID", help="id of the article, the start of one, or its address")
    _add_file_options(article)
    verify = _action(actions, "verify", "rebuild what a file says from its pages, without the installation it is from")
    verify.add_argument("file", metavar="FILE", type=Path)
    verify.add_argument("--key", metavar="FILE", type=Path, help="public ed25519 key that must have signed it")
    verify.add_argument(
        "--authority", metavar="FILE", type=Path, help="root certificates, in PEM, that its time stamp must lead to"
    )
    add_json(verify)
    stamp = _action(actions, "stamp", "add the token of a time-stamping authority (RFC 3161) to a file")
    stamp.add_argument("file", metavar="FILE", type=Path)
    stamp.add_argument("token", metavar="TOKEN", type=Path, help="the authority's response, DER")


def run(arguments: argparse.Namespace) -> int:
    """Run the action; the exit code is 1 when a file does not prove what it says."""
    match arguments.action:
        case "verify":
            return _verify(arguments)
        case "stamp":
            _refuse_terminal()
            stamped, pieces = stamping.stamp(arguments.file, arguments.token)
            _write(pieces)
            errors().print(f"Stamped {stamped.at:%Y-%m-%d %H:%M:%S} UTC.", style="dim")
        case _:
            _make(arguments)
    return 0


def _make(arguments: argparse.Namespace) -> None:
    _refuse_terminal()
    key = read_private_key(arguments.sign) if arguments.sign else None
    evidence = _gather(load_app(), arguments)
    _write(evidence.pieces(key))
    errors().print(
        f"{articles(evidence.articles)}. SHA-256 of the manifest: {evidence.manifest}", style="dim", soft_wrap=True
    )


def _gather(app: App, arguments: argparse.Namespace) -> Evidence:
    match arguments.action:
        case "trend":
            return asking.trend_evidence(
                app,
                themes=arguments.themes,
                queries=named_queries(arguments.query),
                interval=arguments.interval,
                since=arguments.since,
                until=arguments.until,
                scope=arguments.scope,
                split=arguments.split,
                largest=arguments.most,
                corrected=arguments.corrected,
                sensitivity=arguments.sensitivity,
                pages="none" if arguments.no_pages else "all" if arguments.all_pages else "matching",
            )
        case "search":
            return asking.search_evidence(
                app,
                arguments.query,
                since=arguments.since,
                until=arguments.until,
                pages="none" if arguments.no_pages else "matching",
            )
        case _:
            return asking.article_evidence(app, arguments.id, pages="none" if arguments.no_pages else "matching")


def _verify(arguments: argparse.Namespace) -> int:
    document = verdicts.verify(
        arguments.file,
        load_settings(),
        key=read_public_key(arguments.key) if arguments.key else None,
        authorities=read_certificates(arguments.authority) if arguments.authority else (),
    )
    print_document(document) if arguments.json else show_verdict(console(), document)
    return 0 if document.is_equal else 1


def _write(pieces: Iterable[bytes]) -> None:
    sys.stdout.flush()
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _refuse_terminal() -> None:
    if sys.stdout.isatty():
        raise WrongArgument("the file is not text; send it to a file: parley evidence … > evidence.zip", field="output")


def _action(actions: argparse._SubParsersAction[Parser], name: str, help: str) -> Parser:
    return actions.add_parser(name, help=help, description=help, allow_abbrev=False)


def _add_file_options(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    parser.add_argument("--sign", metavar="KEY", type=Path, help="private ed25519 key, such as ~/.ssh/id_ed25519")
    pages = parser.add_mutually_exclusive_group()
    pages.add_argument("--no-pages", action="store_true", help="hashes of the raw pages instead of the pages")
    return pages
