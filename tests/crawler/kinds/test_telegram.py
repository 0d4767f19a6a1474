from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.kinds.telegram import check_options, read, requests
from crawler.page import FeedResult
from tests.support.responses import feed, response

URL = "https://t.me/s/channel"


def message(inner: str, number: int = 1, time: str = "2026-11-23T10:00:00+03:00") -> str:
    return (
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message js-widget_message" data-post="channel/{number}">'
        f'<a class="tgme_widget_message_owner_name"><span>Channel</span></a>{inner}<a class="tgme_widget_message_date" '
        f'href="https://t.me/channel/{number}"><time datetime="{time}" class="time">10:00</time></a></div></div>'
    )


def text(words: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{words}</div>'


def read_page(body: str) -> FeedResult:
    return read(feed(URL, "telegram"), response(f"<html><body>{body}</body></html>", URL))


def test_every_message_is_a_document_with_its_own_address_and_date() -> None:
    first, second = read_page(message(text("One <b>bold</b> &amp; more"), 1) + message(text("Two"), 2)).pages
    assert first.url == "https://t.me/channel/1"
    assert first.kind == "message"
    assert first.body == b"One <b>bold</b> &amp; more"
    assert first.content_type == "text/html; charset=utf-8"
    assert first.hints.published == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert second.url == "https://t.me/channel/2"


def test_replies_and_link_previews_are_not_part_of_the_message() -> None:
    reply = '<a class="tgme_widget_message_reply"><div class="tgme_widget_message_text js-message_reply_text">Question</div></a>'
    preview = '<a class="tgme_widget_message_link_preview"><div class="link_preview_description">Preview</div></a>'
    (page,) = read_page(message(reply + text("Answer<span style='width:9px'></span>") + preview)).pages
    assert page.body == b"Answer"


def test_the_text_of_an_album_is_read_once() -> None:
    (page,) = read_page(message(text(text("Words")))).pages
    assert page.body == b"Words"


def test_the_signature_and_the_forwarded_channel_become_authors() -> None:
    signed = '<span class="tgme_widget_message_from_author">Ann</span>'
    forwarded = '<a class="tgme_widget_message_forwarded_from_name"><span>Other channel</span></a>'
    (page,) = read_page(message(forwarded + text("Words") + signed)).pages
    assert set(page.hints.authors) == {"Ann", "Other channel"}


POLL = (
    '<div class="tgme_widget_message_poll js-poll"><div class="tgme_widget_message_poll_question">Will the truce hold?</div>'
    '<div class="tgme_widget_message_poll_type">Anonymous Poll</div><a class="tgme_widget_message_poll_options">'
    '<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">16%</div>'
    '<div class="tgme_widget_message_poll_option_text">Yes &amp; no</div></div></a></div>'
)
DOCUMENT = (
    '<a class="tgme_widget_message_document_wrap"><div class="tgme_widget_message_document_title">Draft terms.pdf </div>'
    '<div class="tgme_widget_message_document_extra">2.1 MB</div></a>'
)
SHARED = (
    '<a class="tgme_widget_message_link_preview"><div class="link_preview_site_name">News</div>'
    '<div class="link_preview_title">Envoys meet again</div><div class="link_preview_description">They met.</div></a>'
)


@pytest.mark.parametrize(
    ("inner", "body"),
    [
        (POLL, "<p>Will the truce hold?</p>\n<p>Yes &amp; no</p>"),
        (DOCUMENT, "<p>Draft terms.pdf</p>"),
        (SHARED, "<p>Envoys meet again</p>"),
        (DOCUMENT + text("The terms"), "The terms\n<p>Draft terms.pdf</p>"),
        (text("https://news.example/1") + SHARED, "https://news.example/1\n<p>Envoys meet again</p>"),
        (text("<b>Envoys</b> meet again in Geneva") + SHARED, "<b>Envoys</b> meet again in Geneva"),
        (POLL + DOCUMENT, "<p>Will the truce hold?</p>\n<p>Yes &amp; no</p>\n<p>Draft terms.pdf</p>"),
        (DOCUMENT * 2, "<p>Draft terms.pdf</p>"),
    ],
)
def test_polls_documents_and_shared_pages_have_words_too(inner: str, body: str) -> None:
    (page,) = read_page(message(inner)).pages
    assert page.body.decode() == body


PHOTO = '<a class="tgme_widget_message_photo_wrap"></a>'
NOT_SUPPORTED = '<div class="message_media_not_supported"><div>Please open Telegram to view this post</div></div>'


@pytest.mark.parametrize(
    ("inner", "name"),
    [
        (PHOTO, "1 photo"),
        ('<a class="tgme_widget_message_video_player js-message_video_player"></a>', "1 video"),
        (f'<div class="tgme_widget_message_roundvideo_player">{NOT_SUPPORTED}</div>', "1 video"),
        ('<a class="tgme_widget_message_voice_player"></a>', "1 voice message"),
        (f'{NOT_SUPPORTED}<div class="tgme_widget_message_sticker_wrap"></div>', "1 sticker"),
        (NOT_SUPPORTED, "1 post that only the app shows"),
        (text("  "), "1 other message"),
    ],
)
def test_messages_without_text_are_counted_by_what_they_are(inner: str, name: str) -> None:
    result = read_page(message(inner, 1) + message(text("Words"), 2))
    assert len(result.pages) == 1
    assert result.detail == f"1 of 2 messages have no text and were skipped: {name}."


def test_messages_of_one_kind_are_counted_together() -> None:
    service = message(text("Channel created"), 4).replace("js-widget_message", "service_message js-widget_message", 1)
    result = read_page(message(PHOTO, 1) + message(PHOTO, 2) + message(NOT_SUPPORTED, 3) + service)
    assert result.detail == (
        "4 of 4 messages have no text and were skipped: 2 photos, 1 post that only the app shows, 1 service message."
    )


def test_messages_without_an_address_are_counted() -> None:
    result = read_page(message(text("Words"), 1).replace("channel/1", "channel", 1) + message(text("Words"), 2))
    assert len(result.pages) == 1
    assert result.detail == "1 of 2 messages have no address and were skipped."


def test_an_invalid_date_is_ignored() -> None:
    assert read_page(message(text("Words"), time="soon")).pages[0].hints.published is None


@pytest.mark.parametrize(("zone", "lacks_zone"), [("", True), ("+03:00", False), ("Z", False)])
def test_the_time_of_a_message_without_a_zone_is_marked(zone: str, lacks_zone: bool) -> None:
    hints = read_page(message(text("Words"), time=f"2026-11-23T10:00:00{zone}")).pages[0].hints
    assert (hints.published is not None, hints.lacks_zone) == (True, lacks_zone)


def test_a_channel_without_a_preview_is_reported() -> None:
    result = read_page('<div class="tgme_page"><a class="tgme_action_button_new">View in Telegram</a></div>')
    assert result.outcome == "no_preview"
    assert result.detail.endswith(".")
    assert read(feed(URL), response("", URL)).outcome == "empty"


@pytest.mark.parametrize(
    "given",
    [
        "https://t.me/s/channel",
        "https://t.me/channel",
        "http://telegram.me/channel/12?single",
        "t.me/channel",
        "@channel",
        "channel",
        "tg://resolve?domain=channel",
    ],
)
def test_every_form_of_channel_address_leads_to_the_preview(given: str) -> None:
    assert requests(feed(given)) == [URL]


@pytest.mark.parametrize("given", ["http://127.0.0.1:8000/s/channel", "https://t.me/+invitation"])
def test_other_addresses_are_used_unchanged(given: str) -> None:
    assert requests(feed(given)) == [given]


def test_unknown_options_are_refused() -> None:
    assert check_options({}) == []
    assert check_options({"limit": 3})


def test_a_real_channel_is_read(test_data: Path) -> None:
    page = (test_data / "telegram" / "any2feed" / "full.html").read_bytes()
    result = read(feed(URL), response(page, URL))
    assert result.outcome == "read"
    assert len(result.pages) == 12
    assert all(page.hints.published and b"tgme_widget" not in page.body for page in result.pages)


def test_a_preview_links_to_the_earlier_messages() -> None:
    assert read_page(message(text("Two"), 42) + message(text("One"), 41)).older == f"{URL}?before=41"
    assert read_page(message(text("The first"), 1)).older is None


def test_messages_within_messages_are_each_read_once() -> None:
    # As where the end tags of messages are missing.
    opened = "".join(
        f'<div class="tgme_widget_message" data-post="news/{number}"><div class="js-message_text">Report {number}</div>'
        for number in range(1, 201)
    )
    result = read(
        feed("https://t.me/s/news", "telegram"), response(opened + "<p>x</p>" * 50_000, "https://t.me/s/news")
    )
    assert [page.body.decode() for page in result.pages] == [f"Report {number}" for number in range(1, 201)]
