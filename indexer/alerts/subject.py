"""What a rule watches, as an engine is asked for it, and the mistakes that only show beside themes, sources and channels."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta

from config.alerts import Rule, Scope
from config.errors import QueryError
from config.forms import Mistake
from config.nearest import suggestion
from config.sources import Source
from indexer.alerts.known import Subject
from indexer.query.parse import QueryContext, parse_query
from indexer.query.tree import Everything, Node, Value, all_of

_YEARS = timedelta(days=1_000)  # in which every day, week, month and year becomes another
_MOST_UNKNOWN = 20  # ids that are named


def subject_of(rule: Rule, context: QueryContext) -> Subject:
    """Return what a rule watches.

    Raises:
        QueryError: its query is invalid.
    """
    within = _within(rule.scope, context.sources)
    node: Node = Everything()
    if rule.theme:
        node = Value("themes", frozenset({rule.theme}))
    elif rule.query:
        node = parse_query(rule.query, context=context).node
    return Subject(node=all_of(node, within), within=within)


def sources_of(scope: Scope, sources: Collection[Source]) -> frozenset[str]:
    """Return the ids of the sources in a scope."""
    return frozenset(
        source.id
        for source in sources
        if (not scope.sources or source.id in scope.sources)
        and (not scope.classes or source.source_class in scope.classes)
        and (not scope.countries or source.country in scope.countries)
    )


def watched_sources(scope: Scope, sources: Collection[Source]) -> frozenset[str]:
    """Return the ids of the sources whose feeds a rule about sources watches; their language is that of most articles."""
    inside = sources_of(scope, sources)
    return frozenset(
        source.id
        for source in sources
        if source.id in inside and source.language in (scope.languages or {source.language})
    )


def mistakes(rule: Rule, context: QueryContext, channels: Collection[str]) -> Iterator[Mistake]:
    """Yield each name in a rule that nothing has, a scope that contains nothing, and a query that cannot be run."""
    themes = {theme.id for theme in context.themes}
    if rule.theme and rule.theme not in themes:
        yield Mistake(_unknown("theme", rule.theme, themes), "theme")
    sources = {source.id for source in context.sources}
    unknown = list(_unknown_ones("source", rule.scope.sources, sources, "scope.sources"))
    yield from unknown
    if sources and not unknown and rule.scope != Scope() and not _any_source(rule, context.sources):
        sentence = (
            "scope: no source is in it, so that the rule would never tell anything; take out what excludes the rest"
        )
        yield Mistake(sentence, "scope.sources")
    yield from unknown_channels(rule.to, channels)
    if rule.query:
        try:
            if _moves_with_time(rule.query, context):
                sentence = (
                    "it means something else every day; a rule looks at what is new by itself, so give dates or none"
                )
                yield Mistake(f"query: {sentence}", "query")
        except QueryError as wrong:
            yield Mistake(f"query: {wrong}", "query")


def _moves_with_time(query: str, context: QueryContext) -> bool:
    """Return whether what a query finds depends on the present, so that the past cannot be decided as the present was."""
    later = replace(context, now=context.now + _YEARS)
    return parse_query(query, context=context).node != parse_query(query, context=later).node


def _any_source(rule: Rule, sources: Collection[Source]) -> bool:
    return bool((watched_sources if rule.on == "source" else sources_of)(rule.scope, sources))


def unknown_channels(ids: Collection[str], channels: Collection[str]) -> Iterator[Mistake]:
    """Yield each id that no channel has."""
    return _unknown_ones("channel", ids, channels, "to")


def _unknown_ones(what: str, ids: Collection[str], known: Collection[str], key: str) -> Iterator[Mistake]:
    unknown = [id for id in dict.fromkeys(ids) if id not in known]
    yield from (Mistake(_unknown(what, id, known), key) for id in unknown[:_MOST_UNKNOWN])
    if (others := len(unknown) - _MOST_UNKNOWN) > 0:
        yield Mistake(f"{others:,} more ids are of no {what}", key)


def _unknown(what: str, name: str, known: Collection[str]) -> str:
    advice = suggestion(name, known)
    return f'there is no {what} "{name}"{advice or _some(what, known)}'


def _some(what: str, known: Collection[str]) -> str:
    if not known:
        return f"; there are no {what}s" if what != "channel" else "; a file channels/NAME.toml describes one"
    first = sorted(known)[:12]
    return f" ({', '.join(first)}{', …' if len(known) > len(first) else ''})"


def _within(scope: Scope, sources: Collection[Source]) -> Node:
    parts: list[Node] = []
    if scope.sources or scope.classes or scope.countries:
        parts.append(Value("source", sources_of(scope, sources)))
    if scope.languages:
        parts.append(Value("language", frozenset(scope.languages)))
    return all_of(*parts)
