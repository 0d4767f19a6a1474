"""The Elasticsearch schema: the strict mapping, and the conversion between articles and documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from indexer.article import Article
from indexer.engines.elasticsearch.address import Address
from indexer.engines.elasticsearch.compile import format_moment
from indexer.engines.elasticsearch.origins import Origin
from indexer.stored_form import author_names, sort_key, text_fields
from indexer.words import APOSTROPHES, TOKENIZER_VERSION

SCHEMA_VERSION = 8  # increase it when the mapping or the meaning of a field changes
OWNER = "parley"  # the key in the mapping's `_meta` that marks an index as created by Parley
ARCHIVE = "archive"  # the key below it that contains the id of the archive whose articles the index contains
SEARCHED = ("words", "title_words", "author_words")
LEFT_OUT = (*SEARCHED, "author_names")  # derived from the other fields, and only needed for searching

# For what people type in Kibana: it splits and folds what is in use as `indexer.words` does. Our own queries do not use it.
_TYPED = {
    "char_filter": {
        "spelling": {
            "type": "mapping",
            "mappings": [
                *(f"{letter} => {plain}" for letter, plain in zip("ёЁѐЀѝЍ", "еЕеЕиИ", strict=True)),
                *(f"{each} => '" for each in APOSTROPHES.replace("'", "")),
            ],
        }
    },
    "filter": {"latin": {"type": "asciifolding"}},
    "analyzer": {
        "typed": {
            "type": "custom",
            "char_filter": ["spelling"],
            "tokenizer": "standard",
            "filter": ["lowercase", "latin"],
        }
    },
}
_WORDS = {"type": "text", "analyzer": "whitespace", "search_analyzer": "typed"}
_SHOWN = {"type": "keyword", "index": False, "doc_values": False}
# Lucene rejects a document with a term above 32,766 bytes, so a longer address is stored without being searchable.
_ADDRESS = {"type": "keyword", "ignore_above": 8_191}
_TYPES: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    (_WORDS, SEARCHED),
    (_SHOWN, ("headline", "body", "authors", "published_from", "updated", "updated_precision")),
    (_ADDRESS, ("url",)),
    ({"type": "keyword"}, ("site", "source", "language", "precision", "copy_of", "carries", "themes", "author_names")),
    ({"type": "keyword"}, ("class", "country")),  # of the source
    ({"type": "date"}, ("published", "collected")),
    ({"type": "long"}, ("serial", "order")),
)
# Names that people use in Kibana: they find what the words find, in whatever case.
_ALIASES = {"title": "title_words", "text": "words", "author": "author_words", "@timestamp": "published"}
_PROPERTIES = {
    **{name: field for field, names in _TYPES for name in names},
    **{name: {"type": "alias", "path": path} for name, path in _ALIASES.items()},
}


def new_index(address: Address) -> dict[str, Any]:
    """Return the settings and mapping of a new index, of whatever archive."""
    return {
        "settings": {
            "index": {
                "number_of_shards": str(address.shards),
                # The archive marks a page as indexed when its article was acknowledged, so that has to be on disk by then.
                "translog": {"durability": "request"},
                "analysis": _TYPED,
                # A search without a field, as typed in Kibana: otherwise it counts matches in every field.
                "query": {"default_field": ["words"]},
                **changeable_settings(address),
            }
        },
        "mappings": {"dynamic": "strict", "_meta": meta(None), "properties": _PROPERTIES},
    }


def changeable_settings(address: Address) -> dict[str, str]:
    """Return those settings of an index that can change later."""
    if address.replicas is None:
        return {"auto_expand_replicas": "0-1", "refresh_interval": address.refresh}
    replicas = str(address.replicas)
    return {"auto_expand_replicas": "false", "number_of_replicas": replicas, "refresh_interval": address.refresh}


def versions() -> dict[str, int]:
    """Return the versions that an index must have been created with."""
    return {"schema": SCHEMA_VERSION, "tokenizer": TOKENIZER_VERSION}


def meta(archive: str | None) -> dict[str, Any]:
    """Return the `_meta` of the mapping of an index with the articles of this archive; None for any."""
    return {OWNER: versions() if archive is None else {**versions(), ARCHIVE: archive}}


def has_same_fields(mappings: Mapping[str, Any]) -> bool:
    """Return whether an index has the fields and types of `new_index`."""
    types = {name: field.get("type") for name, field in mappings.get("properties", {}).items()}
    return types == {name: field["type"] for name, field in _PROPERTIES.items()}


def to_document(article: Article, origin: Origin) -> dict[str, Any]:
    """Return the document for an article: its searchable fields and those that it is restored from.

    Args:
        origin: the fields that follow from its source; none when it is not configured.
    """
    return (
        text_fields(article)
        | origin
        | {
            "headline": article.title,
            "body": article.text,
            "authors": list(article.authors),
            "author_names": author_names(article),
            "url": article.url,
            "site": article.site,
            "source": article.source,
            "language": article.language,
            "published": None if article.published is None else format_moment(article.published),
            "published_from": article.published_from,
            "precision": article.published_precision,
            "updated": None if article.updated is None else format_moment(article.updated),
            "updated_precision": article.updated_precision,
            "collected": format_moment(article.collected),
            "copy_of": article.copy_of,
            "carries": list(article.carries),
            "themes": sorted(article.themes),
            "serial": article.serial,
            "order": sort_key(article),
        }
    )


def to_article(id: str, document: Mapping[str, Any]) -> Article:
    """Return the article that a document was created from."""
    published, updated = document["published"], document["updated"]
    return Article(
        id=id,
        serial=document["serial"],
        url=document["url"],
        site=document["site"],
        title=document["headline"],
        text=document["body"],
        authors=tuple(document["authors"]),
        source=document["source"],
        language=document["language"],
        published=None if published is None else datetime.fromisoformat(published),
        published_from=document["published_from"],
        published_precision=document["precision"],
        updated=None if updated is None else datetime.fromisoformat(updated),
        updated_precision=document["updated_precision"],
        collected=datetime.fromisoformat(document["collected"]),
        copy_of=document["copy_of"],
        carries=tuple(document["carries"]),
        themes=frozenset(document["themes"]),
    )
