"""The tantivy schema: the fields, their analyzer, and the document for an article.

The embedded engine and the tagger both use it, so they always agree.
"""

from __future__ import annotations

from collections.abc import Mapping

import tantivy

from indexer.article import Article, TextField
from indexer.stored_form import author_names, pack, sort_key, text_fields, to_seconds
from indexer.words import TOKENIZER_VERSION

# Versions that an index must have been created with; increase `fields` when a field below changes.
MADE_BY = {"fields": 3, "tokenizer": TOKENIZER_VERSION}

_KEYWORDS = ("id", "url", "site", "precision")
_COUNTED_KEYWORDS = ("source", "language", "themes", "author_names", "copy_of", "carries")
TEXTS: tuple[TextField, ...] = ("words", "title_words", "author_words")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in _KEYWORDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in _COUNTED_KEYWORDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_unsigned_field("serial", indexed=True, fast=True)
    builder.add_unsigned_field("order", fast=True)
    builder.add_integer_field("published", fast=True)
    builder.add_integer_field("collected", fast=True)
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


SCHEMA = _schema()


def prepare(index: tantivy.Index) -> tantivy.Index:
    """Register the analyzer, which tantivy does not save, turn off automatic reloading, and return the index."""
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", analyzer)
    index.config_reader("manual")
    return index


def to_searchable_document(article: Article, texts: Mapping[TextField, str]) -> tantivy.Document:
    """Return a document with the searchable fields of an article, without its sort order and stored form.

    Args:
        texts: the result of `indexer.stored_form.text_fields` for the article.
    """
    document = tantivy.Document()
    for field, text in texts.items():
        document.add_text(field, text)
    for name, value in (
        ("id", article.id),
        ("url", article.url),
        ("site", article.site),
        ("precision", article.published_precision),
        ("source", article.source),
        ("language", article.language),
        ("copy_of", article.copy_of),
        *(("carries", story) for story in article.carries),
        *(("themes", theme) for theme in article.themes),
        *(("author_names", name) for name in author_names(article)),
    ):
        if value is not None:
            document.add_text(name, value)
    if article.published is not None:
        document.add_integer("published", to_seconds(article.published))
    document.add_integer("collected", to_seconds(article.collected))
    return document


def to_document(article: Article) -> tantivy.Document:
    """Return the complete document to index for an article."""
    result = to_searchable_document(article, text_fields(article))
    result.add_unsigned("serial", article.serial)
    result.add_unsigned("order", sort_key(article))
    result.add_bytes("stored", pack(article))
    return result
