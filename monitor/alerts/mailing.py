"""Digests by mail: one message with text, HTML and its charts, to the server that a channel's address names."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formataddr
from typing import TYPE_CHECKING

from config.logs import get_logger
from monitor.alerts.failure import Failed
from monitor.alerts.letter import Letter

if TYPE_CHECKING:
    from apprise.plugins.email import NotifyEmail

LIMIT = 30.0  # seconds for each answer of the server

log = get_logger(__name__)


def composed(service: NotifyEmail, letter: Letter, *, subject: str, key: str) -> EmailMessage:
    """Return a digest as a mail from and to the addresses of a channel; the same key makes the same Message-ID."""
    sender, address = service.from_addr
    recipients = [formataddr((str(name or ""), str(to))) for name, to in service.targets]
    message = letter.mail(subject, formataddr((str(sender or "Parley"), str(address))), recipients)
    message["Message-ID"] = f"<{key}@parley.invalid>"
    for header, addresses in (("Cc", service.cc), ("Reply-To", service.reply_to)):
        if addresses:
            message[header] = ", ".join(sorted(addresses))
    return message


def send_mail(service: NotifyEmail, message: EmailMessage) -> None:
    """Send a mail with the server, security and login of a channel.

    Raises:
        Failed: no recipient was accepted. The sentence contains no part of the address.
    """
    recipients = [*(address for _, address in service.targets), *service.cc, *service.bcc]
    try:
        with _connected(service) as server:
            refused = _send(server, message, str(service.from_addr[1]), recipients)
    except smtplib.SMTPResponseException as wrong:
        raise Failed(f"the mail server answered with {wrong.smtp_code}") from None
    except smtplib.SMTPRecipientsRefused:
        raise Failed("the mail server refused every recipient") from None
    except (OSError, ValueError) as wrong:  # SMTPException is an OSError
        raise Failed(f"the mail could not be sent ({type(wrong).__name__})") from None
    if refused:  # the others have it, so that it is not sent again
        log.warning("recipients refused", number=len(refused), of=len(recipients))


def _send(server: smtplib.SMTP, message: EmailMessage, sender: str, recipients: Sequence[str]) -> Mapping[str, object]:
    """Send a mail and return who was refused. `send_message` would write `>From` where a line begins with `From`."""
    if all(map(str.isascii, (sender, *recipients))):
        return server.sendmail(sender, recipients, message.as_bytes(policy=SMTP))
    return server.sendmail(sender, recipients, message.as_bytes(policy=SMTPUTF8), ("SMTPUTF8", "BODY=8BITMIME"))


def _connected(service: NotifyEmail) -> smtplib.SMTP:
    tls = ssl.create_default_context()
    if not service.verify_certificate:
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    if service.secure_mode == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(service.smtp_host, service.port or 0, timeout=LIMIT, context=tls)
    else:
        server = smtplib.SMTP(service.smtp_host, service.port or 0, timeout=LIMIT)
    try:
        if service.secure_mode == "starttls":
            server.starttls(context=tls)
        if service.user and service.password:
            server.login(service.user, service.password)
    except BaseException:
        server.close()
        raise
    return server
