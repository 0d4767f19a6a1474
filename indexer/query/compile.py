"""Compiles a syntax tree into a query tree: which field, which language, what is inlined."""

from __future__ import annotations

from dataclasses import replace

from config import nearest
from indexer.query import inline, syntax
from indexer.query.context import Scope
from indexer.query.diagnostics import reject
from indexer.query.fields import FIELDS, MOMENT_FIELDS, TEXT_FIELDS, value_leaf
from indexer.query.moments import moment_leaf
from indexer.query.synonyms import resolve_synonym
from indexer.query.texts import fuzzy_leaf, near_leaf, text_leaf
from indexer.query.tree import Everything, Node, Not, all_of, any_of


def compile_part(part: syntax.Part, scope: Scope) -> Node:
    """Return the query tree for a part of a syntax tree.

    Raises:
        QueryError: it means nothing, or something that no engine can search for.
    """
    match part:
        case syntax.Alternatives(runs):
            return any_of(*(all_of(*(compile_part(operand, scope) for operand in run)) for run in runs))
        case syntax.Negation(operand):
            return Not(compile_part(operand, scope))
        case syntax.Weighted(weighted, start, end):
            message = "weights such as ^2 have no effect: hits are sorted by date or by the engine's own score"
            scope.reading.warn("weight", message, start, end - start)
            return compile_part(weighted, scope)
        case syntax.Field():
            field = resolve_synonym(part, scope.reading)
            return compile_part(field.part, _field_scope(field, scope))
    return _compile_leaf(part, scope)


def _field_scope(field: syntax.Field, scope: Scope) -> Scope:
    """Return the scope in which what stands behind the colon is compiled."""
    name, start = field.name, field.start
    if field.language is not None:
        return _in_language(field.language, start, scope)
    if name == "lang":
        message = "lang: needs brackets, as in lang:de(Frieden); for the language of the article write language:de"
        suggestion = scope.reading.replaced(start, start + len(name), "language")
        raise reject("lang-brackets", message, start, len(name), suggestion)
    if name == "exact":
        return replace(scope, exact=True)
    if name not in FIELDS:
        message = f'unknown field "{name}"{nearest.suggestion(name, FIELDS)} ({", ".join(sorted(FIELDS))})'
        raise reject("unknown-field", message, start, len(name))
    if scope.field is not None:
        message = f"{name}: inside {scope.field}: has no effect; use one field at a time"
        raise reject("nested-field", message, start, len(name))
    if name == "collected" and scope.theme:
        message = "a theme may not use collected:, because its tags are stored; filter when searching"
        raise reject("theme-collected", message, start, len(name))
    return replace(scope, field=name)


def _in_language(code: str, position: int, scope: Scope) -> Scope:
    known = scope.context.morphology.languages
    if code not in known:
        message = f'no dictionary for "{code}" is configured ({", ".join(known)})'
        raise reject("unknown-language", message, position, len(code) + 5)
    return replace(scope, language=code)


def _compile_leaf(leaf: syntax.Leaf, scope: Scope) -> Node:
    if isinstance(leaf, syntax.Expression):
        message = "regular expressions are not supported; use * and ? inside words, or quotes for a text with slashes"
        raise reject("regex", message, leaf.start, leaf.end - leaf.start)
    if scope.field in MOMENT_FIELDS:
        return moment_leaf(leaf, scope)
    if scope.field is not None and scope.field not in TEXT_FIELDS:
        return _compile_value(leaf, scope)
    match leaf:
        case syntax.Phrase(text, start):
            return text_leaf(text, start, scope)
        case syntax.Nearness(phrase, gap, start):
            return near_leaf(phrase.text, gap, start, scope)
        case syntax.Similar(word, edits, start):
            return fuzzy_leaf(word.text, edits, start, scope)
        case syntax.Word(text, start):
            return _compile_word(text, start, scope)
    message = "ranges and comparisons are for published: and collected:; words have none"
    raise reject("range", message, leaf.start, leaf.end - leaf.start)


def _compile_word(text: str, position: int, scope: Scope) -> Node:
    if text == "*" and scope.field is None:
        return Everything()
    if text.startswith("@"):
        return inline.fragment(text[1:], position, scope, compile_part)
    return text_leaf(text, position, scope)


def _compile_value(leaf: syntax.Leaf, scope: Scope) -> Node:
    name = scope.field or ""
    if not isinstance(leaf, syntax.Word | syntax.Phrase):
        message = f"{name}: takes a name, or several in brackets joined by OR"
        raise reject("no-value", message, leaf.start, leaf.end - leaf.start)
    if name == "theme" and scope.theme:
        return inline.theme(leaf.text, leaf.start, scope, compile_part)
    return value_leaf(name, leaf.text, leaf.start, scope)
