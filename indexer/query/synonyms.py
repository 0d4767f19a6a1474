"""Names of fields that people type by habit, and the fields they mean."""

from __future__ import annotations

from dataclasses import replace

from indexer.query.context import Reading
from indexer.query.diagnostics import reject
from indexer.query.fields import FIELDS
from indexer.query.syntax import Comparison, Field, Phrase, Word

FIELD_SYNONYMS = {
    **dict.fromkeys(("date", "day", "on"), "published"),
    **dict.fromkeys(("headline",), "title"),
    **dict.fromkeys(("by", "authors"), "author"),
    **dict.fromkeys(("outlet", "publisher", "medium"), "source"),
    **dict.fromkeys(("type", "kind"), "class"),
    **dict.fromkeys(("nation",), "country"),
    **dict.fromkeys(("domain", "website"), "site"),
    **dict.fromkeys(("topic", "tag"), "theme"),
    **dict.fromkeys(("link", "address"), "url"),
}
COMPARISONS = {"since": ">=", "after": ">", "until": "<=", "before": "<"}  # fields that compare published:
HABITS = frozenset((*FIELD_SYNONYMS, *COMPARISONS))


def is_field(name: str) -> bool:
    """Return whether a name before a colon is a field, or means one."""
    return name in FIELDS or name in HABITS


def resolve_synonym(field: Field, reading: Reading) -> Field:
    """Return the field that is meant, with a note where it was typed by another name.

    Raises:
        QueryError: since:, until: and the like stand before something that is not one time.
    """
    if field.name in FIELD_SYNONYMS:
        name = FIELD_SYNONYMS[field.name]
        _note(field, f"{name}:", reading)
        return replace(field, name=name)
    if field.name not in COMPARISONS:
        return field
    sign, time = COMPARISONS[field.name], field.part
    if not isinstance(time, Word | Phrase) or time.text == "*":
        message = f"{field.name}: takes one time, as in {field.name}:2026-03-01 or {field.name}:7d"
        raise reject("no-date", message, field.start, len(field.name))
    _note(field, f"published:{sign}", reading)
    return replace(field, name="published", part=Comparison(sign, time, time.start, time.end))


def _note(field: Field, meaning: str, reading: Reading) -> None:
    colon = reading.text.index(":", field.start) + 1
    typed = reading.text[field.start : colon]
    suggestion = reading.replaced(field.start, colon, meaning)
    reading.note("field-synonym", f"{typed} is read as {meaning}", field.start, len(typed), suggestion)
