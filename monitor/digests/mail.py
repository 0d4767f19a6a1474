"""A digest as a mail: HTML with its pictures attached, and the same as text. Nothing in it is loaded from elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.digests.pictures import Picture, pictures
from monitor.digests.writing import (
    COLUMNS,
    all_themes,
    byline,
    made,
    pieces,
    plain,
    stands_out,
    theme_rows,
    title_of,
    unwell,
)
from monitor.documents.digests import DigestDocument
from monitor.documents.escapes import one_line, web_address
from monitor.sentences import emerged, risen, sentence

_DOMAIN = "parley.invalid"  # of content ids, which have to look like addresses (RFC 2392)

_templates = Environment(
    loader=PackageLoader("monitor.digests"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A digest, ready to be sent.

    Attributes:
        subject: one line.
        text: the same as `html` for those who read no HTML.
        html: a page whose pictures have the addresses `cid:` and their content ids.
        pictures: content id → the picture.
    """

    subject: str
    text: str
    html: str
    pictures: dict[str, Picture]

    def to_message(self, sender: str, recipients: Sequence[str], digest: DigestDocument) -> EmailMessage:
        """Return the mail as it is sent (RFC 5322), with both texts and the pictures in it."""
        message = EmailMessage(policy=SMTP)
        message["Subject"] = self.subject
        message["From"] = sender
        if recipients:
            message["To"] = ", ".join(recipients)
        message["Date"] = format_datetime(digest.made)
        message.set_content(self.text)
        message.add_alternative(self.html, subtype="html")
        page = message.get_payload()[1]  # type: ignore[index]
        for id, picture in self.pictures.items():
            page.add_related(  # type: ignore[union-attr]
                picture.png,
                "image",
                "png",
                cid=f"<{id}>",
                disposition="inline",
                filename=f"{picture.theme}.png",
            )
        return message


def mail(digest: DigestDocument) -> Mail:
    """Return a digest as a mail."""
    drawn = pictures(digest)
    ids = {f"{picture.theme}@{_DOMAIN}": picture for picture in drawn}
    return Mail(
        subject=one_line(digest.title),
        text=plain(digest),
        html=_page(digest, drawn, lambda picture: f"cid:{picture.theme}@{_DOMAIN}"),
        pictures=ids,
    )


def html_file(digest: DigestDocument) -> str:
    """Return a digest as one HTML file, with its pictures inside it."""
    return _page(digest, pictures(digest), _inside)


def _inside(picture: Picture) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"


def _page(digest: DigestDocument, drawn: Sequence[Picture], address_of: Callable[[Picture], str]) -> str:
    return _templates.get_template("digest.html").render(
        digest=digest,
        pictures=drawn,
        address_of=address_of,
        columns=COLUMNS,
        all_themes=all_themes,
        rows=theme_rows(digest),
        title_of=title_of,
        byline=byline,
        zone=ZoneInfo(digest.timezone),
        stands_out=stands_out,
        emerged=emerged,
        risen=risen,
        sentence=sentence,
        made=made,
        unwell=unwell,
        pieces=pieces,
        web_address=web_address,
    )
