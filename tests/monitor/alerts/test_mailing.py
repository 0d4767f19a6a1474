"""A digest reaches a real mail server as one message with text, HTML and its charts, and other services as text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import cast

import pytest

from config.channels import Channel
from config.settings import load_settings
from monitor.alerts.channels import send
from monitor.alerts.failure import Failed
from monitor.app import App
from monitor.documents.alerts import AlertMessageDocument
from monitor.processes.digests import letter
from monitor.services.digest import digest
from tests.monitor.alerts.test_channels import NOW, UTC_ZONE, Mailbox, mailbox, unused_port
from tests.monitor.digests.test_mail import WEEK, rising
from tests.support.installation import Installation
from tests.support.receiver import receiving

__all__ = ["mailbox"]


@pytest.fixture
def message(small: Installation) -> AlertMessageDocument:
    small.keep(*rising())
    return AlertMessageDocument(
        type="parley.digest",
        key="5f2b90c7",
        rule="digests/weekly",
        title="Die Woche für die Redaktion: what moved",
        at=datetime(2026, 9, 14, 8, tzinfo=UTC),
        occasion="digest",
        events=(),
        left_out=0,
        remarks=(),
        digest=digest(App(load_settings()), week=WEEK),
    )


def deliver(address: str, message: AlertMessageDocument) -> None:
    channel = Channel(id="desk", title="Desk", address=address)
    send(channel, message, names={}, zone=UTC_ZONE, now=NOW, letter=letter(message))


def test_a_mail_server_gets_one_message_with_text_html_and_the_charts(
    mailbox: tuple[Mailbox, str], message: AlertMessageDocument
) -> None:
    box, address = mailbox
    assert message.digest
    named = message.digest.model_copy(
        update={"title": "From Monday on"}
    )  # which in a Unix mailbox would begin the next mail
    message = message.model_copy(update={"digest": named})
    deliver(f"{address},two@desk.example&bcc=hidden@desk.example&name=Пульт", message)
    [envelope] = box.mails
    assert sorted(envelope.rcpt_tos) == ["desk@desk.example", "hidden@desk.example", "two@desk.example"]
    read = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
    kinds = [part.get_content_type() for part in read.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert read["Subject"] == message.title
    assert read["Message-ID"] == "<5f2b90c7@parley.invalid>"
    assert read["From"].addresses[0].addr_spec == "parley@parley.example"
    assert "hidden" not in cast(bytes, envelope.content).decode("ascii")
    _, text, _, page, picture = read.walk()
    assert "Truce rose to 75% of all articles" in text.get_content()
    assert text.get_content().startswith("From Monday on")
    assert 'src="cid:truce@parley.invalid"' in page.get_content()
    assert picture["Content-ID"] == "<truce@parley.invalid>"
    assert cast(bytes, picture.get_payload(decode=True)).startswith(b"\x89PNG")


def test_a_mail_server_that_refuses_is_named_without_the_address(
    mailbox: tuple[Mailbox, str], message: AlertMessageDocument
) -> None:
    box, address = mailbox
    box.answer = "550 no room for desk@desk.example"
    with pytest.raises(Failed) as failure:
        deliver(address, message)
    assert failure.value.detail == "the mail server answered with 550"


@pytest.mark.parametrize("scheme", ["mailto", "mailtos"])
def test_no_mail_server_is_a_failure_without_secrets(message: AlertMessageDocument, scheme: str) -> None:
    with pytest.raises(Failed) as failure:
        deliver(f"{scheme}://me:hushhush@127.0.0.1:{unused_port()}?from=me@me.example&to=desk@desk.example", message)
    assert failure.value.detail == "the mail could not be sent (ConnectionRefusedError)"


def test_a_server_without_tls_gets_nothing_from_a_channel_that_demands_it(
    mailbox: tuple[Mailbox, str], message: AlertMessageDocument
) -> None:
    box, address = mailbox
    with pytest.raises(Failed, match="could not be sent"):
        deliver(address.replace("mailto://", "mailtos://"), message)
    assert box.mails == []


def test_other_services_get_the_digest_as_text(message: AlertMessageDocument) -> None:
    with receiving() as receiver:
        deliver(receiver.url.replace("http://", "json://"), message)
        [(_, body)] = receiver.received
    assert json.loads(body)["title"] == message.title
    assert "Truce rose to 75% of all articles" in json.loads(body)["message"]
