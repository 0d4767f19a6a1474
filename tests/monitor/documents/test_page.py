"""docs/documents.md says what the documents are, and every field of them is described by an example that it may hold."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from pydantic import TypeAdapter

from monitor.documents.base import Document
from tests.support.documents_page import COMMAND, PAGE, document_types, json_name, page, type_name

DOCUMENTS = [document for several in document_types().values() for document in several]
FIELDS = [(document, name) for document in DOCUMENTS for name in document.model_fields]
OTHER_NAMES = {"from", "to", "why", "detail", "trouble"}  # of what is `start`, `end` and `explanation`


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), f"docs/documents.md differs; if that is meant, run `{COMMAND}`"


@pytest.mark.parametrize(("document", "name"), FIELDS, ids=[f"{document.__name__}.{name}" for document, name in FIELDS])
def test_every_field_has_a_description_and_a_valid_example(document: type[Document], name: str) -> None:
    field = document.model_fields[name]
    assert field.description
    assert field.examples
    adapter: TypeAdapter[Any] = TypeAdapter(cast(Any, field.annotation))
    for example in field.examples:
        if not (example == {} and "](#" in type_name(field.annotation)):  # a document, whose own fields have examples
            adapter.validate_json(json.dumps(example), strict=True)


def test_one_thing_has_one_name() -> None:
    names = {json_name(name, document.model_fields[name]) for document, name in FIELDS}
    assert names.isdisjoint(OTHER_NAMES)


def test_no_two_documents_share_a_name() -> None:
    assert len({document.__name__ for document in DOCUMENTS}) == len(DOCUMENTS)
