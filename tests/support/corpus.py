"""The openly licensed documents of the test data as articles."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from indexer.article import Article
from tests.support.builders import article

COLLECTED = datetime(2026, 3, 1, tzinfo=UTC)


def corpus(test_data: Path) -> list[Article]:
    """Return every document, in file order; a repeated text makes it a copy."""
    stories: dict[str, str] = {}
    return [_article(serial, document, stories) for serial, document in enumerate(_documents(test_data), 1)]


def _documents(test_data: Path) -> Iterator[dict[str, Any]]:
    for file in sorted((test_data / "corpus" / "open-licence").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _article(serial: int, document: dict[str, Any], stories: dict[str, str]) -> Article:
    published = _published(document["published"])
    made = article(
        serial=serial,
        url=f"{document['url']}#{serial}",  # some addresses have several texts
        title=document["title"],
        text=document["text"],
        authors=(document["author"],) if document.get("author") else (),
        source=document["source"],
        site="t.me" if document["source"].startswith("telegram:") else document["source"],
        language=document["language"],
        published=published,
        published_from="none" if published is None else "feed",
        published_precision=None if published is None else "day" if len(document["published"]) == 10 else "second",
        collected=COLLECTED + timedelta(minutes=serial),
        copy_of=None,
        themes=frozenset(document.get("topics") or ()),
    )
    story = stories.setdefault(made.text, made.id)
    return made if story == made.id else replace(made, copy_of=story)


def _published(date: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(date or "")
    except ValueError:  # one document says 24:09
        return None
    return moment.replace(hour=12, tzinfo=UTC) if len(date or "") == 10 else moment.replace(tzinfo=moment.tzinfo or UTC)
