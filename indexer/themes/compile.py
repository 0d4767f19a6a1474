"""Compiling themes: the OR of a theme's queries per language, limited by its context, and a digest to detect changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime

from config.errors import ConfigError, Problem, QueryError, QueryTooBroad
from config.themes import Theme
from indexer.query.compile import compile_part
from indexer.query.context import QueryContext, Reading, Scope
from indexer.query.diagnostics import Diagnostic
from indexer.query.inline import alternatives
from indexer.query.parse import parse_query
from indexer.query.simplify import simplify
from indexer.query.tree import And, Everything, Node, Or, all_of, check_size, depth
from indexer.words import TOKENIZER_VERSION

_MAX_DEPTH = 16  # leaves room for the clauses that searches, trends and sweeps wrap around it


@dataclass(frozen=True, slots=True)
class CompiledTheme:
    """A theme compiled to a query tree.

    Attributes:
        digest: hash that changes if and only if the meaning of the query changes; the same in every process.
        definition: the theme's queries as JSON, kept with each version.
    """

    id: str
    node: Node
    digest: str
    diagnostics: tuple[Diagnostic, ...]
    definition: str


def compile_theme(theme: Theme, context: QueryContext) -> CompiledTheme:
    """Compile a theme; other themes and @fragments that it refers to are inlined.

    Raises:
        QueryError: a query is invalid, uses now, collected: or copies, or refers back to its own theme.
    """
    reading = Reading("")
    scope = Scope(context=context, reading=reading, theme=True, within=(f"theme:{theme.id}",))
    for language in theme.query:
        if language not in context.morphology.languages:
            message = f'no dictionary for "{language}" is configured: its words match only as written'
            reading.warn("no-dictionary", message, 0)
    node = alternatives(theme.query, None, scope, compile_part)
    if theme.context:
        node = all_of(node, alternatives(theme.context, None, scope, compile_part))
    node = check_size(simplify(node))
    if depth(node) > _MAX_DEPTH:
        raise QueryTooBroad(f'theme "{theme.id}" is nested deeper than {_MAX_DEPTH} levels; use fewer brackets')
    definition = json.dumps({"query": dict(theme.query), "context": dict(theme.context)}, ensure_ascii=False)
    return CompiledTheme(theme.id, node, digest(node), tuple(reading.diagnostics), definition)


def compile_themes(themes: Sequence[Theme], context: QueryContext) -> tuple[CompiledTheme, ...]:
    """Compile all themes.

    Raises:
        ConfigError: lists every theme that cannot be compiled, with the reason.
    """
    compiled: list[CompiledTheme] = []
    problems: list[Problem] = []
    for theme in themes:
        try:
            compiled.append(compile_theme(theme, context))
        except QueryError as error:
            problems.append(Problem(f"theme {theme.id}", str(error)))
    if problems:
        raise ConfigError(problems)
    return tuple(compiled)


def themes_that_mention(id: str, context: QueryContext) -> tuple[Theme, ...]:
    """Return the other themes that may contain this one: its id stands in their queries, or in what may stand in these."""
    texts = {one.id: _text(one.query) for one in context.fragments}
    texts |= {one.id: texts.get(one.id, "") + _text(one.query) + _text(one.context) for one in context.themes}
    mentioning = {id}
    while more := {one for one, text in texts.items() if any(known in text for known in mentioning)} - mentioning:
        mentioning |= more
    return tuple(theme for theme in context.themes if theme.id in mentioning - {id})


def _text(queries: Mapping[str, str]) -> str:
    return " ".join(queries.values()).replace("\\", "").casefold()


def find_mistakes(context: QueryContext, suspects: Collection[str]) -> Mapping[str, Problem]:
    """Return the mistake of each fragment and theme of the context that cannot be run.

    Args:
        suspects: the keys (`fragments/conflict`, `themes/truce`) of those to examine.
    """
    mistakes: dict[str, Problem] = {}
    for fragment in context.fragments:
        if (key := f"fragments/{fragment.id}") in suspects:
            try:
                parse_query(f"@{fragment.id}", context=context)
            except QueryError as error:
                mistakes[key] = Problem(f"fragment {fragment.id}", error.message)
    for theme in context.themes:
        if (key := f"themes/{theme.id}") in suspects:
            try:
                compile_theme(theme, context)
            except QueryError as error:
                mistakes[key] = Problem(f"theme {theme.id}", str(error))
    return mistakes


def compile_apart(theme: Theme, context: QueryContext) -> tuple[Node, Node]:
    """Return the query of a theme and its context; without a context, the latter matches everything.

    Raises:
        QueryError: a query is invalid.
    """
    query = compile_theme(replace(theme, context={}), context).node
    if not theme.context:
        return query, Everything()
    return query, compile_theme(replace(theme, query=theme.context, context={}), context).node


def digest(node: Node) -> str:
    """Return a hash of the meaning of a tree; the order of AND and OR clauses makes no difference."""
    content = json.dumps([TOKENIZER_VERSION, _plain(node)], ensure_ascii=False)
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, And | Or):
        return [type(value).__name__, sorted(map(_plain, value.children), key=_as_json)]
    if is_dataclass(value):
        return [type(value).__name__, *(_plain(getattr(value, field.name)) for field in fields(value))]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
