"""published: and collected: with single dates, ranges and comparisons."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from indexer.article import MomentField
from indexer.query.context import Scope
from indexer.query.diagnostics import reject
from indexer.query.syntax import Comparison, Leaf, Phrase, Range, Word
from indexer.query.texts import unescaped
from indexer.query.times import HINT, NotATime, Period, parse_period
from indexer.query.tree import Between, Has, Node


def moment_leaf(leaf: Leaf, scope: Scope) -> Node:
    """Return the leaf for a word, phrase, range or comparison under published: or collected:.

    Raises:
        QueryError: it is no date, or the range is empty.
    """
    field = cast(MomentField, scope.field)
    match leaf:
        case Range():
            return _range(leaf, field, scope)
        case Comparison(sign, value):
            period = _period(value, scope)
            if period is None:
                raise reject("no-date", f"a comparison needs a date; {HINT}", leaf.start)
            after = sign[0] == ">"
            edge = period.start if sign in (">=", "<") else period.end
            return Between(field, edge, None) if after else Between(field, None, edge)
        case Word() | Phrase():
            period = _period(leaf, scope)
            if period is not None:
                _warn_of_an_instant(leaf, period, scope)
                return Between(field, period.start, period.end)
            return Has("published") if field == "published" else Between(field, None, None)
    raise reject("no-date", f"{field}: needs a date; {HINT}", leaf.start)


def _warn_of_an_instant(value: Word | Phrase, period: Period, scope: Scope) -> None:
    if period.is_instant:
        start, text = value.start, scope.reading.text
        written = text[start : value.end]
        message = f"{value.text} is one second; for everything since then write {scope.field}:>={written}"
        scope.reading.warn("one-second", message, start, value.end - start, f"{text[:start]}>={text[start:]}")


def _range(leaf: Range, field: MomentField, scope: Scope) -> Node:
    low, high = _period(leaf.low, scope), _period(leaf.high, scope)
    start = None if low is None else low.start if leaf.includes_low else low.end
    end = None if high is None else high.end if leaf.includes_high else high.start
    _check_order(start, end, leaf, scope)
    return Between(field, start, end)


def _check_order(start: datetime | None, end: datetime | None, leaf: Range, scope: Scope) -> None:
    if start and end and start >= end:
        raise reject("empty-range", "the range ends before it begins; swap the two dates", leaf.start)


def _period(value: Word | Phrase, scope: Scope) -> Period | None:
    """Return the time the value means; None for * (open)."""
    text = unescaped(value.text).strip()
    if text == "*":
        return None
    try:
        period = parse_period(text, scope.context.now, scope.context.zone)
    except NotATime as wrong:
        raise reject("no-date", str(wrong), value.start, len(text), _corrected(value, wrong, scope)) from None
    if scope.theme and period.is_relative:
        message = f"a theme may not use {text}, because its tags are stored; give dates, or filter when searching"
        raise reject("theme-now", message, value.start, len(text))
    return period


def _corrected(value: Word | Phrase, wrong: NotATime, scope: Scope) -> str | None:
    if wrong.suggestion is None:
        return None
    text = scope.reading.text
    written = f'"{wrong.suggestion}"' if " " in wrong.suggestion or isinstance(value, Phrase) else wrong.suggestion
    return f"{text[: value.start]}{written}{text[value.end :]}"
