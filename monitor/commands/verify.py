"""`parley verify`: whether what is stored is what should be."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict

from indexer.jobs.verify import Verdict, verify
from indexer.themes.compile import compile_themes
from indexer.themes.sweep import NO_DIFFERENCE
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_json

HELP = "Check that every kept article is in the engine and every tag true to its theme"
EXAMPLES = ("verify",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict; exit code 1 when something is not as it should be."""
    app = load_app()
    compiled = compile_themes(app.themes, app.context())
    verdict = verify(app.engine, app.archive.database, compiled)
    if arguments.json:
        print_json(_document(verdict))
    else:
        for line in _lines(verdict):
            console().print(line, soft_wrap=True)
    return 0 if verdict.is_true else 1


def _document(verdict: Verdict) -> dict[str, object]:
    return {
        "true": verdict.is_true,
        "kept": verdict.kept,
        "waiting": verdict.waiting,
        "indexed": verdict.indexed,
        "themes": [{"id": id, **asdict(one)} for id, one in verdict.differences.items()],
        "unknown": verdict.unknown,
    }


def _lines(verdict: Verdict) -> Iterator[str]:
    counts = f"{verdict.indexed:,} articles are in the engine, {verdict.kept:,} are kept"
    waits = f", {verdict.waiting:,} of them wait to be indexed" if verdict.waiting else ""
    yield f"{counts}{waits}." + ("" if verdict.is_whole else " They should agree: run `parley rebuild`.")
    wrong = {id: one for id, one in verdict.differences.items() if one != NO_DIFFERENCE}
    for id, one in wrong.items():
        yield f"{id}: {one.missing:,} articles lack the tag, {one.stale:,} carry it wrongly; run `parley themes sweep`."
    for id in verdict.unknown:
        yield f"{id}: articles are tagged with it, and there is no such theme; run `parley themes sweep`."
    if not wrong and not verdict.unknown:
        yield f"The tags of all {len(verdict.differences)} themes are true to their queries."
