"""Queries inside queries: @fragments, and themes inside themes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from config.errors import QueryError, QueryTooBroad
from config.nearest import suggestion
from indexer.query.context import Reading, Scope
from indexer.query.diagnostics import RejectedQuery, reject, too_broad
from indexer.query.reading import check_syntax, read, with_readable_suggestion
from indexer.query.syntax import Part
from indexer.query.tree import MAX_DEPTH, Node, all_of, any_of

Compile = Callable[[Part, Scope], Node]


def fragment(name: str, position: int, scope: Scope, compile_part: Compile) -> Node:
    """Return what @name stands for: its query in the language at hand, or in all of them where none is fixed.

    Raises:
        QueryError: there is no such fragment, it has no query in this language, or it leads back to itself.
    """
    known = {one.id: one for one in scope.context.fragments}
    if name not in known:
        message = f'unknown fragment "@{name}"{suggestion(name, known)} ({", ".join(known)}); for a handle use quotes'
        raise reject("unknown-fragment", message, position, len(name) + 1)
    queries = known[name].query
    if scope.language is not None:
        if scope.language not in queries:
            message = f"@{name} has no query for {scope.language} ({', '.join(queries)})"
            raise reject("fragment-language", message, position, len(name) + 1)
        queries = {scope.language: queries[scope.language]}
    return alternatives(queries, position, _entered(f"@{name}", position, scope), compile_part)


def theme(name: str, position: int, scope: Scope, compile_part: Compile) -> Node:
    """Return the whole query of a theme that another theme names.

    Raises:
        QueryError: there is no such theme, or it leads back to itself.
    """
    known = {one.id: one for one in scope.context.themes}
    if name not in known:
        message = f'unknown theme "{name}"{suggestion(name, known)} ({", ".join(known)})'
        raise reject("unknown-theme", message, position, len(name))
    inside = replace(_entered(f"theme:{name}", position, scope), field=None, exact=False, language=None)
    query = alternatives(known[name].query, position, inside, compile_part)
    if not known[name].context:
        return query
    return all_of(query, alternatives(known[name].context, position, inside, compile_part))


def alternatives(queries: Mapping[str, str], position: int | None, scope: Scope, compile_part: Compile) -> Node:
    """Return the OR of queries, each expanded with its language alone.

    Args:
        position: where a query refers to them; errors inside them are reported there. None for those of a theme itself.
    """
    nodes: list[Node] = []
    for language, text in queries.items():
        inside = replace(scope, language=language, reading=Reading(text))
        where = language if position is None else f"in {scope.within[-1]}, {language}"
        try:
            nodes.append(compile_part(read(text, inside.reading), inside))
        except QueryError as wrong:
            raise _placed(wrong, where, position) from None
        scope.reading.words += [replace(word, position=position or 0) for word in inside.reading.words]
        for raw in inside.reading.diagnostics:
            remark = with_readable_suggestion(raw, check_syntax)
            message = _located(RejectedQuery(remark), where)
            scope.reading.add(replace(remark, message=message, position=position or 0, length=0, suggestion=None))
    return any_of(*nodes)


def _placed(wrong: QueryError, where: str, position: int | None) -> QueryError:
    message = _located(wrong, where)
    if position is None:
        return QueryTooBroad(message) if isinstance(wrong, QueryTooBroad) else QueryError(message)
    return too_broad(message, position) if isinstance(wrong, QueryTooBroad) else reject("inside", message, position)


def _located(wrong: QueryError, where: str) -> str:
    """Return what is wrong, with its place; a position that is added later is one of the outer query."""
    place = where if wrong.position is None else f"{where}, character {wrong.position + 1}"
    return f"{place}: {wrong.message}"


def _entered(name: str, position: int, scope: Scope) -> Scope:
    if name in scope.within:
        circle = " → ".join((*scope.within[scope.within.index(name) :], name))
        raise reject("cycle", f"{circle}: a query cannot contain itself", position, len(name))
    if len(scope.within) >= MAX_DEPTH:
        raise too_broad(f"{name}: themes and fragments contain each other more than {MAX_DEPTH} deep", position)
    return replace(scope, within=(*scope.within, name))
