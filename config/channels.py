"""Channels as configured: one TOML file per place that messages go to, in channels/.

Addresses contain secrets: they are never shown, logged or stored, and mistakes are reported without them.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from pydantic import Field

from config.errors import Problem
from config.files import bytes_of
from config.forms import LEFT_OUT, Form, read_choices
from config.last_good import NO_TEXTS, Report
from config.shape import Shape, Text, Title
from config.web_address import parts_of

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
# The name of a host (RFC 1035, 2.3.4), or an IPv6 address.
_LABELS = re.compile(r"(?=.{1,253}$)[^.]{1,63}(\.[^.]{1,63})*|\[.+\]")
_LONGEST_SECRET = 4_096  # bytes
_WEBHOOKS = ("http", "https")
_FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A place that messages go to.

    Attributes:
        address: an `http` or `https` address of a webhook, a `file` address, or an address of Apprise. Secret.
        secret: the key that a webhook's messages are signed with; None for unsigned messages. Secret.
    """

    id: str
    title: str
    address: str = field(repr=False)
    secret: bytes | None = field(default=None, repr=False)

    @property
    def scheme(self) -> str:
        """The part of the address that may be shown: `mailtos`, `https`, `ntfy`."""
        return self.address.partition(":")[0].lower()

    @property
    def is_webhook(self) -> bool:
        """Whether messages are posted as signed JSON documents."""
        return self.scheme in _WEBHOOKS

    @property
    def is_file(self) -> bool:
        """Whether messages are lines of JSON in a file."""
        return self.scheme == _FILE


def file_path(channel: Channel) -> Path:
    """Return the path in the address of a channel that is a file; bytes that are no UTF-8 stay what they are."""
    return Path(os.fsdecode(unquote_to_bytes(parts_of(channel.address).path)))


Examine = Callable[[Channel], str | None]  # returns a sentence for a mistake that this package cannot know


def read_channels(
    folder: Path | None, environment: Mapping[str, str] = os.environ, examine: Examine = lambda _: None
) -> tuple[tuple[Channel, ...], Report]:
    """Return the channels sorted by id, and how their files were read. One with a mistake is left out.

    No earlier form of a file is used: it would have to be stored, with the secrets in it.

    Args:
        examine: finds what services do not accept. Its sentence contains no secret.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    choices, unreadable = read_choices("channels", folder, _ChannelFile)
    channels: list[Channel] = []
    problems, remedies, left_out = list(unreadable), [], set()
    for file in choices:
        wrong = [Problem(problem.where, _without_value(problem.message)) for problem in file.problems]
        try:
            channels += _channel(file.file.name, file.forms, environment, examine)
        except ValueError as error:
            wrong.append(Problem(file.file.label, str(error)))
        if wrong:
            left_out.add(file.file.name)
            remedies.append(Problem(file.file.label, LEFT_OUT))
        problems += wrong
    return tuple(channels), Report(
        problems=tuple(problems), remedies=tuple(remedies), texts=NO_TEXTS, left_out=frozenset(left_out)
    )


class _ChannelFile(Shape):
    """The keys of channels/<id>.toml."""

    title: Title = Field(examples=["The desk"])
    address: Text = Field(examples=["mailtos://user:${SMTP_PASSWORD}@smtp.example.org?to=desk@example.org"])
    secret: Text | None = None


def _channel(
    id: str, forms: tuple[Form[_ChannelFile], ...], environment: Mapping[str, str], examine: Examine
) -> list[Channel]:
    """Return the channel that a file describes, if any.

    Raises:
        ValueError: it has a mistake; the message does not contain the address.
    """
    shape = forms[0].content if forms else None
    if shape is None:
        return []
    is_whole = _PLACEHOLDER.fullmatch(shape.address) is not None
    address = _filled(shape.address, environment, "address", escape=not is_whole)
    channel = Channel(id=id, title=shape.title, address=address)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://\S+", address):
        raise ValueError("address: is not an address such as mailto://…, https://… or ntfy://…; see docs/alerts.md")
    if channel.is_webhook and not _has_host(address):
        raise ValueError("address: is not a web address")
    if channel.is_file and not re.fullmatch(r"file:///[^?#]*[^/?#]", address, re.IGNORECASE):
        raise ValueError(
            "address: a file has an address with its whole path, such as file:///var/lib/parley/alerts.jsonl"
        )
    if channel.is_file and "\0" in str(file_path(channel)):
        raise ValueError("address: a path has no %00 in it")
    if sentence := examine(channel):
        raise ValueError(sentence)
    if shape.secret is None:
        return [channel]
    if not channel.is_webhook:
        raise ValueError("secret: is only for webhooks (http:// or https://)")
    key = _key(_filled(shape.secret, environment, "secret", escape=False))
    return [Channel(id=id, title=shape.title, address=address, secret=key)]


def _without_value(message: str) -> str:
    """Return a message about a value of the wrong type without the value, which may be a secret."""
    return message.partition(", not ")[0]


def _has_host(address: str) -> bool:
    from urllib3.exceptions import LocationParseError  # 30 ms that nobody without a webhook waits for
    from urllib3.util import parse_url

    try:
        parts = parse_url(address)
    except LocationParseError:
        return False
    return parts.port != 0 and _LABELS.fullmatch((parts.host or "").removesuffix(".")) is not None


def _filled(text: str, environment: Mapping[str, str], key: str, *, escape: bool) -> str:
    """Return the text with the value of each `${NAME}`, percent-encoded where it is a part of an address.

    Raises:
        ValueError: a value is missing.
    """
    names = _PLACEHOLDER.findall(text)
    values = {name: _value(name, environment, key) for name in names}
    return _PLACEHOLDER.sub(lambda hit: quote(values[hit[1]], safe="") if escape else values[hit[1]], text)


def _value(name: str, environment: Mapping[str, str], key: str) -> str:
    """Return what the variable contains, or the file that NAME_FILE names, as Docker passes secrets."""
    if value := environment.get(name):
        return value
    path = environment.get(f"{name}_FILE")
    if not path:
        raise ValueError(
            f"{key}: ${{{name}}} is not set; set the variable {name}, or {name}_FILE to the path of a file"
        )
    try:
        value = bytes_of(Path(path), _LONGEST_SECRET + 1).decode().strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{key}: the file that {name}_FILE names cannot be read") from None
    if not value or len(value) > _LONGEST_SECRET:
        raise ValueError(f"{key}: the file that {name}_FILE names is empty or larger than 4 kB")
    return value


def _key(text: str) -> bytes:
    """Return the key of a signature: what follows `whsec_`, in base64, as Standard Webhooks writes it.

    Raises:
        ValueError: it is not written so, or has less than 24 or more than 64 bytes.
    """
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise ValueError(
            "secret: is not whsec_ followed by 24 to 64 bytes in base64; `openssl rand -base64 32` makes such bytes"
        )
    return key
