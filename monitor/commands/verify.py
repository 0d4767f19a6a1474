"""`parley verify`: whether what is stored is what should be."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from monitor.documents.operations import VerifyDocument
from monitor.sentences import counted
from monitor.services.checks import verify
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, articles, console, print_document

HELP = "Check that the archive is undamaged, the engine has the same articles, and all tags are up to date"
EXAMPLES = ("verify",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict; exit code 1 when something is not as it should be."""
    document = verify(load_app())
    if arguments.json:
        print_document(document)
    else:
        for line in _lines(document):
            console().print(line, soft_wrap=True)
    return 0 if document.is_correct else 1


def _lines(document: VerifyDocument) -> Iterator[str]:
    yield f"The engine contains {articles(document.indexed)}, the archive {document.kept:,}."
    yield from _damage(document)
    if document.is_index_damaged:
        yield "As the index is damaged, it is compared neither with the archive nor with the themes; run `parley repair` first."
        return
    if waiting := document.waiting - document.lost:
        yield f"{waiting:,} of them wait to be indexed."
    yield from _differences(document)
    wrong = [tags for tags in document.themes if tags.missing or tags.stale]
    for tags in wrong:
        numbers = f"the tag is missing from {articles(tags.missing)}, and {tags.stale:,} should not have it"
        yield f"{tags.theme}: {numbers}; run `parley themes sweep`."
    for theme in document.unknown:
        yield f"{theme}: articles carry this tag, but there is no such theme; run `parley themes sweep`."
    for theme in document.left_out:
        yield f"{theme}: left out because a file contains a mistake; its tags stay until it is corrected (`parley check`)."
    if not wrong and not document.unknown:
        yield f"The tags of {counted(len(document.themes), 'theme')} agree with their queries."


def _differences(document: VerifyDocument) -> Iterator[str]:
    if document.unknown_articles:
        number = articles(document.unknown_articles)
        known = "which puts them into the archive or names what was pruned"
        yield f"The archive does not know {number} of the engine: run `parley repair`, {known}."
    elif not document.kept - document.waiting <= document.indexed <= document.kept:
        yield "These numbers should agree: run `parley rebuild`."
    elif document.different:
        yield f"{articles(document.different)} differ between the two: run `parley rebuild`."


def _damage(document: VerifyDocument) -> Iterator[str]:
    for sentence in document.files:
        yield f"Damaged file: {sentence}"
    for row in document.damaged:
        yield f"{'Repaired' if row.is_repaired else 'Damaged'}: {row.place}: {row.row}: {row.explanation}."
    if document.lost:
        yield f"Lost: {articles(document.lost)}: neither archive, pages nor index have them whole; a backup may."
    if sum(not row.is_repaired for row in document.damaged) > document.lost:
        yield "Run `parley index` to extract the pages of damaged articles again."
