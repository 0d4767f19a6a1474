"""The themes and queries of a request that counts, resolved, with the remarks on them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.errors import NotFound, WrongArgument
from config.nearest import suggestion
from config.themes import Theme
from indexer.query.tree import Everything, Node, Value
from monitor.app import App
from monitor.documents.queries import QueryDiagnosticDocument
from monitor.services.queries import diagnostics

# What stands before the first = is a name when it could not be a query of fields.
_NAME = re.compile(r"\s*([^\s=:\"()][^=:\"()]{0,59}?)\s*=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Questions:
    """What is counted, and within what.

    Attributes:
        nodes: name → what is counted, in the order given, themes first.
        scope: what everything is counted within.
        diagnostics: remarks on the queries and the scope.
    """

    nodes: Mapping[str, Node]
    scope: Node
    diagnostics: tuple[QueryDiagnosticDocument, ...]


def resolve(
    app: App, themes: Sequence[str], queries: Mapping[str, str], scope: str | None, *, every_theme: bool = True
) -> Questions:
    """Return the themes and queries as they are counted.

    Args:
        themes: ids; a theme given twice is counted once.
        queries: name → text of a query.
        scope: text of a query; None is every article.
        every_theme: whether all themes are meant where neither a theme nor a query is given.

    Raises:
        NotFound: there is no such theme.
        QueryError: a query is invalid.
        WrongArgument: a query has the name of one of the themes, or nothing is given.
    """
    if not themes and not queries:
        if not every_theme:
            raise WrongArgument("give a theme (`parley themes` lists them) or a query", field="themes")
        themes = [theme.id for theme in app.themes]
        if not themes:
            raise WrongArgument("there is no theme; give a query", field="queries")
    nodes: dict[str, Node] = {id: Value("themes", frozenset({theme_of(app, id, field="themes").id})) for id in themes}
    remarks: list[QueryDiagnosticDocument] = []
    for name, text in queries.items():
        if name in nodes:
            raise WrongArgument(f'"{name}" is a theme of this request; give the query another name', field="queries")
        nodes[name] = _read(app, text, remarks)
    within = _read(app, scope, remarks) if scope else Everything()
    return Questions(nodes, within, tuple(remarks))


def named_queries(texts: Sequence[str]) -> dict[str, str]:
    """Return name → query from `NAME=QUERY` each, in the order given; a query without a name is its own.

    Raises:
        WrongArgument: two have the same name.
    """
    queries: dict[str, str] = {}
    for text in texts:
        match = _NAME.fullmatch(text)
        name, query = (match[1], match[2].strip()) if match else (text.strip(), text)
        if name in queries:
            message = f'two queries have the name "{name}"; rename one: NAME={query}'
            raise WrongArgument(message, field="queries")
        queries[name] = query
    return queries


def theme_of(app: App, id: str, *, field: str = "theme") -> Theme:
    """Return the theme of that id.

    Args:
        field: the argument that the id was given as, for errors.

    Raises:
        NotFound: there is none.
    """
    known = {theme.id: theme for theme in app.themes}
    if id not in known:
        message = f'there is no theme "{id}"{suggestion(id, known)} ({", ".join(sorted(known))})'
        raise NotFound(message, field=field)
    return known[id]


def _read(app: App, text: str, remarks: list[QueryDiagnosticDocument]) -> Node:
    query = app.query(text)
    remarks += [QueryDiagnosticDocument(query=text, **dict(remark)) for remark in diagnostics(query.diagnostics)]
    return query.node
