"""Documents about the installation: how it stands, and what its upkeep did."""

from __future__ import annotations

from crawler.health import HealthName
from monitor.documents.base import Document, Moment, described
from monitor.documents.errors import ProblemDocument


class ProcessDocument(Document):
    """The last heartbeat of a crawler or indexer that is running."""

    at: Moment = described("when it was given, UTC", example="2026-11-20T09:41:07+00:00")
    pid: int = described("id of the process", example=4711)
    doing: str = described("what the process is doing", example="collecting")
    under_way: int = described("requests or pages in work", example=8)
    explanation: str = described("what keeps it from its work; empty when nothing does", example="")
    problems: tuple[str, ...] = described("mistakes in the configuration as it sees them", example=[])


class UnwellFeedDocument(Document):
    """A feed that somebody should look at."""

    id: str = described("id of the feed", example="bbc-world/1")
    url: str = described("its address", example="https://feeds.bbci.co.uk/news/world/rss.xml")
    health: HealthName = described("the one state it is in", example="not found")
    explanation: str = described("why it is in that state, a sentence", example="HTTP 404 (3 times)")


class EngineDocument(Document):
    """The current state of the search engine."""

    address: str = described("its address, without a password", example="tantivy:/data/index")
    articles: int | None = described("number of articles; null when the engine is unavailable", example=12041)
    explanation: str = described("why it cannot be asked; empty when it can", example="")


class StatusDocument(Document):
    """One look at the whole installation."""

    at: Moment = described("when it was taken, UTC", example="2026-11-20T09:41:07+00:00")
    data: str = described("the data folder", example="/home/me/.local/share/parley")
    engine: EngineDocument = described("the search engine", example={})
    articles: int | None = described("articles in the engine; null when it is unavailable", example=12041)
    kept: int = described("articles in the archive", example=12041)
    feeds: dict[HealthName, int] = described("number of feeds by health", example={"fine": 120, "failing": 2})
    unwell: tuple[UnwellFeedDocument, ...] = described("the feeds that somebody should look at", example=[])
    pages: dict[str, int] = described("number of pages by state or outcome", example={"indexed": 12041, "no_text": 37})
    addresses: dict[str, int] = described("number of known addresses by state", example={"collected": 12078})
    last_poll: Moment | None = described("when a feed was last polled, UTC", example="2026-11-20T09:41:07+00:00")
    oldest_pending: Moment | None = described(
        "when the page was collected that has waited longest for the indexer, UTC", example=None
    )
    oldest_wanted: Moment | None = described(
        "when the address became due that has waited longest to be fetched, UTC", example="2026-11-20T09:12:00+00:00"
    )
    slowed: int = described(
        "feeds polled less often than configured, because their domains allow no more requests", example=0
    )
    crawler: ProcessDocument | None = described("the crawler; null when it is not running", example={})
    indexer: ProcessDocument | None = described("the indexer; null when it is not running", example={})
    alerts: ProcessDocument | None = described("what sends alerts; null when it is not running", example=None)
    damaged: int = described("damaged rows of the archive that are not repaired", example=0)
    troubles: tuple[str, ...] = described("what is wrong, a sentence each, the gravest first", example=[])


class CheckDocument(Document):
    """What is wrong or doubtful in settings, sources and themes."""

    problems: tuple[ProblemDocument, ...] = described("mistakes that must be corrected", example=[])
    warnings: tuple[ProblemDocument, ...] = described("what is doubtful", example=[])
    sources: int = described("configured sources; 0 when there are problems", example=71)
    themes: int = described("configured themes; 0 when there are problems", example=14)
    alerts: int = described("configured alert rules; 0 when there are problems", example=3)


class TagsDocument(Document):
    """How far the stored tags of a theme are from its query."""

    theme: str = described("id of the theme", example="truce")
    missing: int = described("articles that match the query and lack the tag", example=0)
    stale: int = described("articles that have the tag but do not match the query", example=0)


class DamagedRowDocument(Document):
    """A row of the archive that was changed on the disk."""

    place: str = described("the table it is in", example="articles")
    row: str = described(
        "what identifies it: the id of an article, an address or a key", example="0d4f6a3e9c1b58d27e40f1a6b3c95d82"
    )
    explanation: str = described(
        "what was wrong and what became of it, a sentence",
        example="its stored form was damaged; its page is extracted again",
    )
    is_repaired: bool = described("whether nothing of it is missing any more", example=True)


class VerifyDocument(Document):
    """Whether what is stored is what should be."""

    is_correct: bool = described("whether everything is as it should be", example=True)
    kept: int = described("articles in the archive", example=12041)
    waiting: int = described("articles of the archive that may not be in the engine yet", example=0)
    indexed: int = described("articles in the engine", example=12041)
    themes: tuple[TagsDocument, ...] = described("the themes and how far their tags are off", example=[])
    unknown: tuple[str, ...] = described("themes that articles are tagged with and that do not exist", example=[])
    left_out: tuple[str, ...] = described(
        "themes that articles are tagged with and that are left out for a mistake in a file; their tags stay",
        example=[],
    )
    different: int = described(
        "articles that the engine lacks, has in another version or should not have, those that wait left out", example=0
    )
    unknown_articles: int = described("articles in the engine that the archive does not know", example=0)
    lost: int = described("articles of the archive that are damaged and cannot be extracted again", example=0)
    is_index_damaged: bool = described(
        "whether files of the index are damaged, so that nothing that is compared with it is certain", example=False
    )
    damaged: tuple[DamagedRowDocument, ...] = described(
        "damaged rows of the archive, those not repaired first", example=[]
    )
    files: tuple[str, ...] = described("what is wrong with the files of archive and index, a sentence each", example=[])


class CrawlDocument(Document):
    """What a run of the crawler did."""

    polls: dict[str, int] = described("number of polls by outcome", example={"read": 120, "unreachable": 2})
    pages: dict[str, int] = described("number of addresses fetched, by outcome", example={"collected": 840})


class IndexDocument(Document):
    """What a run of the indexer did."""

    pages: dict[str, int] = described("number of pages by outcome", example={"indexed": 840, "no_text": 3})
    filled: int = described("number of stored articles added to the index because it lacked them", example=0)


class RereadDocument(Document):
    """What will be extracted again, or with `--fetch` requested again."""

    pages: int = described("pages that wait for the indexer again, or addresses that wait for the crawler", example=37)
    message: str = described("the same in a sentence", example="37 pages will be extracted again.")


class PruneDocument(Document):
    """What a prune deleted, or would delete."""

    before: Moment = described("articles published before this were meant, UTC", example="2024-01-01T00:00:00+00:00")
    is_deleted: bool = described("whether it was done; false for a dry run", example=False)
    articles: int = described("articles concerned", example=412)
    pages: int = described("pages concerned", example=440)
    bytes: int | None = described("size of the bodies deleted, compressed; null when not known", example=9437184)
    message: str = described("the same in a sentence", example="412 articles and 440 pages would be deleted.")


class RebuildDocument(Document):
    """An engine that was filled from the archive."""

    engine: str = described("its address, without a password", example="tantivy:/data/index")
    is_used: bool = described("whether it is the engine in use", example=True)
    message: str = described("the same in a sentence", example="The index is rebuilt and in use.")


class ClockDocument(Document):
    """Whether things are deleted for their age by the clock."""

    now: Moment = described("what the clock shows, UTC", example="2026-11-20T09:41:07+00:00")
    seen: Moment | None = described(
        "the last time that maintenance saw, UTC; null before anything was collected",
        example="2026-11-20T06:00:00+00:00",
    )
    is_believed: bool = described("whether things are deleted for their age by this time", example=True)
    message: str = described("the same in a sentence", example="The clock is believed.")


class BackupDocument(Document):
    """A backup that was made."""

    folder: str = described("the folder of the backup", example="/backups/parley-2026-11-26")
    bytes: int = described("its size", example=73400320)
    damaged: tuple[str, ...] = described(
        "what is damaged in the archive and so in the backup, a sentence each", example=[]
    )


class RepairDocument(Document):
    """What a repair did."""

    repaired: tuple[str, ...] = described("what was repaired, a sentence each; empty if nothing was wrong", example=[])
    remaining: tuple[str, ...] = described("what is still wrong and what helps, a sentence each", example=[])


class RestoreDocument(Document):
    """A backup that was restored."""

    data: str = described("the data folder it was restored into", example="/home/me/.local/share/parley")
    configuration: bool = described("whether its configuration was put back as well", example=True)
