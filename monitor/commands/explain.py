"""`parley explain`: what a query asks: its tree, every form of every word, what each clause finds and costs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rich.text import Text
from rich.tree import Tree

from config.errors import EngineError
from indexer.query.context import ExplainedWord
from indexer.search.explain import MOST_COUNTED, Clause, dearest, explain
from monitor.terminal import remarks
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, errors, plain, print_json
from monitor.terminal.parser import Parser

HELP = "Show what a query asks: its tree, every form of every word, hits and cost of each clause"
EXAMPLES = ("explain truce OR ceasefire", "explain '\"peace plan\" AND class:state'")


def add_arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_query("see docs/queries.md")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation."""
    app = load_app()
    query = app.query(arguments.query)
    try:
        tree = explain(query, app.engine.count)
    except EngineError as trouble:
        errors().print(f"hits are not known: {trouble}", style="yellow", soft_wrap=True)
        tree = explain(query, None)
    if arguments.json:
        most = dearest(tree)
        print_json(
            {
                "query": query.text,
                "hits": tree.hits,
                "tree": _document(tree),
                "words": [_word_document(word) for word in query.words],
                "dearest": _cost(most) if most else None,
                "diagnostics": remarks.document(query.diagnostics),
            }
        )
    else:
        remarks.show_warnings(query.text, query.diagnostics)
        _show(tree, query.words)
    return 0


def _document(clause: Clause) -> dict[str, object]:
    document = _cost(clause)
    if clause.children:
        document["children"] = [_document(child) for child in clause.children]
    return document


def _cost(clause: Clause) -> dict[str, object]:
    return {"clause": clause.says, "hits": clause.hits, "milliseconds": _milliseconds(clause)}


def _milliseconds(clause: Clause) -> float | None:
    return None if clause.seconds is None else round(clause.seconds * 1000, 2)


def _word_document(word: ExplainedWord) -> dict[str, object]:
    forms = {language: sorted(several) for language, several in word.forms.items()}
    return {"word": word.word, "position": word.position, "forms": forms}


def _show(tree: Clause, words: Sequence[ExplainedWord]) -> None:
    screen = console()
    screen.print(_branch(tree))
    screen.print()
    for word in {word.word: word for word in words}.values():
        screen.print(_forms(word), soft_wrap=True)
    if (most := dearest(tree)) is not None:
        screen.print(Text(f"\nDearest clause: {plain(most.says)} ({_milliseconds(most)} ms)"), soft_wrap=True)
    if _size(tree) > MOST_COUNTED:
        screen.print(Text(f"Only the outer {MOST_COUNTED} clauses were counted.", style="dim"))


def _branch(clause: Clause) -> Tree:
    label = Text(plain(clause.says), style="bold" if clause.children else "")
    if clause.hits is not None:
        label.append(f"  {clause.hits:,} hits, {_milliseconds(clause)} ms", style="dim")
    tree = Tree(label, guide_style="dim")
    for child in clause.children:
        tree.children.append(_branch(child))
    return tree


def _forms(word: ExplainedWord) -> Text:
    said = Text(plain(word.word), style="bold")
    for language, forms in word.forms.items():
        said.append(f"\n  {language}  ", style="dim").append(" ".join(sorted(forms)), style="not bold")
    if not word.forms:
        said.append("  only itself", style="not bold dim")
    return said


def _size(clause: Clause) -> int:
    return 1 + sum(map(_size, clause.children))
