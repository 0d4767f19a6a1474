"""A digest in the forms that channels take. Each is written when it is needed: charts are drawn for mails alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A digest to be sent.

    Attributes:
        markdown, text: return it in that form.
        mail: returns it as a mail with a subject, a sender and recipients.
    """

    markdown: Callable[[], str]
    text: Callable[[], str]
    mail: Callable[[str, str, Sequence[str]], EmailMessage]
