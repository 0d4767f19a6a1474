"""`parley explain`: how a query is interpreted: its clauses with their matches and times, and the forms of its words."""

from __future__ import annotations

import argparse

from rich.text import Text
from rich.tree import Tree

from indexer.search.explain import MOST_COUNTED
from monitor.documents.queries import ClauseDocument, ExplainDocument, ExplainedWordDocument
from monitor.services.queries import explain
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, articles, console, errors, plain, print_document
from monitor.terminal.parser import Parser
from monitor.terminal.remarks import print_diagnostics

HELP = "Show how a query is interpreted: its clauses with their matches and times, and the forms of its words"
EXAMPLES = ("explain truce OR ceasefire", "explain '\"peace plan\" AND class:state'")


def add_arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_query("see docs/queries.md")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation."""
    document = explain(load_app(), arguments.query)
    if document.explanation:
        errors().print(f"articles are not counted: {document.explanation}", style="yellow", soft_wrap=True)
    print_diagnostics(document.query, document.diagnostics)
    print_document(document) if arguments.json else _show(document)
    return 0


def _show(document: ExplainDocument) -> None:
    screen = console()
    screen.print(_branch(document.tree))
    screen.print()
    for word in {word.word: word for word in document.words}.values():
        screen.print(_forms(word), soft_wrap=True)
    if (slowest := document.slowest) is not None:
        screen.print(Text(f"\nSlowest clause: {plain(slowest.clause)} ({slowest.milliseconds} ms)"), soft_wrap=True)
    if document.explanation is None and _size(document.tree) > MOST_COUNTED:
        screen.print(Text(f"Only the outer {MOST_COUNTED} clauses were counted.", style="dim"))


def _branch(clause: ClauseDocument) -> Tree:
    label = Text(plain(clause.clause), style="bold" if clause.children else "")
    if clause.articles is not None:
        label.append(f"  {articles(clause.articles)}, {clause.milliseconds} ms", style="dim")
    tree = Tree(label, guide_style="dim")
    for child in clause.children:
        tree.children.append(_branch(child))
    return tree


def _forms(word: ExplainedWordDocument) -> Text:
    text = Text(plain(word.word), style="bold")
    for language, forms in word.forms.items():
        text.append(f"\n  {language}  ", style="dim").append(" ".join(forms), style="not bold")
    if not word.forms:
        text.append("  this form alone", style="not bold dim")
    return text


def _size(clause: ClauseDocument) -> int:
    return 1 + sum(map(_size, clause.children))
