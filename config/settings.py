"""Every setting: one row each with its type, default and help. Command line, validation and documentation read this table.

Values come from, first wins: the environment (`PARLEY_<NAME>`), `settings.toml` in the folder `PARLEY_CONFIG` names, the default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, ClassVar
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
from config.files import ConfigFile, read
from config.nearest import nearest
from config.shape import problems_of

_PROXY = re.compile(r"https?://[^\s/@]+/?")
_LIKENESS = 0.85  # likeness of two names, PARLEY_ included: one letter wrong, missing or too many
_HOST = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


def _default_data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "parley"


def _default_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley"


def _file_settings() -> dict[str, Any]:
    folder = os.environ.get("PARLEY_CONFIG")
    try:
        path = Path(folder or "").expanduser() / "settings.toml"
    except RuntimeError:  # told by the check of `config`
        return {}
    return (read(ConfigFile("settings", path, str(path))) or {}) if folder and path.exists() else {}


def _check_hosts(value: Any) -> Any:
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


def _check_proxy(value: str) -> str:
    if not value or _PROXY.fullmatch(value):
        return value
    raise ValueError("not an address such as http://proxy.example:3128; a user name or password in it is not supported")


def _from_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(f'"{path}" names a home folder that is not there') from None


Folder = Annotated[Path, AfterValidator(_from_home)]


class Settings(BaseSettings):
    """The settings of one installation, checked and frozen."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="PARLEY_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    config: Folder | None = Field(default=None, description="folder whose files overlay the shipped ones by name")
    data: Folder = Field(default_factory=_default_data, description="folder that holds all that is written")
    cache: Folder = Field(
        default_factory=_default_cache,
        description="folder of what can be made again, such as word tables; installations may share it",
    )
    engine: str = Field(default="", description="address of the search engine; empty means tantivy in the data folder")
    contact: str = Field(default="", description="mail or web address of the operator, sent in the user agent")
    obey_robots: bool = Field(default=True, description="obey robots.txt, its Crawl-delay included")
    delay: float = Field(
        default=1.0, ge=0, le=86_400, description="seconds between two requests to one registered domain"
    )
    timeout: float = Field(default=30.0, gt=0, le=180, description="seconds one download may take")
    max_bytes: int = Field(
        default=10_000_000, gt=0, description="bytes of one decompressed answer; a larger one is refused"
    )
    concurrent_requests: int = Field(default=32, gt=0, le=256, description="downloads at once, all domains together")
    allow_private: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_check_hosts)] = Field(
        default=(), description="hosts or networks (CIDR) on private addresses that may be fetched, comma-separated"
    )
    proxy: Annotated[str, AfterValidator(_check_proxy)] = Field(
        default="",
        description="HTTP proxy that every request goes through; it then resolves names, unseen by the address guard",
    )
    timezone: str = Field(
        default="UTC", description="time zone in which days, weeks and months begin, such as Europe/Berlin"
    )
    workers: int = Field(default=os.cpu_count() or 1, gt=0, le=64, description="processes that extract pages")
    page_seconds: float = Field(default=20.0, gt=0, le=3_600, description="seconds the extraction of one page may take")
    copy_days: int = Field(
        default=30, gt=0, le=3_650, description="days in which a text is compared with earlier ones to find copies"
    )
    min_free_disk: int = Field(
        default=500_000_000, ge=0, description="bytes that stay free; below it collecting pauses and says so"
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
        """Read arguments first, then the environment, then settings.toml of the overlay folder."""
        return (init_settings, env_settings, InitSettingsSource(settings_cls, _file_settings()))

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # the first is what zoneinfo says of a name it does not find
            raise ValueError("no such time zone; write one such as UTC or Europe/Berlin") from None
        return name

    @property
    def engine_url(self) -> str:
        """Address of the engine, the default filled in."""
        return self.engine or f"tantivy:{self.data / 'index'}"


def load_settings() -> Settings:
    """Return the settings of this process.

    Raises:
        ConfigError: every wrong setting, each with its name, what is wrong and what is allowed.
    """
    misspelt = _misspelt(os.environ)
    try:
        settings = Settings()
    except ValidationError as wrong:
        raise ConfigError([*problems_of(Settings, wrong, "settings"), *misspelt]) from None
    if misspelt:
        raise ConfigError(misspelt)
    return settings


def _misspelt(environment: Iterable[str]) -> list[Problem]:
    """Return the variables that are no setting but nearly one; others may be the neighbours', as in a cluster."""
    known = [f"PARLEY_{name.upper()}" for name in Settings.model_fields]
    unknown = [name for name in environment if name.startswith("PARLEY_") and name not in known]
    matches = {name: nearest(name, known, likeness=_LIKENESS) for name in unknown}
    return [Problem(name, f'no such setting, did you mean "{match}"?') for name, match in matches.items() if match]
