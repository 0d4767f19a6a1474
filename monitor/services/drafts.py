"""Drafts of themes: what is wrong with a change, what it would do, and saving it if nobody else saved meanwhile."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b

from config.errors import ConfigError, Conflict, EngineError, NotFound, QueryError, Refused, WrongArgument
from config.themes import Theme
from indexer.morphology import DEFAULT_LANGUAGES
from indexer.query.parse import lint_query
from indexer.themes.compile import CompiledTheme
from indexer.themes.examples import find_failures
from indexer.themes.sweep import select_tagged
from indexer.themes.versions import definition_of
from indexer.trends.calendar import edges_between
from monitor.app import App
from monitor.documents.drafts import DraftDayDocument, DraftDocument, DraftExampleDocument, DraftQueryDocument
from monitor.documents.queries import DiagnosticDocument
from monitor.documents.themes import SavedDocument
from monitor.services.candidate import Candidate, compile_candidate, from_queries
from monitor.services.queries import diagnostics
from monitor.services.theme_changes import effect_of, save_candidate
from monitor.services.themes import versions_of_theme

COURSE = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A theme as somebody wants to have it.

    Attributes:
        query: language → query; an empty one removes the language's.
        context: `@fragment`, language → query, or empty for none.
    """

    theme: str
    title: str
    description: str
    query: Mapping[str, str]
    context: str | Mapping[str, str]


def as_it_stands(app: App, theme: str) -> Draft:
    """Return the draft that changes nothing; an empty one for a theme that does not exist."""
    known = _known(app, theme)
    if known is None:
        return Draft(theme=theme, title="", description="", query=dict.fromkeys(DEFAULT_LANGUAGES, ""), context="")
    return Draft(
        theme=theme,
        title=known.title,
        description=known.description,
        query={
            language: known.query.get(language, "") for language in dict.fromkeys((*DEFAULT_LANGUAGES, *known.query))
        },
        context=_plain_context(app, known.context),
    )


def as_it_was(app: App, theme: str, version: int) -> Draft:
    """Return the draft with the queries of an earlier version.

    Raises:
        NotFound: there is no such version.
        Refused: its queries are damaged.
    """
    now = as_it_stands(app, theme)
    wanted = next((one for one in versions_of_theme(app, theme) if one.version == version), None)
    if wanted is None:
        raise NotFound(f'"{theme}" has no version {version}', field="version")
    definition = definition_of(wanted)
    if definition is None:
        raise Refused(f"the queries of version {version} of {theme} are damaged; choose another version")
    languages = dict.fromkeys((*now.query, *definition.query))
    return Draft(
        theme=theme,
        title=now.title or theme,
        description=now.description or theme,
        query={language: definition.query.get(language, "") for language in languages},
        context=_plain_context(app, definition.context),
    )


def stamp_of(app: App, theme: str) -> str:
    """Return a short text that differs whenever what a draft changes does; empty for a theme that does not exist."""
    known = _known(app, theme)
    if known is None:
        return ""
    content = json.dumps([known.title, known.description, dict(known.query), dict(known.context)], ensure_ascii=False)
    return blake2b(content.encode(), digest_size=12).hexdigest()


def remarks(app: App, query: str, language: str) -> tuple[DiagnosticDocument, ...]:
    """Return what is wrong or doubtful about the query of one language; nothing about an empty one, which is left out."""
    return diagnostics(lint_query(query, context=app.context(), language=language)) if query else ()


def examine(app: App, draft: Draft) -> DraftDocument:
    """Return what is wrong with a draft and, when nothing is, what saving it would do. Never raises for a mistake in it."""
    queries = tuple(
        DraftQueryDocument(language=language, query=text, diagnostics=remarks(app, text, language))
        for language, text in draft.query.items()
    )
    try:
        candidate = _candidate(app, draft)
        compiled = compile_candidate(app, candidate)
        examples = _examples(candidate, compiled)
        problems = [_failing(len(examples))] if any(one.matched != one.expected for one in examples) else []
        preview, days = effect_of(app, compiled), tuple(_days(app, compiled))
    except EngineError as wrong:
        examples, problems, preview, days = (), [f"It cannot be tried now: {wrong}"], None, ()
    except (WrongArgument, Refused, QueryError, ConfigError) as wrong:
        is_shown = any(remark.severity == "error" for one in queries for remark in one.diagnostics)
        problems = [] if is_shown and isinstance(wrong, QueryError) else str(wrong).splitlines()
        examples, preview, days = (), None, ()
        problems = problems or ["A query has a mistake, named below it."]
    return DraftDocument(
        theme=draft.theme,
        queries=queries,
        problems=tuple(problems),
        examples=tuple(examples),
        preview=None if problems else preview,
        days=() if problems else days,
    )


def save(app: App, draft: Draft, *, stamp: str) -> SavedDocument:
    """Save a draft.

    Args:
        stamp: that of the theme the draft was made from, see `stamp_of`.

    Raises:
        Conflict: the theme is another one by now; nothing is written.
        Refused, ConfigError, QueryError, WrongArgument: as in `monitor.services.theme_changes.save`; nothing is written.
    """
    app.look_again()
    version = newest_version(app, draft.theme)
    if stamp_of(app, draft.theme) != stamp:
        message = f'"{draft.theme}" was changed by somebody else, or in its file, since you began'
        raise Conflict(message, field="stamp")
    return save_candidate(app, _candidate(app, draft), version)


def newest_version(app: App, theme: str) -> int:
    """Return the number of the newest version of a theme; 0 before the indexer has seen it."""
    try:
        return versions_of_theme(app, theme)[-1].version
    except NotFound:
        return 0


def _known(app: App, theme: str) -> Theme | None:
    return next((one for one in app.themes if one.id == theme), None)


def _plain_context(app: App, context: Mapping[str, str]) -> str | Mapping[str, str]:
    """Return a context as people write it: the fragment, where it is one for all its languages."""
    names = set(context.values())
    languages = {f"@{fragment.id}": set(fragment.query) for fragment in app.configuration.fragments}
    shared = next(iter(names), "") if len(names) <= 1 else ""
    return shared if not context or languages.get(shared) == set(context) else dict(context)


def _candidate(app: App, draft: Draft) -> Candidate:
    given = {language: text for language, text in draft.query.items() if text}
    if not given:
        raise WrongArgument("a theme needs a query in one language at least", field="query")
    context = draft.context or {}
    filled = context if isinstance(context, str) else {language: text for language, text in context.items() if text}
    words = {"title": draft.title.strip(), "description": draft.description.strip()}
    if missing := [name for name, text in words.items() if not text]:
        raise WrongArgument(f"a theme needs a {missing[0]}", field=missing[0])
    return from_queries(app, draft.theme, draft.query, filled, **words)


def _examples(candidate: Candidate, compiled: CompiledTheme) -> tuple[DraftExampleDocument, ...]:
    theme = candidate.theme
    failing = {failure.example for failure in find_failures(theme, compiled)}
    return tuple(
        DraftExampleDocument(
            language=one.language, text=one.text, expected=expected, matched=expected is not (one in failing)
        )
        for examples, expected in ((theme.matches, True), (theme.misses, False))
        for one in examples
    )


def _failing(examples: int) -> str:
    those = "Its example does" if examples == 1 else "Some of its examples do"
    return f"{those} not hold any more, see below. Change the query, or the example in the theme's file."


def _days(app: App, compiled: CompiledTheme) -> Sequence[DraftDayDocument]:
    today = datetime.now(UTC).astimezone(app.zone)
    start = datetime.combine((today - COURSE).date(), time(), app.zone)
    edges = edges_between(start, today, "day", app.zone)
    [now], [then] = (app.engine.histogram(node, edges).values() for node in (select_tagged(compiled.id), compiled.node))
    return [
        DraftDayDocument(start=edge.astimezone(app.zone), now=before.articles, then=after.articles)
        for edge, before, after in zip(edges, now, then, strict=False)
    ]
