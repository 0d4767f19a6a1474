"""The versions of an article: what its archived pages said, extracted again, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from threading import Lock

from config.errors import BodyLost, NotFound
from crawler.archive.archive import KeptPage
from crawler.limits import worker_memory
from crawler.outcomes import Outcome, sentence_of
from indexer.article import Extraction
from indexer.extract import NoArticle
from indexer.extract.locale import locale_of
from indexer.extract.pool import Crash, Job, Pool, job_of
from indexer.jobs.learning import known_repeats
from indexer.repeats import Repeats, trim
from monitor.app import App
from monitor.documents.revisions import RevisionDocument, RevisionsDocument
from monitor.services.articles import find_article
from monitor.services.differences import differences

MOST = 20  # versions that are read: the first and the newest; the others are listed

_turn = Lock()  # one article at a time: each starts processes of its own

Read = Extraction | NoArticle | Crash


def revisions(app: App, id: str, *, before: int | None = None, after: int | None = None) -> RevisionsDocument:
    """Return the versions of an article and what changed between two of them.

    Separate processes extract the archived pages, as in the indexer, which takes about a second.

    Args:
        id: as in `monitor.services.articles.show`.
        before: the earlier version, from 1; the first that has a text without it.
        after: the later one; the newest that has a text without it.

    Raises:
        NotFound: there is no such version, or it has no text.
        WrongArgument, NotFound, Refused, EngineError: as in `show`.
    """
    article = find_article(app, id)
    versions = _versions(app, app.archive.pages_of(article.id))
    readable = {one.version: one for one in versions if one.text is not None}
    for wanted in filter(None, (before, after)):
        if wanted not in readable:
            raise NotFound(_missing(wanted, versions), field="version")
    if len(readable) < 2:
        return RevisionsDocument(id=article.id, versions=versions, before=None, after=None, title=(), paragraphs=())
    old, new = readable[before or min(readable)], readable[after or max(readable)]
    title = differences(old.title or "", new.title or "")
    return RevisionsDocument(
        id=article.id,
        versions=versions,
        before=old.version,
        after=new.version,
        title=title[0] if title else (),
        paragraphs=differences(old.text or "", new.text or ""),
    )


def _missing(wanted: int, versions: Sequence[RevisionDocument]) -> str:
    if wanted > len(versions):
        return f"the article has no version {wanted}; it has {len(versions)}"
    return f"version {wanted} has no text: {versions[wanted - 1].explanation}"


def _versions(app: App, kept: Sequence[KeptPage]) -> tuple[RevisionDocument, ...]:
    results = _read(app, [*kept[:1], *kept[1:][1 - MOST :]])
    versions = [_version(number, one, results.get(one.page.number)) for number, one in enumerate(kept, 1)]
    changes = [None, *(_differ(old, new) for old, new in pairwise(versions))]
    return tuple(one.model_copy(update={"changed": change}) for one, change in zip(versions, changes, strict=True))


def _differ(old: RevisionDocument, new: RevisionDocument) -> bool | None:
    return None if old.text is None or new.text is None else (old.title, old.text) != (new.title, new.text)


def _version(number: int, kept: KeptPage, result: Read | None) -> RevisionDocument:
    article = result if isinstance(result, Extraction) else None
    explanation = ""
    if result is None:
        explanation = f"not read: only the first version and the newest {MOST - 1} are"
    elif not isinstance(result, Extraction):
        explanation = result.detail or sentence_of(result.outcome)
    return RevisionDocument(
        version=number,
        page=kept.page.number,
        collected=kept.page.collected,
        kind=kept.page.kind,
        title=article.title if article else None,
        text=article.text if article else None,
        changed=None,
        explanation=explanation,
    )


def _read(app: App, kept: Sequence[KeptPage]) -> Mapping[int, Read]:
    """Return page number → what it says, without what its source repeats on many pages."""
    locales = {source.id: locale_of(source) for source in app.sources}
    results: dict[int, Read] = {}
    jobs: list[Job] = []
    for page in (one.page for one in kept):
        try:
            body = app.archive.body(page.number)
        except BodyLost:
            results[page.number] = NoArticle(Outcome.BODY_LOST, "its page is missing from the archive, or damaged")
            continue
        jobs.append(job_of(page, body, locales))
    with _turn, Pool(1, app.settings.page_seconds, memory=worker_memory(app.settings.max_bytes)) as pool:
        extracted = {int(str(key)): result for key, result in pool.map(jobs)}
    return {**results, **_trimmed(app, kept, extracted)}


def _trimmed(app: App, kept: Sequence[KeptPage], extracted: Mapping[int, Read]) -> Mapping[int, Read]:
    with app.archive.database.read() as connection:
        known = known_repeats(connection, {one.page.source for one in kept})
    results = dict(extracted)
    for page in (one.page for one in kept):
        result = extracted.get(page.number)
        if isinstance(result, Extraction):
            trimmed = trim(result, page.final_url, page.kind, known.get(page.source, Repeats()))
            results[page.number] = trimmed if isinstance(trimmed, NoArticle) else trimmed.article
    return results
