"""Themes compiled: the OR of a theme's language queries within its context, and a digest that tells when that changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from config.errors import ConfigError, Problem, QueryError, QueryTooBroad
from config.themes import Theme
from indexer.query.compile import compile_part
from indexer.query.context import QueryContext, Reading, Scope
from indexer.query.diagnostics import Diagnostic
from indexer.query.inline import alternatives
from indexer.query.simplify import simplify
from indexer.query.tree import And, Node, Or, all_of, check_size, depth
from indexer.words import TOKENIZER_VERSION

_MAX_DEPTH = 16  # leaves room for what searches, trends and sweeps put around it


@dataclass(frozen=True, slots=True)
class CompiledTheme:
    """A theme as engines are asked for it.

    Attributes:
        digest: changes when, and only when, what the theme asks changes; the same in every process.
        definition: its queries as text (JSON), to be kept with the version.
    """

    id: str
    node: Node
    digest: str
    diagnostics: tuple[Diagnostic, ...]
    definition: str


def compile_theme(theme: Theme, context: QueryContext) -> CompiledTheme:
    """Compile a theme; it may name other themes and @fragments, which are inlined.

    Raises:
        QueryError: a query cannot be asked, uses now, collected: or copies, or leads back to itself.
    """
    reading = Reading("")
    scope = Scope(context=context, reading=reading, theme=True, within=(f"theme:{theme.id}",))
    for language in theme.query:
        if language not in context.morphology.languages:
            message = f'no dictionary for "{language}" is configured: its words find only themselves'
            reading.warn("no-dictionary", message, 0)
    node = alternatives(theme.query, 0, scope, compile_part)
    if theme.context:
        node = all_of(node, alternatives(theme.context, 0, scope, compile_part))
    node = check_size(simplify(node))
    if depth(node) > _MAX_DEPTH:
        raise QueryTooBroad(f'theme "{theme.id}" is nested deeper than {_MAX_DEPTH} levels; use fewer brackets')
    definition = json.dumps({"query": dict(theme.query), "context": dict(theme.context)}, ensure_ascii=False)
    return CompiledTheme(theme.id, node, digest(node), tuple(reading.diagnostics), definition)


def compile_themes(themes: Sequence[Theme], context: QueryContext) -> tuple[CompiledTheme, ...]:
    """Compile all themes.

    Raises:
        ConfigError: every theme that cannot be compiled, with the reason.
    """
    compiled: list[CompiledTheme] = []
    problems: list[Problem] = []
    for theme in themes:
        try:
            compiled.append(compile_theme(theme, context))
        except QueryError as wrong:
            problems.append(Problem(f"theme {theme.id}", str(wrong)))
    if problems:
        raise ConfigError(problems)
    return tuple(compiled)


def digest(node: Node) -> str:
    """Return a hash of what the tree asks, regardless of the order in which it was written."""
    content = json.dumps([TOKENIZER_VERSION, _plain(node)], ensure_ascii=False)
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, And | Or):
        return [type(value).__name__, sorted(map(_plain, value.children), key=_written)]
    if is_dataclass(value):
        return [type(value).__name__, *(_plain(getattr(value, field.name)) for field in fields(value))]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
