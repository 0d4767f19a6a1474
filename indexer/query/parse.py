"""A query as people type it, read into the tree that engines are asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from config.errors import QueryError
from indexer.query.compile import compile_part
from indexer.query.context import ExplainedWord, QueryContext, Reading, Scope
from indexer.query.diagnostics import Diagnostic, Refused
from indexer.query.lint import remarks
from indexer.query.reading import read
from indexer.query.scan import scan
from indexer.query.simplify import simplify
from indexer.query.tree import Node, check_size

__all__ = ["Query", "QueryContext", "lint_query", "parse_query"]


# Thousands of words take seconds to expand, and a mistake behind them would be told as late; without forms it is found first.
_LONG = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Query:
    """A query that can be asked.

    Attributes:
        node: what engines are asked.
        typed: the same as it was typed, clause by clause, for those who want it explained.
        diagnostics: warnings, in the order of their positions.
        words: every word with the forms it stands for, as `parley explain` shows them.
    """

    text: str
    node: Node
    typed: Node
    diagnostics: tuple[Diagnostic, ...]
    words: tuple[ExplainedWord, ...]

    @property
    def own_words(self) -> tuple[ExplainedWord, ...]:
        """The words that stand in the text itself, not in the fragments it names."""
        return tuple(word for word in self.words if not self.text.startswith("@", word.position))


def parse_query(text: str, *, context: QueryContext, language: str | None = None) -> Query:
    """Read a query.

    Args:
        language: in which every word is meant; None when the query does not say.

    Raises:
        QueryError: it cannot be asked as it stands; the message says where and how to mend it.
        QueryTooBroad: longer than 100 KB, deeper than 20 levels or more than 4,000 clauses.
    """
    reading = Reading(text)
    scope = Scope(context=context, reading=reading, language=language)
    item = read(text, reading)
    if len(text) > _LONG:
        compile_part(item, replace(scope, reading=Reading(text), exact=True))
    typed = compile_part(item, scope)
    node = check_size(simplify(typed))
    diagnostics = sorted(reading.diagnostics, key=lambda remark: remark.position)
    return Query(text, node, typed, tuple(diagnostics), tuple(reading.words))


def lint_query(text: str, *, context: QueryContext, language: str | None = None) -> tuple[Diagnostic, ...]:
    """Return everything that can be said of a query, mistakes included; no error among them means that it can be asked."""
    try:
        return parse_query(text, context=context, language=language).diagnostics
    except QueryError as wrong:
        found = wrong.diagnostic if isinstance(wrong, Refused) else _as_diagnostic(wrong)
    try:
        others = [remark for remark in remarks(text, scan(text)) if remark != found]
    except QueryError:
        others = []
    return tuple(sorted([found, *others], key=lambda remark: remark.position))


def _as_diagnostic(wrong: QueryError) -> Diagnostic:
    return Diagnostic("too-broad", "error", wrong.message, wrong.position or 0)
