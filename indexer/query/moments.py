"""published: and collected: with single dates, ranges and comparisons."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from luqum import tree as lucene

from indexer.article import MomentField
from indexer.query.context import Scope
from indexer.query.dates import HINT, Period, parse_period
from indexer.query.diagnostics import refuse
from indexer.query.texts import unescaped
from indexer.query.tree import Between, Has, Node


def moment_leaf(item: lucene.Item, scope: Scope) -> Node:
    """Return the leaf for a word, phrase, range or comparison under published: or collected:.

    Raises:
        QueryError: it is no date, or the range is empty.
    """
    field = cast(MomentField, scope.field)
    match item:
        case lucene.Range():
            return _range(item, field, scope)
        case lucene.From() | lucene.To():
            period = _period(item.a, scope)
            if period is None:
                raise refuse("no-date", f"a comparison needs a date; {HINT}", item.pos or 0)
            after = isinstance(item, lucene.From)
            edge = period.start if after == item.include else period.end
            return Between(field, edge, None) if after else Between(field, None, edge)
        case lucene.Word() | lucene.Phrase():
            period = _period(item, scope)
            if period is not None:
                _warn_of_an_instant(item, period, scope)
                return Between(field, period.start, period.end)
            return Has("published") if field == "published" else Between(field, None, None)
    raise refuse("no-date", f"{field}: needs a date; {HINT}", item.pos or 0)


def _warn_of_an_instant(item: lucene.Word | lucene.Phrase, period: Period, scope: Scope) -> None:
    if "now" in item.value and period.end - period.start <= timedelta(seconds=1):
        at, text = item.pos or 0, scope.reading.text
        message = f"{item.value} is one second; for everything since then write {scope.field}:>={item.value}"
        scope.reading.warn("one-second", message, at, len(item.value), f"{text[:at]}>={text[at:]}")


def _range(item: lucene.Range, field: MomentField, scope: Scope) -> Node:
    low, high = _period(item.low, scope), _period(item.high, scope)
    start = low and (low.start if item.include_low else low.end)
    end = high and (high.end if item.include_high else high.start)
    _check_order(start, end, item, scope)
    return Between(field, start, end)


def _check_order(start: datetime | None, end: datetime | None, item: lucene.Range, scope: Scope) -> None:
    if start and end and start >= end:
        raise refuse("empty-range", "the range ends before it begins; turn the two dates around", item.pos or 0)


def _period(item: lucene.Item, scope: Scope) -> Period | None:
    """Return the time the item means; None for * (open)."""
    position = item.pos or 0
    if not isinstance(item, lucene.Word | lucene.Phrase):
        raise refuse("no-date", f"this is not a date; {HINT}", position)
    text = unescaped(item.value.strip('"')).strip()
    if text == "*":
        return None
    if scope.theme and "now" in text:
        message = "a theme may not use now, because its tags are stored; give dates, or filter when searching"
        raise refuse("theme-now", message, position, len(text))
    try:
        return parse_period(text, scope.context.now, scope.context.zone)
    except ValueError as wrong:
        raise refuse("no-date", str(wrong), position, len(text)) from None
