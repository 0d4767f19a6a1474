"""What a rule watches, as an engine is asked for it, and the mistakes that only show beside themes, sources and channels."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from config.alerts import Rule, Scope
from config.errors import QueryError
from config.nearest import suggestion
from config.sources import Source
from indexer.alerts.known import Subject
from indexer.query.parse import QueryContext, parse_query
from indexer.query.tree import Everything, Node, Value, all_of


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


def mistakes(rule: Rule, context: QueryContext, channels: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each name in a rule that nothing has, and for a query that cannot be run."""
    themes = {theme.id for theme in context.themes}
    if rule.theme and rule.theme not in themes:
        yield _unknown("theme", rule.theme, themes)
    sources = {source.id for source in context.sources}
    unknown = [id for id in rule.scope.sources if id not in sources]
    yield from (_unknown("source", id, sources) for id in unknown)
    if sources and not unknown and rule.scope != Scope() and not _any_source(rule, context.sources):
        yield "scope: no source is in it, so that the rule would never tell anything; take out what contradicts the rest"
    yield from unknown_channels(rule.to, channels)
    if rule.query:
        try:
            parse_query(rule.query, context=context)
        except QueryError as wrong:
            yield f"query: {wrong}"


def _any_source(rule: Rule, sources: Collection[Source]) -> bool:
    return bool((watched_sources if rule.on == "source" else sources_of)(rule.scope, sources))


def unknown_channels(ids: Collection[str], channels: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each id that no channel has."""
    yield from (_unknown("channel", id, channels) for id in ids if id not in channels)


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
