"""Kind `telegram`: the public preview of a channel, https://t.me/s/NAME; every message is an article of its own.

A preview shows about twenty messages. If all of them are new, earlier ones were missed and are fetched too.
Options: none. A message's body is its own text, followed by the question and the answers of its poll and the titles of its
document and of the page it shares, without that page's description and the message it replies to. Its signature and the channel
it was forwarded from become its authors. Messages without text are skipped and counted by what they are.
Outcomes: `read`, `empty`, `too_large`, `binary`, `too_many_tags`, `no_preview`.
"""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from lxml import etree, html

from config.sources import Feed
from config.web_address import joined, parts_of
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult, RawPage
from crawler.parse.authors import clean_authors
from crawler.parse.dates import Dated, dated_hints, read_date
from crawler.parse.html_tree import drop, parse
from crawler.parse.markup import plain
from crawler.parse.options import unknown_options
from crawler.parse.screen import RejectedInput, decode_response
from crawler.parse.selectors import elements
from crawler.urls import canonical

_HOSTS = ("t.me", "www.t.me", "telegram.me", "telegram.dog", "")
_NAME = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,31})")
_POST = re.compile(r"/?[A-Za-z0-9_]+/\d+")

_MESSAGES = "[data-post].tgme_widget_message"
_MARKED = "contains(concat(' ', @class, ' '), ' js-message_text ')"
_TEXT = f".//*[{_MARKED}][not(.//*[{_MARKED}])]"  # in albums the text is wrapped twice
_TITLES = (
    ".tgme_widget_message_poll_question",
    ".tgme_widget_message_poll_option_text",
    ".tgme_widget_message_document_title",
    ".link_preview_title",
)
_SERVICE = "service_message"
_WITHOUT_TEXT = {  # a class in the message: what it is; the first that fits
    _SERVICE: "service message",
    "tgme_widget_message_sticker_wrap": "sticker",
    "tgme_widget_message_voice_player": "voice message",
    "tgme_widget_message_roundvideo_player": "video",
    "tgme_widget_message_video_player": "video",
    "tgme_widget_message_photo_wrap": "photo",
    "tgme_widget_message_location_wrap": "place",
    "tgme_widget_message_contact_wrap": "contact",
    "message_media_not_supported": "post that only the app shows",
}
_TIME = ".tgme_widget_message_date time"
_PEOPLE = ".tgme_widget_message_from_author, .tgme_widget_message_forwarded_from_name"


def check_options(options: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each mistake in the options."""
    return unknown_options(options, ())


def requests(feed: Feed) -> Sequence[str]:
    """Return the address of the preview for any form of a channel's address; other hosts are left unchanged."""
    name = _channel(feed.url)
    return [f"https://t.me/s/{name}" if name else feed.url]


def read(feed: Feed, response: FeedResponse) -> FeedResult:
    """Return the messages of a channel's preview, oldest first; never raises on bad input."""
    try:
        page = parse(decode_response(response))
    except RejectedInput as rejection:
        return rejection.result()
    messages = [] if page is None else elements(_MESSAGES, page)
    drop(_nested(messages))  # each is read by itself; nested, all would be read again with each around them
    if not messages:
        return FeedResult(
            outcome=Outcome.NO_PREVIEW,
            detail="The channel has no public preview: it is private, restricted, renamed or not a channel. "
            "Open its address in a browser to see which.",
        )
    posts = {post.url: post for message in messages if (post := _read_message(message, response.url))}
    return FeedResult(
        outcome=Outcome.READ,
        detail=_detail(messages),
        pages=tuple(posts.values()),
        older=_older(messages, response.url),
    )


def _nested(messages: Sequence[html.HtmlElement]) -> list[html.HtmlElement]:
    known = set(messages)
    return [message for message in messages if not known.isdisjoint(message.iterancestors())]


def _detail(messages: Sequence[html.HtmlElement]) -> str:
    silent = [message for message in messages if not _body(message)]
    lost = sum(not _POST.fullmatch(message.get("data-post", "")) for message in messages)
    sentences = [
        f"{len(silent)} of {len(messages)} messages have no text and were skipped: {_describe_messages(silent)}."
        if silent
        else "",
        f"{lost} of {len(messages)} messages have no address and were skipped." if lost else "",
    ]
    return " ".join(filter(None, sentences))


def _describe_messages(messages: Sequence[html.HtmlElement]) -> str:
    """Return in words what messages without text are: "2 photos, 1 sticker"."""
    counts = Counter(_kind(message) for message in messages)
    return ", ".join(f"{count} {_plural(name) if count > 1 else name}" for name, count in counts.most_common())


def _plural(name: str) -> str:
    return name.replace("post", "posts", 1) if name.startswith("post ") else f"{name}s"


def _kind(message: html.HtmlElement) -> str:
    classes = {name for element in message.iter(etree.Element) for name in element.get("class", "").split()}
    return next((name for mark, name in _WITHOUT_TEXT.items() if mark in classes), "other message")


def _older(messages: Sequence[html.HtmlElement], url: str) -> str | None:
    """Return the address of the messages before these, or None at the first one."""
    posts = [message.get("data-post", "") for message in messages]
    first = min((int(post.rpartition("/")[2][:18]) for post in posts if _POST.fullmatch(post)), default=1)
    return joined(url, f"?before={first}") if first > 1 else None


def _channel(url: str) -> str | None:
    if _NAME.fullmatch(url):
        return url.lstrip("@")
    parts = parts_of(url if "://" in url else f"https://{url}")
    if parts.scheme == "tg":
        return parse_qs(parts.query).get("domain", [""])[0] or None
    if (parts.hostname or "").rstrip(".") not in _HOSTS:
        return None
    steps = [step for step in parts.path.split("/") if step]
    name = steps[1] if steps[:1] == ["s"] and len(steps) > 1 else (steps or [""])[0]
    match = _NAME.fullmatch(name)
    return match[1] if match else None


def _read_message(message: html.HtmlElement, url: str) -> RawPage | None:
    post = message.get("data-post", "")
    address = canonical(joined(url, f"/{post.lstrip('/')}")) if _POST.fullmatch(post) else None
    body = _body(message)
    if address is None or not body:
        return None
    authors = clean_authors([element.text_content() for element in elements(_PEOPLE, message)])
    return RawPage(
        url=address,
        body=body.encode("utf-8", "replace"),
        content_type="text/html; charset=utf-8",
        kind="message",
        hints=replace(dated_hints(_date(message)), authors=authors),
    )


def _body(message: html.HtmlElement) -> str:
    """Return the text of a message as HTML; empty when it has none, or says only what Telegram did."""
    if _SERVICE in message.get("class", "").split():
        return ""
    own = next((inner for text in elements(_TEXT, message) if (inner := _inner_html(text))), "")
    spoken = plain(own).casefold()
    titles = [" ".join(element.text_content().split()) for name in _TITLES for element in elements(name, message)]
    more = [title for title in dict.fromkeys(titles) if title and title.casefold() not in spoken]
    return "\n".join(filter(None, (own, *(f"<p>{entities.escape(title, quote=False)}</p>" for title in more))))


def _date(message: html.HtmlElement) -> Dated | None:
    times = (element.get("datetime", "") for element in elements(_TIME, message))
    return next((dated for text in times if (dated := read_date(text))), None)


def _inner_html(element: html.HtmlElement) -> str:
    if not element.text_content().strip():
        return ""
    parts = [entities.escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element if not _is_spacer(child)]
    return "".join(parts).strip()


def _is_spacer(element: html.HtmlElement) -> bool:
    # An empty span reserves room for the time beside the last line.
    return element.tag == "span" and not len(element) and not element.text and not (element.tail or "").strip()
