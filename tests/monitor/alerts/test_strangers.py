"""Words of strangers mention nobody and hide no address, wherever they are sent."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from monitor.alerts.letter import Letter
from monitor.alerts.strangers import harmless, without_mentions
from monitor.digests.writing import Markdown
from tests.monitor.alerts.test_channels import deliver, message
from tests.support.receiver import receiving

MENTION = re.compile(r"[@\uff20][\w&!]")


@pytest.mark.parametrize(
    "text",
    [
        "@everyone free money",
        "Now: @here, @channel, @all",
        "@@everyone",
        "<@123456> <@!123456> <@&123456>",
        "\uff20channel",
        "@\u0436\u0443\u0440\u043d\u0430\u043b @\u65b0\u95fb @_desk_",
        "mail desk@news.example",
        "https://news.example/@everyone/1",
        "HTTP://NEWS.EXAMPLE/?to=@here&cc=@all",
        "\\\\@everyone",
    ],
)
def test_nobody_is_mentioned(text: str) -> None:
    for written in (harmless(text), without_mentions(text)):
        assert not MENTION.search(written)
        assert unquote(written.replace("\u200b", "")) == text  # to the eye and to a browser it is the same


@pytest.mark.parametrize(
    "text",
    [
        "[Reuters](http://evil.example)",
        "![](http://evil.example/pixel.png)",
        "[Reuters][1] [1]: http://evil.example",
        "[1]: http://evil.example\n\n[1]",
        "[a [b](http://evil.example) c](http://evil.example)",
        "[see http://news.example/](http://evil.example)",
        "[a](http://evil.example/(x))",
        "[a](<http://evil.example>)",
        '[a](//evil.example "title")',
        "[a][]\n\n[a]:http://evil.example",
    ],
)
def test_no_words_hide_an_address(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(harmless(text))
    links = [part for token in tokens for part in token.children or () if part.type in ("link_open", "image")]
    assert [link for link in links if link.info != "auto"] == []


@given(st.text("@[]():!&<>/ah\\\uff20\n", max_size=30))
def test_no_text_becomes_a_mention_or_a_link(text: str) -> None:
    written = harmless(text)
    assert not MENTION.search(written)
    assert not re.search(r"\][(\[:]", written)


@pytest.mark.parametrize("text", ["", "Talks resume", "At 5 @ the gate", "[Live] Talks", "a@", "2 [of 3] (new)"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == without_mentions(text) == text


HEADLINE = "@channel [Reuters](http://evil.example)"


def sent(scheme: str, letter: Letter | None = None, options: str = "") -> str:
    """Return what a service is sent of a hostile headline."""
    made = message(f"Truce: {HEADLINE}")
    headline = made.events[0].headlines[0].model_copy(update={"title": HEADLINE, "url": "https://news.example/@all"})
    event = made.events[0].model_copy(update={"headlines": (headline,)})
    with receiving() as receiver:
        receiver.answers = [200]
        port = receiver.url.partition("//")[2].partition("/")[0].rpartition(":")[2]
        address = f"{scheme}://127.0.0.1:{port}/abcdefghijklmnopqrstuvwx12{options}"
        deliver(address, made=made.model_copy(update={"events": (event,)}), letter=letter)
        [(_, body)] = receiver.received
    document = json.loads(body)
    return str(document["text"] if scheme == "mmost" else f"{document['title']}\n{document['message']}")


@pytest.mark.parametrize("scheme", ["mmost", "gotify"])
def test_an_alert_mentions_nobody_in_its_title_and_its_headlines(scheme: str) -> None:
    written = sent(scheme)
    assert written.count("@\u200bchannel [Reuters]\u200b(http://evil.example)") == 2
    assert "https://news.example/%40all" in written


LETTER = Letter(
    markdown=lambda: f"# Week\n\n- {Markdown().link(HEADLINE, 'https://news.example/@all')}\n",
    text=lambda: f"Week\n\n- {HEADLINE}\n",
    mail=lambda *_: pytest.fail("it is no mail"),
)


def test_a_digest_as_text_mentions_nobody() -> None:
    assert "- @\u200bchannel [Reuters]\u200b(http://evil.example)" in sent("mmost", LETTER)


def test_a_digest_as_markdown_mentions_nobody_and_keeps_its_own_links() -> None:
    written = sent("gotify", LETTER, "?format=markdown")
    assert not MENTION.search(written)
    assert "](<https://news.example/%40all>)" in written
