"""Whether there are articles, and the index has every one of the archive; while it does not, every answer says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from weakref import WeakKeyDictionary

from crawler.presence import heartbeat_of
from indexer.engine import Engine
from indexer.jobs.articles import count_articles, count_waiting, lost, sum_of_serials
from indexer.query.tree import Everything
from monitor.app import App
from monitor.documents.completeness import SearchableDocument
from monitor.orphans import orphans
from monitor.sentences import counted

_COMPARE_EVERY = 60.0  # seconds; with a million articles, comparing takes a tenth of one


@dataclass(frozen=True, slots=True)
class _Comparison:
    """When an index of so many articles was found to have those of the archive, on a monotonic clock."""

    articles: int
    at: float


_compared: WeakKeyDictionary[Engine, _Comparison] = WeakKeyDictionary()


def searchable(app: App) -> SearchableDocument | None:
    """Return how many articles of the archive can be searched now; None when there are some and all of them can.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    indexed, kept = count_both(app)
    with app.archive.database.read() as connection:
        number_lost = len(lost(connection)) if indexed < kept else 0
    if not indexed and not kept:
        return SearchableDocument(articles=0, kept=0, message=nothing_yet(app))
    if message := incompleteness(indexed, kept, number_lost, is_alike=indexed != kept or is_alike(app, kept)):
        return SearchableDocument(articles=indexed, kept=kept, message=message)
    return None


def count_both(app: App) -> tuple[int, int]:
    """Return the numbers of articles in the index and in the archive; the index has none too many for what changes meanwhile.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    # An article is in the archive before it is in the engine, and leaves the engine before the archive.
    indexed = app.engine.count(Everything())
    with app.archive.database.read() as connection:
        kept = count_articles(connection)
    if indexed > kept:  # unless articles were pruned in between
        indexed = max(kept, min(indexed, app.engine.count(Everything())))
    return indexed, kept


def incompleteness(indexed: int, kept: int, number_lost: int, *, is_alike: bool) -> str:
    """Return in what the index and the archive differ, and what helps; empty if nothing does.

    Args:
        number_lost: articles of the archive that are damaged and cannot be read again.
        is_alike: whether they have the same articles, where they have as many.
    """
    if indexed > kept:
        number = counted(indexed - kept, "article")
        return (
            f"the index holds {number} that the archive does not know; `parley repair` puts them into the archive, "
            "or says that they were pruned, and `parley rebuild` removes them"
        )
    if indexed == kept:
        return (
            ""
            if is_alike
            else "the index holds other articles than the archive; run `parley repair`, then `parley index`"
        )
    message = f"{indexed:,} of {kept:,} articles are searchable"
    if indexed + number_lost < kept:
        message += "; the indexer adds the others"
    if number_lost:
        message += (
            f"; {counted(number_lost, 'article')} cannot be read any more, and `parley verify` names what is lost"
        )
    return message


def is_alike(app: App, kept: int) -> bool:
    """Return whether the index, which has as many articles as the archive, has the same ones; compared once a minute.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    engine, now = app.engine, monotonic()
    last = _compared.get(engine)
    if last and last.articles == kept and now - last.at < _COMPARE_EVERY:
        return True
    before = engine.sum_of_serials()
    with app.archive.database.read() as connection:
        if count_waiting(connection):  # what changes in the archive waits until the index has it
            return True
        serials = sum_of_serials(connection)
    if serials != before:
        return False
    _compared[engine] = _Comparison(kept, now)
    return True


def nothing_yet(app: App) -> str:
    """Return that there is no article yet, and what helps; empty where there are some.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    pages = 0
    if app.has_archive:
        with app.archive.database.read() as connection:
            if count_articles(connection):
                return ""
        pages = sum(app.archive.count_pages_by_state().values())
    elif left := orphans(app.settings.data, app.settings.engine_url):
        return f"the archive is missing, but {left}; `parley repair` rebuilds the archive from it"
    if pages:
        return f"{counted(pages, 'page')} collected, but no article yet; `parley status` says what became of them"
    if heartbeat_of(app.settings.data, "crawler", datetime.now(UTC)):
        return "nothing has been collected yet; the crawler is running, and `parley status` says how far it is"
    return "nothing has been collected yet; start with `parley run`, or look around with `parley demo`"
