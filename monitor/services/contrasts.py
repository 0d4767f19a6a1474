"""What two groups of articles say: those of two classes of sources, or in two languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from config.errors import WrongArgument
from indexer.query.tree import Between, Node, Value, all_of
from indexer.trends.keyness import by_articles
from monitor.app import App
from monitor.documents.contrasts import (
    ContrastDocument,
    ContrastedThemeDocument,
    GroupDocument,
    GroupKind,
    GroupsDocument,
)
from monitor.services.compare import SPAN
from monitor.services.completeness import searchable
from monitor.services.questions import resolve
from monitor.services.times import parse_span


def groups(app: App, *, since: str | None = None, until: str | None = None, scope: str | None = None) -> GroupsDocument:
    """Return the classes of sources and the languages that have articles in a range; see `contrast`."""
    start, end = parse_span(since, until, now=datetime.now(UTC), zone=app.zone, default=SPAN)
    within = all_of(resolve(app, (), {}, scope).scope, Between("published", start, end))
    return GroupsDocument(groups=tuple(_groups(app, within)))


def contrast(
    app: App,
    first: str,
    second: str,
    *,
    since: str | None = None,
    until: str | None = None,
    scope: str | None = None,
) -> ContrastDocument:
    """Compare the themes of two groups of articles.

    Args:
        first, second: two classes of sources, such as `state`, or two languages, such as `uk`.
        since: start of the range, as people write it: `2026-11-01`, `7d`; 30 days before its end without it.
        until: last day or moment of the range; now without it.
        scope: query that narrows both groups; every article without it.

    Raises:
        WrongArgument: the groups are not two of one kind, or another argument is not usable.
        QueryError: the scope is invalid.
        EngineError: the engine cannot be asked.
    """
    start, end = parse_span(since, until, now=datetime.now(UTC), zone=app.zone, default=SPAN)
    questions = resolve(app, (), {}, scope)
    within = all_of(questions.scope, Between("published", start, end))
    known = {group.value: group for group in _groups(app, within)}
    one, other = _group(app, first, known, "first"), _group(app, second, known, "second")
    if one.value == other.value or one.kind != other.kind:
        raise WrongArgument("give two different classes, or two different languages", field="second")
    counts = [app.engine.tally(all_of(within, _node(app, group)), "themes") for group in (one, other)]
    whole, total = app.engine.tally(within, "themes"), app.engine.count(within)
    others = total - one.articles - other.articles
    themes = [
        _theme(theme.id, theme.title, (one.articles, other.articles, others), counts, whole.get(theme.id, 0))
        for theme in app.themes
    ]
    return ContrastDocument(
        start=start.astimezone(app.zone),
        end=end.astimezone(app.zone),
        timezone=app.zone.key,
        scope=scope,
        first=one,
        second=other,
        others=others,
        themes=tuple(sorted(themes, key=_order)),
        searchable=searchable(app),
        diagnostics=questions.diagnostics,
    )


def _groups(app: App, within: Node) -> list[GroupDocument]:
    """Return the groups with articles, the largest of each kind first."""
    of_source = {source.id: source.source_class for source in app.sources}
    classes: Counter[str] = Counter()
    for source, number in app.engine.tally(within, "source").items():
        if source in of_source:
            classes[of_source[source]] += number
    return [*_sorted("class", classes), *_sorted("language", app.engine.tally(within, "language"))]


def _sorted(kind: GroupKind, numbers: Mapping[str, int]) -> list[GroupDocument]:
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return [GroupDocument(kind=kind, value=value, articles=number) for value, number in ordered]


def _group(app: App, value: str, known: Mapping[str, GroupDocument], field: str) -> GroupDocument:
    """Return a group; one without articles in the range where the configuration has it."""
    if value in known:
        return known[value]
    if value in {source.source_class for source in app.sources}:
        return GroupDocument(kind="class", value=value, articles=0)
    if value in {source.language for source in app.sources}:
        return GroupDocument(kind="language", value=value, articles=0)
    names = ", ".join(sorted(known)) or "none has articles in this range"
    raise WrongArgument(f'there is no class or language "{value}" ({names})', field=field)


def _node(app: App, group: GroupDocument) -> Node:
    if group.kind == "language":
        return Value("language", frozenset({group.value}))
    return Value("source", frozenset(one.id for one in app.sources if one.source_class == group.value))


def _theme(
    id: str, title: str, sizes: tuple[int, int, int], counts: Sequence[Mapping[str, int]], whole: int
) -> ContrastedThemeDocument:
    first, second = (numbers.get(id, 0) for numbers in counts)
    others = whole - first - second
    shares = [number / size if size else None for number, size in zip((first, second, others), sizes, strict=True)]
    return ContrastedThemeDocument(
        theme=id,
        title=title,
        first=first,
        second=second,
        others=others,
        share_first=shares[0],
        share_second=shares[1],
        share_others=shares[2],
        g2=by_articles(first, sizes[0], second, sizes[1]).g2,
    )


def _order(theme: ContrastedThemeDocument) -> tuple[float, str]:
    """Order by how much larger the share is in the first group, so that what each says more of stands at one end."""
    return (theme.share_second or 0.0) - (theme.share_first or 0.0), theme.title
