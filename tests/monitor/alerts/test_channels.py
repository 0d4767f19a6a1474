"""Messages reach a real mail server and a real webhook, whose faults are named without secrets."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook

from config.channels import Channel
from monitor.alerts.channels import redacted, send
from monitor.alerts.failure import Failed
from monitor.alerts.letter import Letter
from monitor.documents.alerts import AlertEventDocument, AlertHeadlineDocument, AlertMessageDocument
from tests.support.receiver import Receiver, receiving

NOW = datetime.now(UTC)
UTC_ZONE = ZoneInfo("UTC")
SECRET = b"k" * 32


def message(title: str = "Перемирие: 9 stories on 20 November") -> AlertMessageDocument:
    headline = AlertHeadlineDocument(
        id="a" * 32,
        title="Перемирие держится",
        url="https://news.example/1",
        source="tass",
        language="ru",
        published=datetime(2026, 11, 20, 7, 49, tzinfo=UTC),
        published_precision="second",
        collected=datetime(2026, 11, 20, 7, 55, tzinfo=UTC),
    )
    event = AlertEventDocument(
        kind="spike",
        at=datetime(2026, 11, 20, 8, tzinfo=UTC),
        sentence="On 20 November there were 9 stories; about one would be usual.",
        start=None,
        end=None,
        stories=9,
        expected=1.2,
        share=0.0,
        feeds=(),
        headlines=(headline,),
    )
    return AlertMessageDocument(
        type="parley.alert",
        key="5f2b90c7a1d34e68b7c0d9e8f1a2b3c4",
        rule="truce",
        title=title,
        at=datetime(2026, 11, 20, 8, tzinfo=UTC),
        occasion="event",
        events=(event,),
        left_out=0,
        remarks=(),
    )


def deliver(
    address: str,
    *,
    secret: bytes | None = None,
    made: AlertMessageDocument | None = None,
    letter: Letter | None = None,
) -> None:
    channel = Channel(id="desk", title="Desk", address=address, secret=secret)
    names, now = {"tass": "TASS"}, datetime.now(UTC)
    send(channel, made or message(), names=names, zone=UTC_ZONE, now=now, letter=letter)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


def test_a_webhook_gets_the_document_signed_as_standard_webhooks_says(receiver: Receiver) -> None:
    deliver(receiver.url, secret=SECRET)
    [(headers, body)] = receiver.received
    given = {name.lower(): value for name, value in headers.items()}
    verified = Webhook(f"whsec_{base64.b64encode(SECRET).decode()}").verify(body, given)
    assert verified == json.loads(message().model_dump_json())
    assert given["webhook-id"] == message().key
    assert given["content-type"] == "application/json"


def test_a_signature_does_not_fit_another_body(receiver: Receiver) -> None:
    deliver(receiver.url, secret=SECRET)
    [(headers, body)] = receiver.received
    given = {name.lower(): value for name, value in headers.items()}
    with pytest.raises(Exception, match="No matching signature found"):
        Webhook(f"whsec_{base64.b64encode(SECRET).decode()}").verify(body.replace(b"truce", b"peace"), given)


def test_a_webhook_without_a_secret_is_not_signed_and_its_password_is_sent_as_a_header(receiver: Receiver) -> None:
    deliver(receiver.url.replace("http://", "http://me:h%40sh%3A%D0%B6@"))
    [(headers, _)] = receiver.received
    assert headers["webhook-signature"] is None
    assert headers["authorization"] == f"Basic {base64.b64encode('me:h@sh:ж'.encode()).decode()}"


@pytest.mark.parametrize(
    "address", ["https://ho%st/hush", "https://[v1.x]/hush", f"https://{'x' * 70}ü.example/hush", "http://a:99999/hush"]
)
def test_an_address_that_nobody_can_ask_is_a_failure(address: str) -> None:
    with pytest.raises(Failed) as failure:
        deliver(address)
    assert "hush" not in failure.value.detail


@pytest.mark.parametrize(
    ("status", "detail"),
    [
        (500, "answered with status 500"),
        (429, "answered with status 429"),
        (410, "answered with status 410"),
        (302, "answered with status 302"),
        (0, "no connection"),
    ],
)
def test_a_fault_of_a_webhook_is_named_without_its_address(receiver: Receiver, status: int, detail: str) -> None:
    receiver.answers, receiver.retry_after = [status], "120"
    with pytest.raises(Failed) as failure:
        deliver(receiver.url)
    assert failure.value.detail.startswith(detail)
    assert "hush" not in failure.value.detail
    assert failure.value.wait == (timedelta(minutes=2) if status else None)
    assert len(receiver.received) == 1


@pytest.mark.parametrize("retry_after", ["", "soon", "-5", "Fri, 99 Nov 2026 08:00:00 GMT"])
def test_a_strange_wait_is_no_wait(receiver: Receiver, retry_after: str) -> None:
    receiver.answers, receiver.retry_after = [503], retry_after
    with pytest.raises(Failed) as failure:
        deliver(receiver.url)
    assert failure.value.wait is None


def test_nobody_is_waited_for_longer_than_a_day(receiver: Receiver) -> None:
    receiver.answers, receiver.retry_after = [503], "9" * 30
    with pytest.raises(Failed) as failure:
        deliver(receiver.url)
    assert failure.value.wait == timedelta(days=1)


def unused_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def test_nobody_listening_is_a_failure() -> None:
    with pytest.raises(Failed, match="no connection"):
        deliver(f"http://127.0.0.1:{unused_port()}/hush")


class Mailbox:
    """Keeps what a mail server accepts.

    Attributes:
        answer: what it says to every message.
    """

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(envelope)
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=unused_port())
    controller.start()
    try:
        yield box, f"mailto://127.0.0.1:{controller.port}?from=parley@parley.example&to=desk@desk.example"
    finally:
        controller.stop()


def test_a_mail_server_gets_the_message_as_text(mailbox: tuple[Mailbox, str]) -> None:
    box, address = mailbox
    deliver(address)
    [envelope] = box.mails
    assert envelope.rcpt_tos == ["desk@desk.example"]
    content = envelope.content
    assert isinstance(content, bytes)
    mail = message_from_bytes(content)
    assert str(make_header(decode_header(mail["subject"]))) == message().title
    payload = mail.get_payload(decode=True) if not mail.is_multipart() else mail.get_payload(0).get_payload(decode=True)  # type: ignore[union-attr]
    assert isinstance(payload, bytes)
    text = payload.decode()
    assert "Перемирие держится (TASS, 20 November, 07:49)" in text
    assert "https://news.example/1" in text


def test_a_mail_server_that_refuses_is_named_without_the_address(mailbox: tuple[Mailbox, str]) -> None:
    box, address = mailbox
    box.answer = "550 no room for desk@desk.example"
    with pytest.raises(Failed) as failure:
        deliver(address)
    assert failure.value.detail
    assert "desk.example" not in failure.value.detail


@pytest.mark.parametrize(
    "title", ["A\r\nBcc: all@desk.example", "ё" * 3_000, "\U0001f54a" * 400, "<b>bold</b>", "", "\u202egnp"]
)
def test_a_hostile_title_stays_a_title(mailbox: tuple[Mailbox, str], title: str) -> None:
    box, address = mailbox
    deliver(address, made=message(title))
    assert box.mails[0].rcpt_tos == ["desk@desk.example"]


def test_no_mail_server_is_a_failure_without_secrets() -> None:
    with pytest.raises(Failed, match="Connection error while submitting email") as failure:
        deliver(f"mailto://me:hushhush@127.0.0.1:{unused_port()}?from=me@desk.example&to=desk@desk.example")
    assert "hushhush" not in failure.value.detail


def test_an_address_that_apprise_does_not_know_is_a_failure() -> None:
    with pytest.raises(Failed, match="not one that Apprise knows") as failure:
        deliver("carrierpigeon://hush")
    assert "hush" not in failure.value.detail


def test_every_part_of_an_address_is_blotted_out() -> None:
    address = "tgram://12345:AAbb-Cc/99887766/?format=text&key=p%40ss"
    text = f"failed: {address}, 12345, AAbb-Cc, 99887766, p%40ss, p@ss"
    assert redacted(text, address).split() == ["failed:", "…,", "…,", "…,", "…,", "…,", "…"]


def test_a_part_of_an_address_is_blotted_out_in_whatever_case_and_after_whatever_sign() -> None:
    address = "ntfys://Hush-Host.Example/!room#Fragment?+X-Key=k3y&:sent=on"
    text = "to hush-host.example, ROOM, fragment, x-key, K3Y, sent"
    assert redacted(text, address) == "to …, …, …, …, …, …"
