"""Parses what people type into the tree that engines run."""

from __future__ import annotations

from dataclasses import dataclass, replace

from config.errors import QueryError
from indexer.query.compile import compile_part
from indexer.query.context import ExplainedWord, QueryContext, Reading, Scope
from indexer.query.diagnostics import Diagnostic, RejectedAsTooBroad, RejectedQuery
from indexer.query.lint import remarks
from indexer.query.punctuation import scan_words
from indexer.query.quotes import quotes_note, straightened
from indexer.query.reading import read, with_readable_suggestion
from indexer.query.simplify import simplify
from indexer.query.tree import Node, check_size
from indexer.query.twins import twin_note

__all__ = ["Query", "QueryContext", "lint_query", "parse_query"]


# Thousands of words take seconds to expand, and a mistake behind them would be reported as late; without forms it comes first.
_LONG = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Query:
    """A query that can be run.

    Attributes:
        node: what engines run.
        typed: the same before it was simplified, clause by clause as typed, for explanations.
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
        language: of every word; None when it is not known.

    Raises:
        QueryError: it is invalid; the message says where, and how to correct it.
        QueryTooBroad: longer than 100 KB, deeper than 20 levels or more than 4,000 clauses.
    """
    try:
        query = _parsed(text, context, language)
    except RejectedAsTooBroad:
        raise
    except RejectedQuery as refused:
        raise RejectedQuery(_settled(refused.diagnostic, context, language)) from None
    twins = None if language else twin_note(text, query.own_words, context)
    remarks = [*query.diagnostics, *([twins] if twins else [])]
    settled = (_settled(remark, context, language) for remark in remarks)
    return replace(query, diagnostics=tuple(sorted(settled, key=lambda remark: remark.position)))


def lint_query(text: str, *, context: QueryContext, language: str | None = None) -> tuple[Diagnostic, ...]:
    """Return every remark on a query, errors included; without an error among them it can be run."""
    try:
        return parse_query(text, context=context, language=language).diagnostics
    except QueryError as refused:
        first = refused.diagnostic if isinstance(refused, RejectedQuery) else _as_diagnostic(refused)
    straight = straightened(text)
    try:
        others = [_settled(remark, context, language) for remark in remarks(straight, *scan_words(straight))]
    except QueryError:
        others = []
    note = quotes_note(text)
    every = dict.fromkeys([first, *others, *([_settled(note, context, language)] if note else [])])
    return tuple(sorted(every, key=lambda remark: remark.position))


def _parsed(text: str, context: QueryContext, language: str | None) -> Query:
    reading = Reading(text)
    scope = Scope(context=context, reading=reading, language=language)
    part = read(text, reading)
    if len(text) > _LONG:
        compile_part(part, replace(scope, reading=Reading(reading.text), exact=True))
    typed = compile_part(part, scope)
    node = check_size(simplify(typed))
    return Query(text, node, typed, tuple(reading.diagnostics), tuple(reading.words))


def _settled(remark: Diagnostic, context: QueryContext, language: str | None) -> Diagnostic:
    """Return the remark with a suggestion that can be run, or without one."""

    def check(text: str) -> None:
        reading = Reading(text)
        scope = Scope(context=context, reading=reading, language=language, exact=True)
        check_size(simplify(compile_part(read(text, reading), scope)))

    return with_readable_suggestion(remark, check)


def _as_diagnostic(wrong: QueryError) -> Diagnostic:
    return Diagnostic("too-broad", "error", wrong.message, wrong.position or 0)
