"""Extraction of one page, from its address or its content."""

from __future__ import annotations

from datetime import UTC, datetime

from config.errors import RequestFailed, WrongArgument
from crawler.limits import worker_memory
from crawler.outcomes import Outcome
from crawler.page import Hints
from indexer.article import Extraction
from indexer.extract import NoArticle
from indexer.extract.pool import Crash, Job, Pool
from monitor.app import App
from monitor.documents.extraction import ExtractDocument, ExtractionDocument


def extract_address(app: App, url: str) -> ExtractDocument:
    """Fetch a page as the crawler would and return the extracted article; nothing is stored.

    Calls from several threads, of `probe_feeds` too, take turns.

    Raises:
        RequestFailed: the page cannot be fetched; the message says why.
    """
    from crawler.download.fetch import Fetched, Fetcher  # loads the whole of Scrapy
    from crawler.download.loop import run, with_downloader

    answers: list[Fetched] = []

    async def work(fetch: Fetcher) -> None:
        answers.append(await fetch(url, {}))

    run(with_downloader(app.settings, work))
    if not answers or answers[0].outcome != Outcome.ANSWERED:
        raise RequestFailed(f"{url}: {answers[0].detail if answers else 'the download was interrupted'}", field="page")
    return extract_page(app, answers[0].body, answers[0].url, answers[0].content_type)


def extract_page(app: App, body: bytes, url: str, content_type: str = "") -> ExtractDocument:
    """Return the article extracted from a page. A separate process does this, as in the indexer, because pages are untrusted.

    Args:
        url: the address the page is from.
        content_type: as its server declared it; empty when unknown.

    Raises:
        WrongArgument: the page is larger than `max_bytes` allows.
    """
    settings = app.settings
    if len(body) > settings.max_bytes:
        message = f"longer than {settings.max_bytes:,} bytes; increase the setting max_bytes to read it"
        raise WrongArgument(f"{url}: {message}", field="page")
    job = Job(
        key=url,
        kind="document",
        body=body,
        content_type=content_type,
        url=url,
        hints=Hints(),
        collected=datetime.now(UTC),
    )
    with Pool(1, settings.page_seconds, memory=worker_memory(settings.max_bytes)) as pool:
        [(_, result)] = pool.map([job])
    return _document(url, result)


def _document(url: str, result: Extraction | NoArticle | Crash) -> ExtractDocument:
    if not isinstance(result, Extraction):
        return ExtractDocument(url=url, outcome=result.outcome, explanation=result.detail, article=None)
    article = ExtractionDocument(
        title=result.title,
        text=result.text,
        authors=result.authors,
        published=result.published,
        published_from=result.published_from,
        published_precision=result.published_precision,
        updated=result.updated,
        updated_precision=result.updated_precision,
        language=result.language,
        canonical_url=result.canonical_url,
    )
    return ExtractDocument(url=url, outcome="extracted", explanation="", article=article)
