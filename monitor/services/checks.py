"""Whether the configuration is sound, and whether what is stored is what should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from config import check as configuration
from config.configuration import Configuration
from config.errors import ConfigError, Problem, QueryError
from config.files import misnamed, overlay_file
from config.sources import load_sources
from config.themes import load_fragments, load_themes
from crawler import kinds
from crawler.archive.damage import Damage
from indexer.engine import check_address
from indexer.jobs import verify as stored
from indexer.query.parse import QueryContext, parse_query
from indexer.themes.compile import compile_themes
from monitor.alerts.addresses import obstacle
from monitor.alerts.configured import Configured, read_configured, read_files
from monitor.app import App
from monitor.documents.operations import CheckDocument, DamagedRowDocument, TagsDocument, VerifyDocument
from monitor.services.errors import problems
from monitor.services.lost_pages import lost_pages

NOTHING = Configuration(sources=(), themes=(), fragments=())


def check(app: App) -> CheckDocument:
    """Return every mistake in the configuration, and what is doubtful in it."""
    # These say nothing about the files of the sections, which are checked all the same.
    apart = (
        *app.settings.report.problems,
        *check_address(app.settings.engine_url),
        *misnamed(app.settings.config),
    )
    current, mistakes, doubts = _examine(app)
    if mistakes:
        return misconfigured((*apart, *mistakes, *_broken_alert_files(app)))
    context = app.context(current)
    configured, report = read_configured(app.settings.config, lambda: context)
    if apart or report.problems:
        return misconfigured((*apart, *report.problems))
    return CheckDocument(
        problems=(),
        warnings=problems([*doubts, *_obstacles(app, configured)]),
        sources=len(current.sources),
        themes=len(current.themes),
        alerts=len(configured.rules),
    )


def misconfigured(mistakes: Sequence[Problem]) -> CheckDocument:
    """Return these mistakes, with which nothing else can be checked."""
    return CheckDocument(problems=problems(mistakes), warnings=(), sources=0, themes=0, alerts=0)


def verify(app: App) -> VerifyDocument:
    """Return whether the archive is undamaged, the engine has its articles and every tag agrees with its theme.

    Raises:
        ConfigError: a theme cannot be compiled.
        EngineError, ArchiveError: the engine or the archive is unavailable.
    """
    compiled = compile_themes(app.themes, app.context())
    verdict = stored.verify(app.engine, app.archive, compiled, left_out=app.left_out_themes)
    lost = lost_pages(app, datetime.now(UTC))
    return VerifyDocument(
        is_correct=verdict.is_correct and not lost,
        kept=verdict.kept,
        waiting=verdict.waiting,
        indexed=verdict.indexed,
        themes=tuple(
            TagsDocument(theme=theme, missing=tags.missing, stale=tags.stale)
            for theme, tags in verdict.differences.items()
        ),
        unknown=tuple(verdict.unknown),
        left_out=tuple(verdict.left_out),
        lost=len(verdict.lost),
        unknown_articles=verdict.unknown_articles,
        is_index_damaged=verdict.is_index_damaged,
        different=len(verdict.different),
        damaged=tuple(map(_damaged, verdict.damaged)),
        files=(*verdict.files, lost) if lost else tuple(verdict.files),
    )


def _damaged(row: Damage) -> DamagedRowDocument:
    return DamagedRowDocument(place=row.place, row=row.row, explanation=row.detail, is_repaired=row.is_repaired)


def _examine(app: App) -> tuple[Configuration, Sequence[Problem], Sequence[Problem]]:
    """Return sources and themes as their files are now, what is wrong and, where nothing is wrong, what is doubtful."""
    settings = app.settings
    if wrong := configuration.check(settings, kinds.checks(settings.config)):
        return NOTHING, wrong, ()
    current = Configuration(
        sources=load_sources(settings.config, kinds.checks(settings.config), settings.shipped_sources),
        themes=load_themes(settings.config),
        fragments=load_fragments(settings.config),
    )
    context = app.context(current)
    broken = list(_broken_fragments(context))
    try:
        compiled = compile_themes(current.themes, context)
    except ConfigError as error:
        return NOTHING, (*broken, *error.problems), ()
    doubts = [Problem(f"theme {theme.id}", remark.message) for theme in compiled for remark in theme.diagnostics]
    return current, broken, doubts


def _obstacles(app: App, configured: Configured) -> Iterator[Problem]:
    """Yield the channels whose files cannot be written now; the machine may be to blame, or a folder that comes later."""
    folder = app.settings.config
    for channel in configured.channels:
        if folder and (sentence := obstacle(channel)):
            yield Problem(overlay_file("channels", folder, channel.id).label, sentence)


def _broken_alert_files(app: App) -> Iterator[Problem]:
    """Yield what the files of rules, digests and channels show without the themes and sources that they name."""
    with suppress(ConfigError):  # the overlay folder is missing, which is known by now
        for report in read_files(app.settings.config):
            yield from report.problems


def _broken_fragments(context: QueryContext) -> Iterator[Problem]:
    """Yield fragments that cannot be run, even those no theme uses yet."""
    for fragment in context.fragments:
        try:
            parse_query(f"@{fragment.id}", context=context)
        except QueryError as error:
            yield Problem(f"fragment {fragment.id}", error.message)
