from __future__ import annotations

import json

import pytest

from crawler.parse.json_feed import read_json
from crawler.parse.xml_feed import read_xml

URL = "https://news.example/feed"


def guid_of(item: str) -> str | None:
    syndicated = read_json(item, URL) if item.startswith("{") else read_xml(item, URL)
    assert syndicated is not None
    return syndicated.entries[0].guid


@pytest.mark.parametrize(
    "document",
    [
        "<rss><channel><item><title>Talks</title><guid> tag:1 </guid></item></channel></rss>",
        '<rss><channel><item><title>Talks</title><guid isPermaLink="false">tag:1</guid></item></channel></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Talks</title><id>tag:1</id></entry></feed>',
        json.dumps({"items": [{"id": "tag:1", "title": "Talks"}]}),
    ],
)
def test_an_entry_keeps_the_identity_its_feed_gives_it(document: str) -> None:
    assert guid_of(document) == "tag:1"


def test_a_number_is_an_identity_in_json() -> None:
    assert guid_of(json.dumps({"items": [{"id": 7, "title": "Talks"}]})) == "7"


@pytest.mark.parametrize("item", ['{"items": [{"title": "Talks"}]}', "<rss><item><title>Talks</title></item></rss>"])
def test_an_entry_without_an_identity_has_none(item: str) -> None:
    assert guid_of(item) is None
