"""Turns the parser's tree into our own: what joins what, which field, which language, what is inlined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from luqum import tree as lucene

from config.nearest import suggestion
from indexer.query import inline
from indexer.query.context import Scope
from indexer.query.diagnostics import refuse
from indexer.query.fields import FIELDS, MOMENT_FIELDS, TEXT_FIELDS, value_leaf
from indexer.query.moments import moment_leaf
from indexer.query.scan import LANGUAGE_MARK
from indexer.query.texts import fuzzy_leaf, near_leaf, text_leaf
from indexer.query.tree import Everything, Node, Not, all_of, any_of


def compile_item(item: lucene.Item, scope: Scope) -> Node:
    """Return our tree for a part of the parser's.

    Raises:
        QueryError: it means nothing, or something that cannot be asked.
    """
    match item:
        case lucene.BaseOperation():
            return _compile_operation(item, scope)
        case lucene.BaseGroup() | lucene.Plus():
            return compile_item(item.children[0], scope)
        case lucene.Not() | lucene.Prohibit():
            return Not(compile_item(item.a, scope))
        case lucene.Boost():
            message = "weights such as ^2 change nothing: hits are sorted by date or by the engine's own score"
            scope.reading.warn("weight", message, item.pos or 0, item.size or 0)
            return compile_item(item.expr, scope)
        case lucene.SearchField():
            return _compile_field(item, scope)
    return _compile_leaf(item, scope)


def _compile_operation(item: lucene.BaseOperation, scope: Scope) -> Node:
    """AND binds tighter than OR, neighbours mean AND; the parser sees neighbours as the loosest of all."""
    alternatives: list[list[Node]] = [[]]
    for operator, operand in _in_line(item):
        if operator is lucene.OrOperation:
            alternatives.append([])
        alternatives[-1].append(compile_item(operand, scope))
    return any_of(*(all_of(*parts) for parts in alternatives))


def _in_line(item: lucene.BaseOperation) -> Iterator[tuple[type | None, lucene.Item]]:
    """Yield (operator before it, operand) as typed, without recursion: chains may be thousands long."""
    waiting: list[tuple[type | None, lucene.Item]] = [(None, item)]
    while waiting:
        before, top = waiting.pop()
        if isinstance(top, lucene.BaseOperation):
            first, *others = top.operands
            waiting.extend((type(top), operand) for operand in reversed(others))
            waiting.append((before, first))
        else:
            yield before, top


def _compile_field(item: lucene.SearchField, scope: Scope) -> Node:
    position = item.pos or 0
    name = item.name
    if name.startswith("lan" + LANGUAGE_MARK):
        return compile_item(item.expr, _in_language(name.split(LANGUAGE_MARK)[1], position, scope))
    if name == "lang":
        message = "lang: needs brackets, as in lang:de(Frieden); for the language of the article write language:de"
        raise refuse("lang-brackets", message, position, len(name))
    if name == "exact":
        return compile_item(item.expr, replace(scope, exact=True))
    if name not in FIELDS:
        message = f'unknown field "{name}"{suggestion(name, FIELDS)} ({", ".join(sorted(FIELDS))})'
        raise refuse("unknown-field", message, position, len(name))
    if scope.field is not None:
        message = f"{name}: inside {scope.field}: means nothing; one field at a time"
        raise refuse("nested-field", message, position, len(name))
    if name == "collected" and scope.theme:
        message = "a theme may not use collected:, because its tags are stored; filter when searching"
        raise refuse("theme-collected", message, position, len(name))
    return compile_item(item.expr, replace(scope, field=name))


def _in_language(code: str, position: int, scope: Scope) -> Scope:
    known = scope.context.morphology.languages
    if code not in known:
        message = f'no dictionary for "{code}" is configured ({", ".join(known)})'
        raise refuse("unknown-language", message, position, len(code) + 5)
    return replace(scope, language=code)


def _compile_leaf(item: lucene.Item, scope: Scope) -> Node:
    position = item.pos or 0
    if isinstance(item, lucene.Regex):
        message = "there are no regular expressions here; use * and ? inside words, or quotes for a text with slashes"
        raise refuse("regex", message, position, item.size or 0)
    if scope.field in MOMENT_FIELDS:
        return moment_leaf(item, scope)
    if scope.field is not None and scope.field not in TEXT_FIELDS:
        return _compile_value(item, scope)
    match item:
        case lucene.Phrase():
            return text_leaf(item.value[1:-1], position, scope)
        case lucene.Proximity():
            return near_leaf(item.term.value[1:-1], item.degree, position, scope)
        case lucene.Fuzzy():
            degree = None if item._implicit_degree else float(item.degree)
            return fuzzy_leaf(item.term.value, degree, position, scope)
        case lucene.Word():
            return _compile_word(item.value, position, scope)
    message = "ranges and comparisons are for published: and collected:; words have none"
    raise refuse("range", message, position, item.size or 0)


def _compile_word(text: str, position: int, scope: Scope) -> Node:
    if text == "*" and scope.field is None:
        return Everything()
    if text.startswith("@"):
        return inline.fragment(text[1:], position, scope, compile_item)
    return text_leaf(text, position, scope)


def _compile_value(item: lucene.Item, scope: Scope) -> Node:
    position = item.pos or 0
    if not isinstance(item, lucene.Word | lucene.Phrase):
        message = f"{scope.field}: takes a name, or several in brackets joined by OR"
        raise refuse("no-value", message, position, item.size or 0)
    text = item.value[1:-1] if isinstance(item, lucene.Phrase) else item.value
    name = scope.field or ""
    if name == "theme" and scope.theme:
        return inline.theme(text, position, scope, compile_item)
    return value_leaf(name, text, position, scope)
