"""Every setting, with its type, default and help text. The command line, validation and documentation all read this table.

The environment (`PARLEY_<NAME>`) comes before `settings.toml` in the folder `PARLEY_CONFIG`, and that before the default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from config.errors import ConfigError, Problem
from config.files import ConfigFile, find, read
from config.nearest import nearest, suggestion
from config.shape import problems_of

DEFAULT_MAX_BYTES = 10_000_000

_PROXY = re.compile(r"https?://[^\s/@]+/?")
_LIKENESS = 0.85  # similarity of two names, PARLEY_ included: one letter wrong, missing or added
_HOST = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


def _default_data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "parley"


def _default_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley"


def _file_settings(folder: str | Path | None) -> dict[str, Any]:
    try:
        path = Path(folder or "").expanduser() / "settings.toml"
    except RuntimeError:  # reported when `config` is validated
        return {}
    if not folder or not os.path.lexists(path):  # one that is there and cannot be read is a mistake
        return {}
    return read(ConfigFile("settings", path, str(path))) or {}


def _check_hosts(value: object) -> object:
    hosts = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    for host in hosts if isinstance(hosts, list | tuple) else ():
        if isinstance(host, str) and not _HOST.fullmatch(host):
            try:
                ip_network(host, strict=False)
            except ValueError:
                raise ValueError(
                    f'"{host}" is neither a host nor a network (127.0.0.1, 10.0.0.0/8, db.local)'
                ) from None
    return hosts


def _check_shipped(value: object) -> object:
    """Return the ids of the shipped sources to use; None for all of them."""
    if value is None or value == "all":
        return None
    ids = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    if not isinstance(ids, list | tuple) or (not ids and isinstance(value, str)):
        raise ValueError('write "all", "none", or the ids of shipped sources such as "bbc-world, tass"')
    known = [file.name for file in find("sources", None)]
    for id in () if value == "none" else ids:
        if id not in known:
            raise ValueError(f'there is no shipped source "{id}"{suggestion(str(id), known)}')
    return () if value == "none" else ids


def _check_proxy(value: str) -> str:
    if not value or _PROXY.fullmatch(value):
        return value
    raise ValueError("is not an address such as http://proxy.example:3128; user names and passwords are not supported")


def _from_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(f'"{path}" starts with a home folder that does not exist') from None


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]
FeedText = Literal["snippet", "full"]
Folder = Annotated[Path, AfterValidator(_from_home)]


class Settings(BaseSettings):
    """The validated settings of one installation."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="PARLEY_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    config: Folder | None = Field(default=None, description="folder with your own sources, themes and settings")
    data: Folder = Field(default_factory=_default_data, description="folder where Parley stores its data")
    cache: Folder = Field(
        default_factory=_default_cache,
        description="cache of files that can be rebuilt, such as word tables; installations can share it",
    )
    engine: str = Field(default="", description="address of the search engine; by default tantivy in the data folder")
    shipped_sources: Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(_check_shipped)] = Field(
        default=None,
        description="shipped sources to collect from: `all`, `none` or a list of ids; your own sources are always used",
    )
    contact: str = Field(default="", description="email or web address of the operator, sent in the user agent")
    obey_robots: bool = Field(default=True, description="obey robots.txt, including its Crawl-delay")
    delay: float = Field(
        default=1.0, ge=0, le=86_400, description="seconds between two requests to the same registered domain"
    )
    timeout: float = Field(default=30.0, gt=0, le=180, description="time limit for one download, in seconds")
    max_bytes: int = Field(
        default=DEFAULT_MAX_BYTES,
        gt=0,
        description="size limit for one decompressed response, in bytes; larger ones are rejected (sitemaps: 50 MB)",
    )
    concurrent_requests: int = Field(default=32, gt=0, le=256, description="maximum number of simultaneous downloads")
    allow_private: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_check_hosts)] = Field(
        default=(), description="private hosts or networks (CIDR) that may be fetched, comma-separated"
    )
    proxy: Annotated[str, AfterValidator(_check_proxy)] = Field(
        default="",
        description="HTTP proxy for all requests; the proxy resolves host names, so the address guard cannot check them",
    )
    timezone: str = Field(
        default="UTC", description="time zone for the start of days, weeks and months, such as Europe/Berlin"
    )
    workers: int = Field(default=os.cpu_count() or 1, gt=0, le=64, description="number of processes that extract pages")
    page_seconds: float = Field(
        default=20.0, gt=0, le=3_600, description="limit on the processor time for extracting one page, in seconds"
    )
    copy_days: int = Field(
        default=30, gt=0, le=3_650, description="how many days apart texts may be published to be compared for copies"
    )
    min_free_disk: int = Field(
        default=500_000_000,
        ge=0,
        description="free disk space to keep, in bytes; below it, collecting pauses with a warning",
    )
    log_level: Annotated[LogLevel, BeforeValidator(_lower)] = Field(
        default="info", description="minimum severity of logged events: debug, info, warning or error"
    )
    log_format: Annotated[LogFormat, BeforeValidator(_lower)] = Field(
        default="text", description="format of the log: text, or json for one JSON object per line"
    )
    web_host: str = Field(
        default="127.0.0.1",
        description="address that `parley serve` listens on; by default only this machine reaches it",
    )
    web_port: int = Field(default=8765, ge=0, le=65_535, description="port that it listens on; 0 for any free one")
    web_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_check_hosts)] = Field(
        default=(),
        description="further host names under which it answers, such as that of a reverse proxy, comma-separated",
    )
    web_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_check_hosts)] = Field(
        default=(),
        description="addresses or networks of reverse proxies on other machines, which say whom they ask for; comma-separated",
    )
    web_password_file: Folder | None = Field(
        default=None,
        description="file with the password of the pages, or with its hash as `parley tokens password` prints it",
    )

    feed_text: Annotated[FeedText, BeforeValidator(_lower)] = Field(
        default="snippet",
        description="what entries of the feeds for readers contain: snippet, or full for the whole text",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then the environment, then settings.toml in the overlay folder."""
        folder = init_settings().get("config") or os.environ.get("PARLEY_CONFIG")
        return (init_settings, env_settings, InitSettingsSource(settings_cls, _file_settings(folder)))

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # zoneinfo raises KeyError for an unknown name
            raise ValueError(f'there is no time zone "{name}"; use a name such as UTC or Europe/Berlin') from None
        return name

    @property
    def engine_url(self) -> str:
        """Address of the engine, or of the default engine when none is set."""
        return self.engine or f"tantivy:{self.data / 'index'}"


def load_settings(*, data: Path | None = None, config: Path | None = None) -> Settings:
    """Return the settings of this process.

    Args:
        data, config: the folders of that name; those of the environment without them.

    Raises:
        ConfigError: names every invalid setting, what is wrong with it and what is allowed.
    """
    folders: dict[str, Any] = {name: folder for name, folder in (("data", data), ("config", config)) if folder}
    misspelt = _misspelt(os.environ)
    try:
        settings = Settings(**folders)
    except ValidationError as wrong:
        raise ConfigError([*problems_of(Settings, wrong, "settings"), *misspelt]) from None
    if misspelt:
        raise ConfigError(misspelt)
    return settings


def _misspelt(environment: Iterable[str]) -> list[Problem]:
    """Return a problem for each variable whose name nearly matches a setting; other variables may belong to other software."""
    known = [f"PARLEY_{name.upper()}" for name in Settings.model_fields]
    unknown = [name for name in environment if name.startswith("PARLEY_") and name not in known]
    matches = {name: nearest(name, known, likeness=_LIKENESS) for name in unknown}
    return [
        Problem(name, f'there is no such setting, did you mean "{match}"?') for name, match in matches.items() if match
    ]
