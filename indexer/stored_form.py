"""The form in which every engine stores articles, so that all engines return and sort them in the same way.

Two things are dropped on purpose: fractions of a second, and lone surrogates, which UTF-8 cannot encode and which become
U+FFFD.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import zstandard

from indexer import words
from indexer.article import Article, TextField

FORM = 4  # of what `pack` returns; raise it with every change, and keep reading the earlier ones
SERIAL_BITS = 29
# Seconds are counted from October 1697, so that dates up to 2242 fit in 34 bits and the order in a signed 64-bit number.
_BEFORE_1970 = 1 << 33
_LAST_SECOND = (1 << 34) - 1
_LONGEST_ID, _LONGEST_VALUE = 512, 32_766
_LONGEST_NAME = 200
_LONG = 30_000  # characters; a thousand texts of this length and their tokens take about 100 MB


def to_stored(article: Article) -> Article:
    """Return the article as an engine will return it: with whole seconds and without lone surrogates."""
    return replace(
        article,
        id=replace_surrogates(article.id),
        url=replace_surrogates(article.url),
        site=replace_surrogates(article.site),
        title=None if article.title is None else replace_surrogates(article.title),
        text=replace_surrogates(article.text),
        authors=tuple(map(replace_surrogates, article.authors)),
        source=replace_surrogates(article.source),
        language=None if article.language is None else replace_surrogates(article.language),
        published=None if article.published is None else article.published.replace(microsecond=0),
        collected=article.collected.replace(microsecond=0),
        updated=None if article.updated is None else article.updated.replace(microsecond=0),
        copy_of=None if article.copy_of is None else replace_surrogates(article.copy_of),
        carries=tuple(map(replace_surrogates, article.carries)),
        themes=frozenset(map(replace_surrogates, article.themes)),
    )


def replace_surrogates(text: str) -> str:
    """Return the text with each lone surrogate replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def explain_rejection(article: Article) -> str:
    """Return why no engine can store the article (a value is too long), or "" if all can.

    The limits are Lucene's for a term and Elasticsearch's for an id, in bytes of UTF-8. Addresses may have any length.
    """
    values = {"site": article.site, "source": article.source, "language": article.language, "copy_of": article.copy_of}
    several = [*(("carries", story) for story in article.carries), *(("theme", theme) for theme in article.themes)]
    items = [*values.items(), *several]
    limits = [("id", article.id, _LONGEST_ID), *((name, value or "", _LONGEST_VALUE) for name, value in items)]
    for name, value, limit in limits:
        if (size := len(value.encode())) > limit:
            return f"its {name} has {size:,} bytes; the limit is {limit:,}"
    return ""


def to_seconds(moment: datetime) -> int:
    """Return whole seconds since 1970, rounded down."""
    # Edges of buckets are whole; the rest is cut off before it becomes a float, which could round it up.
    whole = moment.replace(microsecond=0) if moment.microsecond else moment
    return int(whole.timestamp())


def sort_key(article: Article) -> int:
    """Return the number by which hits are sorted and paged: published seconds, then serial; the serial alone when undated.

    The number is below 2**63. Dates before 1697 or after 2242 are sorted as the first or last possible date.
    """
    if article.published is None:
        return article.serial
    second = min(max(to_seconds(article.published) + _BEFORE_1970, 1), _LAST_SECOND)
    return second << SERIAL_BITS | article.serial


def author_names(article: Article) -> list[str]:
    """Return the normalized names of the authors, each once."""
    return sorted(filter(None, set(map(author_name, article.authors))))


def author_name(author: str) -> str:
    """Return the normalized name that identifies an author: its words, joined by spaces and cut at 200 characters."""
    return " ".join(words.tokens(author))[:_LONGEST_NAME]


def text_fields(article: Article) -> dict[TextField, str]:
    """Return field → tokens joined by spaces, as the engines' whitespace analyzers index them.

    Recent results are cached unless they are long, because a batch is signed, tagged and stored one after the other.
    """
    make = _text_fields if len(article.text) > _LONG else _cached_text_fields
    return dict(make(article.title, article.text, article.authors))


def text_words(article: Article) -> list[str]:
    """Return the words of the text without the title."""
    return text_fields(article)["words"].partition(words.SEPARATOR)[2].split()


def _text_fields(title: str | None, text: str, authors: tuple[str, ...]) -> dict[TextField, str]:
    return {
        "words": words.joined(title, text),
        "title_words": " ".join(words.tokens(title or "")),
        "author_words": words.joined_authors(authors),
    }


_cached_text_fields = lru_cache(maxsize=1_000)(_text_fields)


class Damaged(ValueError):
    """A stored article cannot be read: a part of it was changed on the disk."""


def pack(article: Article) -> bytes:
    """Return the stored article as zstd-compressed JSON with a checksum (RFC 8878 3.1.1)."""
    fields: dict[str, Any] = {name: getattr(article, name) for name in Article.__dataclass_fields__}
    fields["themes"] = sorted(article.themes)
    fields["published"] = None if article.published is None else to_seconds(article.published)
    fields["collected"] = to_seconds(article.collected)
    fields["updated"] = None if article.updated is None else to_seconds(article.updated)
    return _compressor().compress(json.dumps(fields, ensure_ascii=False).encode())


def unpack(packed: bytes) -> Article:
    """Return the article that was passed to `pack`, in this form or an earlier one; those before form 4 have no checksum.

    Raises:
        Damaged: it is none.
    """
    try:
        return _article(json.loads(zstandard.decompress(packed)))
    except (zstandard.ZstdError, ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError) as error:
        raise Damaged(f"a stored article is damaged ({error})") from error


def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(write_checksum=True)


def _article(fields: dict[str, Any]) -> Article:
    published = fields["published"]
    fields["published"] = None if published is None else datetime.fromtimestamp(published, UTC)
    updated = fields.get("updated")  # earlier forms have none
    fields["updated"] = None if updated is None else datetime.fromtimestamp(updated, UTC)
    fields["collected"] = datetime.fromtimestamp(fields["collected"], UTC)
    fields["authors"] = tuple(fields["authors"])
    fields["themes"] = frozenset(fields["themes"])
    fields["carries"] = tuple(fields.get("carries", ()))  # earlier forms have none
    article = Article(**fields)
    if not all(isinstance(text, str) for text in _texts(article)):
        raise TypeError("a text is none")
    return article


def _texts(article: Article) -> tuple[object, ...]:
    optional = article.title, article.language, article.copy_of, article.published_precision, article.updated_precision
    required = article.id, article.url, article.site, article.text, article.source, article.published_from
    several = *article.authors, *article.themes, *article.carries
    return *required, *several, *(text for text in optional if text is not None)
