"""Sending a message to a channel: a webhook of ours, or any of the services that Apprise knows."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from config.channels import Channel
from monitor.alerts import words
from monitor.alerts.failure import Failed
from monitor.alerts.webhook import post
from monitor.documents.alerts import AlertMessageDocument

LIMIT = 60  # seconds for one attempt
_LONGEST_DETAIL = 300  # characters
_LONGEST_TITLE = 320  # bytes; encoded, they are one line of a mail, and servers refuse lines above 998 (RFC 5321)
_SHORTEST_SECRET = 3  # characters; shorter parts of an address say nothing


def send(
    channel: Channel, message: AlertMessageDocument, *, names: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> None:
    """Send a message, and return when the channel has accepted it.

    Args:
        names: id of a source → its name.
        zone: in which times are written.

    Raises:
        Failed: the channel did not accept it.
    """
    if channel.is_webhook:
        post(channel, message, now)
    else:
        _notify(channel, _shortened(message.title), words.body(message, names, zone) or message.title)


def _shortened(title: str) -> str:
    content = title.encode("utf-8", "replace")
    return title if len(content) <= _LONGEST_TITLE else f"{content[:_LONGEST_TITLE].decode('utf-8', 'ignore')}…"


def _notify(channel: Channel, title: str, body: str) -> None:
    import apprise  # loads more than a hundred services

    with _overheard() as lines:
        services = apprise.Apprise()
        if not services.add(channel.address):
            raise Failed("its address is not one that Apprise knows")
        try:
            is_accepted = services.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT, timeout=LIMIT)
        except Exception as wrong:  # a service's plugin may raise anything
            raise Failed(f"the message could not be sent ({type(wrong).__name__})") from None
    if not is_accepted:
        output = redacted(" ".join(lines), channel.address)[:_LONGEST_DETAIL]
        raise Failed(output or "the message was not accepted")


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """Yield the warnings of Apprise, which go nowhere else: they may contain parts of addresses."""
    lines: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger, listener = logging.getLogger("apprise"), Listener(logging.WARNING)
    before = logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        yield lines
    finally:
        logger.removeHandler(listener)
        logger.propagate = before


def redacted(text: str, address: str) -> str:
    """Return a text without the address and without any part of it but its scheme."""
    parts = re.split(r"[:/@?&=,;]+", address)[1:]
    secrets = {form for part in (address, *parts) for form in (part, unquote(part)) if len(form) >= _SHORTEST_SECRET}
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "…")
    return text
