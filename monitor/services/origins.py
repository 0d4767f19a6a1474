"""Where each field of an article comes from, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawler.archive.archive import KeptPage
from crawler.outcomes import Outcome
from crawler.page import Page, PageKind, Precision
from crawler.urls import canonical
from indexer.article import Article, PublishedFrom

_PUBLISHED: Mapping[PublishedFrom, str] = {
    "feed": "from the feed",
    "json-ld": "from the page's JSON-LD",
    "meta": "from a meta tag of the page",
    "time": "from a time element of the page",
    "url": "from the address of the page",
    "text": "from a date in the text of the page",
    "none": "unknown: the page gives no date, or an implausible one",
}
_PRECISION: Mapping[Precision | None, str] = {
    "second": ", to the second",
    "day": ", which gives only the day",
    None: "",
}
_READ_FROM: Mapping[PageKind, str] = {
    "document": "from the page at its address",
    "entry": "from the full text in the feed",
    "message": "from the channel's message",
    "item": "from an item of the spider",
}


def origins(article: Article, pages: Sequence[KeptPage]) -> dict[str, str]:
    """Return field → where its value comes from.

    Args:
        pages: those kept of the article, oldest first; none where they were pruned.
    """
    kept = next((kept for kept in reversed(pages) if kept.state == Outcome.INDEXED), None)
    read = kept.page if kept else None
    read_from = _READ_FROM[read.kind] if read else "from a page that is not kept"
    story = (
        "its text repeats that of an article published before" if article.copy_of else "no earlier article has its text"
    )
    return {
        "url": _url(article, read),
        "title": read_from if article.title else f"none was recognised {read_from}",
        "text": f"{read_from}; {kept.detail}" if kept and kept.detail else read_from,
        "authors": read_from if article.authors else f"none was recognised {read_from}",
        "published": _PUBLISHED[article.published_from] + _PRECISION[article.published_precision],
        "updated": "stated beside the date of publication" if article.updated else "no later change is stated",
        "collected": "when its first page was stored",
        "source": f"its feed {pages[0].page.feed} listed the address"
        if pages
        else "the source that listed the address",
        "language": _language(article),
        "themes": "the themes whose queries match it",
        "copy_of": story,
        "carries": "stories whose text stands within its own, which is much longer",
    }


def _url(article: Article, read: Page | None) -> str:
    if read is None or read.url == article.url:
        moved = f"; it redirected to {read.final_url}" if read and canonical(read.final_url) != article.url else ""
        return f"the canonical form of the address it was collected at{moved}"
    if canonical(read.final_url) == article.url:
        return f"where {read.url} redirected, the address it was collected at"
    return f"the canonical address that the page names; it was collected at {read.url}"


def _language(article: Article) -> str:
    if article.language is None:
        return "unknown: the text is too short or unclear"
    return "recognised from the text; where the text is unclear, as the page declares it"
