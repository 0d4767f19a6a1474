"""What can be said about a query: what is wrong with it, and how it is interpreted."""

from __future__ import annotations

import re
from collections.abc import Iterable

from config.errors import EngineError
from indexer.query.diagnostics import Diagnostic
from indexer.query.parse import Query, lint_query
from indexer.search.explain import Clause, slowest
from indexer.search.explain import explain as explain_query
from monitor.app import App
from monitor.documents.queries import (
    ClauseDocument,
    DiagnosticDocument,
    ExplainDocument,
    ExplainedWordDocument,
    LintDocument,
)
from monitor.services.wording import wording

_WORD = re.compile(r"[\w-]+")


def clause(field: str, value: str) -> str:
    """Return the query for a value of a field, in quotes where it is more than a word: `source:bbc`, `author:"John Doe"`."""
    return f"{field}:{value}" if _WORD.fullmatch(value) else f'{field}:"{value}"'


def lint(app: App, query: str) -> LintDocument:
    """Return what is wrong or doubtful about a query, which is not run."""
    return LintDocument(query=query, diagnostics=diagnostics(lint_query(query, context=app.context())))


def explain(app: App, query: str) -> ExplainDocument:
    """Return how a query is interpreted and how many articles each clause matches.

    An engine that cannot be asked is no error: the clauses are then not counted.

    Raises:
        QueryError: the query is invalid.
    """
    parsed = app.query(query)
    tree, explanation = _measured(app, parsed)
    slowest_clause = slowest(tree)
    return ExplainDocument(
        query=parsed.text,
        articles=tree.hits,
        explanation=explanation,
        wording=wording(app, query).text,
        tree=_clause(tree),
        words=tuple(
            ExplainedWordDocument(
                word=word.word,
                position=word.position,
                forms={language: tuple(sorted(forms)) for language, forms in word.forms.items()},
            )
            for word in parsed.words
        ),
        slowest=_clause(slowest_clause) if slowest_clause else None,
        diagnostics=diagnostics(parsed.diagnostics),
    )


def _measured(app: App, query: Query) -> tuple[Clause, str | None]:
    try:
        return explain_query(query, app.engine.count), None
    except EngineError as error:
        return explain_query(query, None), str(error)


def _clause(clause: Clause) -> ClauseDocument:
    return ClauseDocument(
        clause=clause.text,
        articles=clause.hits,
        milliseconds=None if clause.seconds is None else round(clause.seconds * 1000, 2),
        children=tuple(map(_clause, clause.children)),
    )


def diagnostics(remarks: Iterable[Diagnostic]) -> tuple[DiagnosticDocument, ...]:
    """Return the remarks on a query as documents."""
    return tuple(
        DiagnosticDocument(
            code=remark.code,
            severity=remark.severity,
            message=remark.message,
            position=remark.position,
            length=remark.length,
            suggestion=remark.suggestion,
        )
        for remark in remarks
    )
