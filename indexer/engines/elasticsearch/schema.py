"""How an article lies in Elasticsearch: the strict mapping, and an article as a document and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from indexer.article import Article
from indexer.engines.elasticsearch.address import Address
from indexer.engines.elasticsearch.compile import instant
from indexer.stored_form import author_names, order, text_fields
from indexer.words import TOKENIZER_VERSION

SCHEMA_VERSION = 2  # raise it whenever the mapping or the meaning of a field changes
OWNER = "parley"  # the key in the mapping's `_meta` that marks an index as ours
SEARCHED = ("words", "title_words", "author_words")
LEFT_OUT = (*SEARCHED, "author_names")  # made of the rest of an article, for asking alone

# The standard search analyzer serves what people type in Kibana; our own queries never pass through it.
_WORDS = {"type": "text", "analyzer": "whitespace", "search_analyzer": "standard"}
_SHOWN = {"type": "keyword", "index": False, "doc_values": False}
# Lucene refuses a document with a term above 32,766 bytes; such an address is kept and not searched.
_ADDRESS = {"type": "keyword", "ignore_above": 8_191}
_TYPES: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    (_WORDS, SEARCHED),
    (_SHOWN, ("title", "text", "authors", "published_from")),
    (_ADDRESS, ("url",)),
    ({"type": "keyword"}, ("site", "source", "language", "precision", "copy_of", "themes", "author_names")),
    ({"type": "date"}, ("published", "collected")),
    ({"type": "long"}, ("serial", "order")),
)
_PROPERTIES = {name: field for field, names in _TYPES for name in names}


def new_index(address: Address) -> dict[str, Any]:
    """Return settings and mapping of an index to be made."""
    return {
        "settings": {
            "index": {
                "number_of_shards": str(address.shards),
                # What was acknowledged is on disk: on the strength of it the archive calls a page indexed.
                "translog": {"durability": "request"},
                **changeable(address),
            }
        },
        "mappings": {"dynamic": "strict", "_meta": {OWNER: versions()}, "properties": _PROPERTIES},
    }


def changeable(address: Address) -> dict[str, str]:
    """Return the settings of an index that may change while it is used."""
    if address.replicas is None:
        return {"auto_expand_replicas": "0-1", "refresh_interval": address.refresh}
    replicas = str(address.replicas)
    return {"auto_expand_replicas": "false", "number_of_replicas": replicas, "refresh_interval": address.refresh}


def versions() -> dict[str, int]:
    """Return what an index must have been written with."""
    return {"schema": SCHEMA_VERSION, "tokenizer": TOKENIZER_VERSION}


def same_fields(mappings: Mapping[str, Any]) -> bool:
    """Tell whether an index has the fields and types of `new_index`."""
    there = {name: field.get("type") for name, field in mappings.get("properties", {}).items()}
    return there == {name: field["type"] for name, field in _PROPERTIES.items()}


def document(article: Article) -> dict[str, Any]:
    """Return the fields of a stored article: those that are searched, and those of `indexer.stored_form.stored`."""
    return text_fields(article) | {
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors),
        "author_names": author_names(article),
        "url": article.url,
        "site": article.site,
        "source": article.source,
        "language": article.language,
        "published": None if article.published is None else instant(article.published),
        "published_from": article.published_from,
        "precision": article.published_precision,
        "collected": instant(article.collected),
        "copy_of": article.copy_of,
        "themes": sorted(article.themes),
        "serial": article.serial,
        "order": order(article),
    }


def article(id: str, document: Mapping[str, Any]) -> Article:
    """Return the article a document was made from."""
    published = document["published"]
    return Article(
        id=id,
        serial=document["serial"],
        url=document["url"],
        site=document["site"],
        title=document["title"],
        text=document["text"],
        authors=tuple(document["authors"]),
        source=document["source"],
        language=document["language"],
        published=None if published is None else datetime.fromisoformat(published),
        published_from=document["published_from"],
        published_precision=document["precision"],
        collected=datetime.fromisoformat(document["collected"]),
        copy_of=document["copy_of"],
        themes=frozenset(document["themes"]),
    )
