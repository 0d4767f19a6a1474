"""Feed entries, channel messages and spiders' items become articles without a page to fetch."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.page import Hints, PageKind
from indexer.article import Extraction
from indexer.extract import NoArticle, read_page

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
URL = "https://channel.example/s/news/17"
SENTENCE = "Delegations from both sides met in Geneva on Thursday."


def read(kind: PageKind, body: str, hints: Hints | None = None) -> Extraction | NoArticle:
    return read_page(
        kind, body.encode(), "text/html", URL, hints or Hints(published=AT, published_precision="second"), NOW
    )


def article(kind: PageKind, body: str, hints: Hints | None = None) -> Extraction:
    result = read(kind, body, hints)
    assert isinstance(result, Extraction), result
    return result


def test_an_entry_keeps_its_blocks_apart_and_drops_scripts() -> None:
    found = article("entry", f"<p>{SENTENCE}</p><script>track()</script><ul><li>One</li><li>Two<br>Three</li></ul>")
    assert found.text.splitlines() == [SENTENCE, "One", "Two", "Three"]


def test_inline_markup_does_not_split_words() -> None:
    assert article("entry", "<p>Peace<b>ful</b> talks</p>").text == "Peaceful talks"


def test_the_feeds_statements_are_kept() -> None:
    found = article(
        "entry",
        f"<p>{SENTENCE}</p>",
        Hints(title="Talks", published=AT, authors=("By Ann Lee",), published_precision="second"),
    )
    assert (found.title, found.published, found.published_from, found.authors) == ("Talks", AT, "feed", ("Ann Lee",))


def test_the_first_line_of_a_message_is_its_title() -> None:
    assert article("message", f"⚡️ Talks resume<br><br>{SENTENCE}").title == "⚡️ Talks resume"


def test_a_long_first_line_gives_its_first_sentence() -> None:
    assert article("message", f"{SENTENCE} {'And then something else happened. ' * 9}").title == SENTENCE


def test_a_sentence_without_end_is_cut_between_words() -> None:
    title = article("message", "word " * 100).title
    assert title is not None and title.endswith("word…") and len(title) <= 120


@pytest.mark.parametrize("body", ["<img src='a.jpg'>", "🔥", "<a href='https://x.example'></a>"])
def test_a_message_without_words_is_named(body: str) -> None:
    result = read("message", body)
    assert isinstance(result, NoArticle) and result.outcome == "no_text"


def test_an_item_says_everything_itself() -> None:
    item = {
        "url": URL,
        "title": "<b>Talks</b>",
        "text": SENTENCE,
        "published": "2026-11-19T08:00:00+02:00",
        "authors": ["Ann Lee"],
    }
    found = article("item", json.dumps(item), Hints())
    assert (found.title, found.text, found.authors) == ("Talks", SENTENCE, ("Ann Lee",))
    assert (found.published, found.published_precision) == (datetime(2026, 11, 19, 6, tzinfo=UTC), "second")


def test_an_item_dated_in_the_future_is_undated() -> None:
    found = article("item", json.dumps({"text": SENTENCE, "published": "2030-01-01"}), Hints())
    assert (found.published, found.published_from, found.published_precision) == (None, "none", None)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [("[1]", "undecodable"), ("{", "undecodable"), ("{}", "no_text"), ("[" * 100_000, "undecodable")],
)
def test_a_broken_item_is_named(body: str, outcome: str) -> None:
    result = read("item", body)
    assert isinstance(result, NoArticle) and result.outcome == outcome


def test_an_empty_entry_is_named() -> None:
    result = read("entry", "")
    assert isinstance(result, NoArticle) and result.outcome == "empty"
