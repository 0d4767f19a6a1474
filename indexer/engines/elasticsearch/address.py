"""Parses Elasticsearch addresses: hosts, index name, index settings and credentials, which are never printed."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from config.errors import ConfigError, Problem
from config.files import bytes_of
from config.web_address import parts_of

EXAMPLE = "elasticsearch://127.0.0.1:9200/parley"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,99}")
_FILES = ("password_file", "api_key_file", "ca_file")
_FORMS = {
    "timeout": (re.compile(r"[1-9]\d{0,2}"), "a number of seconds from 1 to 999"),
    "shards": (re.compile(r"[1-9]\d{0,2}"), "a number from 1 to 999"),
    "replicas": (re.compile(r"\d{1,2}"), "a number from 0 to 99"),
    "refresh": (re.compile(r"[1-9]\d{0,5}(ms|s|m)|-1"), "a time such as 10s, or -1"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where an index is and how to access it.

    Attributes:
        hosts: addresses of the nodes, such as `http://127.0.0.1:9200`.
        name: the alias for all reading and writing.
        user: None when there is no password.
        ca_file: PEM file with a certificate authority; None for those that the machine trusts.
        timeout: seconds that one request may take.
        shards: number of primary shards of new indices.
        replicas: copies of each shard; None for one copy as soon as there is a second node.
        url: the address as it was written, with any password in it.
        refresh: interval at which the server makes changes visible. The indexer also does so after each batch.
    """

    hosts: tuple[str, ...]
    name: str
    user: str | None
    password: str | None = field(repr=False)
    api_key: str | None = field(repr=False)
    ca_file: str | None
    timeout: int
    shards: int
    replicas: int | None
    refresh: str
    url: str = field(repr=False)

    def __str__(self) -> str:
        return f"{', '.join(self.hosts)} (index {self.name})"

    @property
    def has_several_hosts(self) -> bool:
        """Whether another node can be used when one does not respond."""
        return len(self.hosts) > 1

    @property
    def is_secure(self) -> bool:
        """Whether the connection uses TLS."""
        return self.hosts[0].startswith("https:")


def parse(url: str) -> Address:
    """Parse an address and read the files it refers to.

    Raises:
        ConfigError: lists every invalid part, without any credentials.
    """
    parts = _split(url)
    options = dict(parse_qsl(parts.query))
    problems = [Problem("engine", message) for message in _mistakes(parts, options)]
    contents = {option: _read(option, path, problems) for option, path in options.items() if option in _FILES}
    if problems:
        raise ConfigError(problems)
    userinfo, _, hosts = parts.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    return Address(
        hosts=tuple(dict.fromkeys(_node(parts.scheme, host) for host in hosts.split(","))),
        name=parts.path.strip("/"),
        user=unquote(user) or None,
        password=contents.get("password_file") or unquote(password) or None,
        api_key=contents.get("api_key_file"),
        ca_file=options.get("ca_file"),
        timeout=int(options.get("timeout", 60)),  # a bulk request on a busy machine takes several
        shards=int(options.get("shards", 1)),
        replicas=int(options["replicas"]) if "replicas" in options else None,
        refresh=options.get("refresh", "10s"),
        url=url,
    )


def _split(url: str) -> SplitResult:
    """Split an address; reject one whose password contains unescaped separators before any part of it is shown."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if "@" not in parts.path + parts.fragment and ("@" not in parts.query or parts.path.strip("/")):
            return parts
    message = "the password in the address contains / ? # [ or ]; write %2F %3F %23 %5B %5D instead, or use a file"
    raise ConfigError([Problem("engine", f"{message}: ?password_file=PATH")])


def _mistakes(parts: SplitResult, options: dict[str, str]) -> Iterator[str]:
    userinfo, _, hosts = parts.netloc.rpartition("@")
    if not _NAME.fullmatch(parts.path.strip("/")):
        yield (
            f'"{parts.path.strip("/")}" is not an index name; use lower-case letters, digits, "-" and "_", starting with a '
            f"letter, as in {EXAMPLE}"
        )
    for host in hosts.split(","):
        if not _is_host(host):
            yield f'"{host}" is not a host or host:port as in {EXAMPLE}'
    for option in sorted(options.keys() - {*_FILES, *_FORMS}):
        yield f'unknown option "{option}" in the address ({", ".join((*_FILES, *_FORMS))})'
    for option, (form, allowed) in _FORMS.items():
        if not form.fullmatch(options.get(option, "1s" if option == "refresh" else "1")):
            yield f'{option} "{options[option]}" is not {allowed}'
    if "password_file" in options and not userinfo:
        yield f"password_file requires a user, as in {EXAMPLE.replace('//', '//elastic@')}"
    if "ca_file" in options and parts.scheme != "https":
        yield "ca_file requires an address that begins with https://"
    if "api_key_file" in options and userinfo:
        yield "the address has both an API key and a user; remove one of them"


def _is_host(host: str) -> bool:
    parts = parts_of(f"//{host}")
    return bool(parts.hostname) and parts.port != 0


def _node(scheme: str, host: str) -> str:
    parts = parts_of(f"//{host}")
    protocol, port = ("https", 443) if scheme == "https" else ("http", 9200)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{protocol}://{name}:{parts.port or port}"


def _read(option: str, path: str, problems: list[Problem]) -> str:
    try:
        text = bytes_of(Path(path)).decode().strip()
        if option == "ca_file":
            ssl.create_default_context(cafile=path)
        return text
    except ssl.SSLError:
        problems.append(Problem("engine", f'{option} "{path}" contains no certificate in PEM format'))
    except (OSError, UnicodeError) as error:
        problems.append(Problem("engine", f'{option} "{path}" cannot be read: {error}'))
    return ""
