"""A digest: what moved in a period and why, what is new, and what to know before believing it."""

from __future__ import annotations

from config.sources import SourceClass
from monitor.documents.articles import RelatedArticleDocument
from monitor.documents.base import Document, Moment, described
from monitor.documents.emerging import EmergingDocument
from monitor.documents.moves import MovesDocument
from monitor.documents.operations import UnwellFeedDocument


class DigestFeedDocument(UnwellFeedDocument):
    """A feed that somebody should look at, as a digest names it."""

    source_name: str | None = described("name of its source", example="BBC World", default=None)


class HeadlineDocument(RelatedArticleDocument):
    """A story that a digest names."""

    source_name: str = described("name of its source", example="Reuters")
    source_class: SourceClass | None = described("class of the source; null for one that was removed", example="wire")
    language: str | None = described("ISO 639-1 code; null when unknown", example="en")


class HappeningDocument(Document):
    """A theme that moved, with those that the same stories moved in the same way."""

    themes: tuple[str, ...] = described(
        "ids of the themes, the one that the sentences are about first", example=["truce"]
    )
    finding: str = described(
        "what happened, with its two numbers", example="Truce rose to 56% of all articles, from 13% the week before"
    )
    details: tuple[str, ...] = described(
        "more sentences: about its latest spike, and the period as a whole",
        example=["From 20 to 23 November there were 21 stories about it; about 2 would be usual."],
    )
    words: tuple[str, ...] = described("words that stand out, each with its language", example=["тишины (ru)"])
    headlines: tuple[HeadlineDocument, ...] = described(
        "stories, of as many languages and classes as there are; for a fall, those of the period before", example=[]
    )


class DigestDocument(Document):
    """What moved in a day, a week or another period."""

    title: str = described("heading", example="What moved from 16 to 22 November 2026")
    start: Moment = described("first moment of the period", example="2026-11-16T00:00:00+00:00")
    end: Moment = described("first moment after it", example="2026-11-23T00:00:00+00:00")
    timezone: str = described("time zone of these moments", example="UTC")
    made: Moment = described("when the digest was made", example="2026-11-23T06:00:00+00:00")
    collected: str = described(
        "how much was collected, in a sentence", example="39 articles from 17 sources; 16 in the 7 days before."
    )
    happenings: tuple[HappeningDocument, ...] = described(
        "what moved: rises, then spikes, then falls, each the surest first", example=[]
    )
    moves: MovesDocument = described("all themes in the period and before", example={})
    emerging: EmergingDocument = described("what no theme watches yet", example={})
    unwell: tuple[DigestFeedDocument, ...] = described("feeds that need a look now", example=[])
    remarks: tuple[str, ...] = described(
        "what to know before believing it: what is not indexed yet, silent sources by name, articles without a date",
        example=["Compare with care: on 12 November, in the week before, nothing came from 1 of 17 sources (BBC)."],
    )
