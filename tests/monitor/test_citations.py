"""A citation has what is known of an article, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.page import Precision
from monitor.citations import citation
from monitor.documents.articles import ArticleDocument, FullArticleDocument, PageDocument

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def cited(
    *,
    zone: ZoneInfo = BERLIN,
    title: str | None = "A truce",
    authors: tuple[str, ...] = ("Ana Petrova",),
    published: datetime | None = datetime(2026, 11, 20, 23, 30, tzinfo=UTC),
    precision: Precision | None = "second",
    source_name: str | None = "Northern Wire",
    pages: int = 2,
) -> str:
    article = ArticleDocument.model_construct(
        id="0d4f",
        url="https://news.example/1",
        title=title,
        authors=authors,
        published=published,
        published_precision=precision,
        collected=NOON,
        source="northern-wire",
    )
    kept = tuple(PageDocument.model_construct(collected=NOON.replace(hour=12 + page)) for page in range(pages))
    full = FullArticleDocument.model_construct(article=article, source_name=source_name, pages=kept)
    return "".join(citation(full, zone))


def test_a_citation_names_author_title_outlet_time_with_zone_address_and_the_archived_page() -> None:
    assert cited() == (
        "Ana Petrova, “A truce”, Northern Wire, 21 November 2026, 00:30 Europe/Berlin, https://news.example/1 "
        "(archived by Parley on 20 November 2026, 14:00 Europe/Berlin, id 0d4f)"
    )


@pytest.mark.parametrize(
    ("values", "begins"),
    [
        ({"authors": ()}, "“A truce”, Northern Wire, 21 November 2026, 00:30 Europe/Berlin, https://"),
        ({"title": None}, "Ana Petrova, Northern Wire, 21 November"),
        ({"title": " \u202e ", "authors": ("",)}, "Northern Wire, 21 November"),
        ({"title": "A\n\u202etruce", "authors": ("a", "b\r", "c")}, "a, b, c, “A truce”, Northern"),
        ({"authors": ("a", "b", "c", "d")}, "a and others, “A truce”"),
        ({"published": None, "precision": None}, "Ana Petrova, “A truce”, Northern Wire, date unknown, https://"),
        ({"published": NOON, "precision": "day"}, "Ana Petrova, “A truce”, Northern Wire, 20 November 2026, https://"),
        ({"source_name": None}, "Ana Petrova, “A truce”, northern-wire, 21"),
    ],
)
def test_what_is_unknown_is_left_out_or_said_to_be_unknown(values: dict[str, object], begins: str) -> None:
    assert cited(**values).startswith(begins)  # type: ignore[arg-type]


def test_without_an_archived_page_the_time_of_collection_is_named() -> None:
    assert cited(pages=0, zone=ZoneInfo("UTC")).endswith(
        "(collected by Parley on 20 November 2026, 12:00 UTC, id 0d4f)"
    )
