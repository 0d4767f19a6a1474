"""How an article lies in tantivy: the fields, their analyzer, and the document made of an article.

Used by the embedded engine and by the tagger, which therefore agree.
"""

from __future__ import annotations

from collections.abc import Mapping

import tantivy

from indexer.article import Article, TextField
from indexer.stored_form import author_names, order, pack, seconds, text_fields
from indexer.words import TOKENIZER_VERSION

# What an index must have been made with; raise `fields` when one of the fields below changes. Early indexes have one field more,
# `story`, before `stored`: they are opened with their own schema, and queries name only fields that have the same number in both.
MADE_BY = {"fields": 2, "tokenizer": TOKENIZER_VERSION}

_KEYWORDS = ("id", "url", "site", "precision")
_COUNTED_KEYWORDS = ("source", "language", "themes", "author_names", "copy_of")
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


def prepared(index: tantivy.Index) -> tantivy.Index:
    """Return the index ready for use: tantivy does not save analyzers, and reloads only when told."""
    blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", blanks)
    index.config_reader("manual")
    return index


def searchable(article: Article, texts: Mapping[TextField, str]) -> tantivy.Document:
    """Return the document by which an article is found, without what sorts it or gives it back.

    Args:
        texts: what `indexer.stored_form.text_fields` makes of it.
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
        *(("themes", theme) for theme in article.themes),
        *(("author_names", name) for name in author_names(article)),
    ):
        if value is not None:
            document.add_text(name, value)
    if article.published is not None:
        document.add_integer("published", seconds(article.published))
    document.add_integer("collected", seconds(article.collected))
    return document


def document(article: Article) -> tantivy.Document:
    """Return the document of a stored article."""
    made = searchable(article, text_fields(article))
    made.add_unsigned("serial", article.serial)
    made.add_unsigned("order", order(article))
    made.add_bytes("stored", pack(article))
    return made
