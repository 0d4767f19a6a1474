"""Feed entries, channel messages and spider items become articles without fetching a page."""

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


def test_blocks_of_an_entry_become_lines_and_scripts_are_dropped() -> None:
    result = article("entry", f"<p>{SENTENCE}</p><script>track()</script><ul><li>One</li><li>Two<br>Three</li></ul>")
    assert result.text.splitlines() == [SENTENCE, "One", "Two", "Three"]


def test_inline_markup_does_not_split_words() -> None:
    assert article("entry", "<p>Peace<b>ful</b> talks</p>").text == "Peaceful talks"


def test_the_metadata_of_the_feed_is_used() -> None:
    result = article(
        "entry",
        f"<p>{SENTENCE}</p>",
        Hints(title="Talks", published=AT, authors=("By Ann Lee",), published_precision="second"),
    )
    assert (result.title, result.published, result.published_from, result.authors) == (
        "Talks",
        AT,
        "feed",
        ("Ann Lee",),
    )


def test_the_first_line_of_a_message_is_its_title() -> None:
    assert article("message", f"⚡️ Talks resume<br><br>{SENTENCE}").title == "⚡️ Talks resume"


def test_a_title_from_a_long_first_line_is_its_first_sentence() -> None:
    assert article("message", f"{SENTENCE} {'And then something else happened. ' * 9}").title == SENTENCE


def test_a_title_from_an_endless_sentence_is_cut_between_words() -> None:
    title = article("message", "word " * 100).title
    assert title is not None and title.endswith("word…") and len(title) <= 120


@pytest.mark.parametrize("body", ["<img src='a.jpg'>", "🔥", "<a href='https://x.example'></a>"])
def test_a_message_without_words_is_not_an_article(body: str) -> None:
    result = read("message", body)
    assert isinstance(result, NoArticle) and result.outcome == "no_text"


def test_all_fields_of_an_item_are_used() -> None:
    item = {
        "url": URL,
        "title": "<b>Talks</b>",
        "text": SENTENCE,
        "published": "2026-11-19T08:00:00+02:00",
        "authors": ["Ann Lee"],
    }
    result = article("item", json.dumps(item), Hints())
    assert (result.title, result.text, result.authors) == ("Talks", SENTENCE, ("Ann Lee",))
    assert (result.published, result.published_precision) == (datetime(2026, 11, 19, 6, tzinfo=UTC), "second")


@pytest.mark.parametrize("half", ["\ud83d", "\udd4a", "\ud800\ud800"])
@pytest.mark.parametrize("name", ["text", "html", "title", "published", "authors", "language"])
def test_half_a_surrogate_pair_in_an_item_gives_an_article_that_can_be_encoded(name: str, half: str) -> None:
    item = {"text": SENTENCE, "title": "Talks", "authors": "Ann Lee"} | {name: f"{SENTENCE} {half}"}
    result = article("item", json.dumps({"html": item["html"]} if name == "html" else item), Hints())
    json.dumps([result.title, result.text, result.authors, result.language], ensure_ascii=False).encode()
    assert result.text.startswith(SENTENCE)


@pytest.mark.parametrize("name", ["text", "html"])
def test_a_whole_surrogate_pair_in_an_item_is_one_character(name: str) -> None:
    assert article("item", json.dumps({name: f"{SENTENCE} 🕊"}), Hints()).text == f"{SENTENCE} 🕊"


def test_an_item_dated_in_the_future_is_undated() -> None:
    result = article("item", json.dumps({"text": SENTENCE, "published": "2030-01-01"}), Hints())
    assert (result.published, result.published_from, result.published_precision) == (None, "none", None)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [("[1]", "undecodable"), ("{", "undecodable"), ("{}", "no_text"), ("[" * 100_000, "undecodable")],
)
def test_a_broken_item_is_not_an_article(body: str, outcome: str) -> None:
    result = read("item", body)
    assert isinstance(result, NoArticle) and result.outcome == outcome


def test_an_empty_entry_is_not_an_article() -> None:
    result = read("entry", "")
    assert isinstance(result, NoArticle) and result.outcome == "empty"
