"""Sending a message to a channel: a webhook of ours, a file, or any of the services that Apprise knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeGuard
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from config.channels import Channel
from monitor.alerts import words
from monitor.alerts.appending import append
from monitor.alerts.bounded import within
from monitor.alerts.failure import Failed
from monitor.alerts.letter import Letter
from monitor.alerts.mailing import composed, send_mail
from monitor.alerts.overhearing import overheard
from monitor.alerts.strangers import harmless, without_mentions
from monitor.alerts.webhook import post
from monitor.documents.alerts import AlertMessageDocument

if TYPE_CHECKING:
    from apprise import NotifyBase, NotifyFormat
    from apprise.plugins.email import NotifyEmail

LIMIT = 90.0  # seconds for one attempt, whatever the receiver does
_LONGEST_DETAIL = 300  # characters
_LONGEST_TITLE = 320  # bytes; encoded, they are one line of a mail, and servers refuse lines above 998 (RFC 5321)
_ROOMY = 1_000  # characters; what a service that takes fewer cannot take whole is cut off, not sent in dozens of parts
_BETWEEN_PARTS = re.compile(r"[^\w%.~-]+")
_SHORTEST_SECRET = 3  # characters; shorter parts of an address say nothing


def send(
    channel: Channel,
    message: AlertMessageDocument,
    *,
    names: Mapping[str, str],
    zone: ZoneInfo,
    now: datetime,
    letter: Letter | None = None,
) -> None:
    """Send a message, and return when the channel has accepted it, within 90 seconds.

    Args:
        names: id of a source → its name.
        zone: in which times are written.
        letter: the digest of the message, where it has one.

    Raises:
        Failed: the channel did not accept it.
    """

    def attempt() -> None:
        if channel.is_webhook:
            post(channel, message, now)
        elif channel.is_file:
            append(channel, message)
        else:
            _notify(channel, message, names, zone, letter)

    within(LIMIT, channel.address, attempt)


def _shortened(title: str) -> str:
    content = title.encode("utf-8", "replace")
    return title if len(content) <= _LONGEST_TITLE else f"{content[:_LONGEST_TITLE].decode('utf-8', 'ignore')}…"


def _notify(
    channel: Channel,
    message: AlertMessageDocument,
    names: Mapping[str, str],
    zone: ZoneInfo,
    letter: Letter | None,
) -> None:
    import apprise  # loads more than a hundred services

    with overheard() as lines:
        service = apprise.Apprise.instantiate(channel.address)
        if service is None:
            raise Failed("its address is not one that Apprise knows")
        if letter and (mailbox := _mailbox(service)):
            send_mail(mailbox, composed(mailbox, letter, subject=_shortened(message.title), key=message.key))
            return
        _make_fit(service, channel.address)
        services = apprise.Apprise()
        services.add(service)
        title, form = message.title, apprise.NotifyFormat.TEXT
        if letter:
            body, form = _text(letter, service)
        else:
            body = words.body(message, names, zone) or title
        if not _is_mail(service):
            title = harmless(title)
            body = harmless(body) if form == apprise.NotifyFormat.TEXT else without_mentions(body)
        is_accepted = services.notify(title=_shortened(title), body=body, body_format=form)
    if not is_accepted:
        output = redacted(" ".join(lines), channel.address)[:_LONGEST_DETAIL]
        raise Failed(output or "the message was not accepted")


def _mailbox(service: NotifyBase) -> NotifyEmail | None:
    """Return a service that is a mail server, unless its mails are to be encrypted or signed, which Apprise alone can."""
    return service if _is_mail(service) and service.pgp_mode == "no" else None


def _is_mail(service: NotifyBase) -> TypeGuard[NotifyEmail]:
    from apprise.plugins.email import NotifyEmail

    return isinstance(service, NotifyEmail)


def _make_fit(service: NotifyBase, address: str) -> None:
    """Let a message that is too long for a service be sent in parts, unless the address says otherwise."""
    from apprise import OverflowMode

    if "overflow=" not in address:
        service.overflow_mode = OverflowMode.SPLIT if service.body_maxlen >= _ROOMY else OverflowMode.TRUNCATE


def _text(letter: Letter, service: NotifyBase) -> tuple[str, NotifyFormat]:
    """Return a digest as a service shows it best: as Markdown where it takes that, else as text."""
    from apprise import NotifyFormat

    if service.resolve_format(NotifyFormat.MARKDOWN) == NotifyFormat.MARKDOWN:
        return letter.markdown(), NotifyFormat.MARKDOWN
    return letter.text(), NotifyFormat.TEXT


def redacted(text: str, address: str) -> str:
    """Return a text without the address and without any part of it but its scheme, in whatever case."""
    parts = _BETWEEN_PARTS.split(address)[1:]
    secrets = {form for part in (address, *parts) for form in (part, unquote(part)) if len(form) >= _SHORTEST_SECRET}
    longest_first = sorted(secrets, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), "…", text, flags=re.IGNORECASE) if secrets else text
