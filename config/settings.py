"""Every setting, with its type, default and help text. The command line, validation and documentation all read this table.

The environment (`PARLEY_<NAME>`) comes before `settings.toml` in the folder `PARLEY_CONFIG`, and that before the default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from config.errors import ConfigError, Problem
from config.files import find
from config.last_good import KEPT, NO_REPORT, NO_TEXTS, LastGood, Report
from config.nearest import nearest, suggestion
from config.settings_file import SettingsFile, earlier_form, read_settings_file, written_data_folder
from config.shape import problems_of

DEFAULT_MAX_BYTES = 10_000_000
MOST_WORKERS = 64

_PROXY = re.compile(r"https?://[^\s/@]+/?")
_LIKENESS = 0.85  # similarity of two names, PARLEY_ included: one letter wrong, missing or added
_content: ContextVar[Mapping[str, Any]] = ContextVar("what settings.toml sets, while settings are loaded", default={})  # noqa: B039
_HOST = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


def _default_data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "parley"


def _default_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley"


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


def _check_umask(value: str) -> str:
    if not value or re.fullmatch(r"0{0,2}[0-7]{2}", value):
        return value
    raise ValueError(
        f'"{value}" is not a umask such as 027 or 077, which leaves all permissions to Parley\'s own account'
    )


def _from_home(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("contains a NUL character, which no path may")
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise ValueError("is a name that is not UTF-8; give the folder another") from None
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(f'"{path}" starts with a home folder that does not exist') from None


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]
FeedText = Literal["snippet", "full"]
Examine = Callable[["Settings"], Sequence[Problem]]
Folder = Annotated[Path, AfterValidator(_from_home)]


def own_engine(data: Path) -> str:
    """Return the address of the engine in a data folder, which is used where none is set."""
    return f"tantivy:{data / 'index'}"


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
        le=1_000_000_000_000,
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
    workers: int = Field(
        default=min(os.cpu_count() or 1, MOST_WORKERS),
        gt=0,
        le=MOST_WORKERS,
        description="number of processes that extract pages",
    )
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
    umask: Annotated[str, AfterValidator(_check_umask)] = Field(
        default="",
        description="permissions that files and folders lack, in octal: 027 lets the group read; by default those of the process",
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

    _report: Report = PrivateAttr(default=NO_REPORT)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then the environment, then the content of settings.toml that is being loaded."""
        return (init_settings, env_settings, InitSettingsSource(settings_cls, dict(_content.get())))

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # zoneinfo raises KeyError for an unknown name
            raise ValueError(f'there is no time zone "{name}"; use a name such as UTC or Europe/Berlin') from None
        return name

    @property
    def report(self) -> Report:
        """How settings.toml was read."""
        return self._report

    @property
    def engine_url(self) -> str:
        """Address of the engine, or of the default engine when none is set."""
        return self.engine or own_engine(self.data)


def load_settings(*, data: Path | None = None, config: Path | None = None, examine: Examine = lambda _: ()) -> Settings:
    """Return the settings of this process.

    While settings.toml contains a mistake, its last good form is used if the data folder has one; `report` says so then.

    Args:
        data, config: the folders of that name; those of the environment without them.
        examine: finds the mistakes that this package cannot find, such as those in the address of the engine.

    Raises:
        ConfigError: names every invalid setting, what is wrong with it and what is allowed.
    """
    others: dict[str, Any] = {name: folder for name, folder in (("data", data), ("config", config)) if folder}
    set_elsewhere = EnvSettingsSource(Settings)() | others
    file = read_settings_file(set_elsewhere.get("config"))
    misspelt = _misspelt(os.environ)
    try:
        settings = _settings(file, others, set_elsewhere)
    except _Mistakes as wrong:
        earlier = None if wrong.elsewhere or misspelt else _earlier(file, wrong.in_file, others, set_elsewhere, examine)
        if earlier:
            return earlier
        raise ConfigError([*wrong.elsewhere, *wrong.in_file, *misspelt]) from None
    if misspelt:
        raise ConfigError(misspelt)
    problems = tuple(examine(settings))
    return (problems and _earlier(file, problems, others, set_elsewhere, examine)) or settings


def mended_settings(problems: Sequence[Problem]) -> Settings:
    """Return the settings with the default in place of each that is wrong, so that the other files can be checked.

    Args:
        problems: what is wrong, for `report`.
    """
    set_elsewhere = EnvSettingsSource(Settings)()
    file = replace(read_settings_file(set_elsewhere.get("config")), problems=())
    try:
        settings = _settings(file, {}, set_elsewhere)
    except _Mistakes as wrong:
        rest = {key: value for key, value in file.content.items() if key not in wrong.keys}
        fields = Settings.model_fields
        defaults = {key: fields[key].get_default(call_default_factory=True) for key in wrong.keys & fields.keys()}
        settings = _settings(replace(file, content=rest), defaults, set_elsewhere)
    settings._report = Report(problems=tuple(problems), remedies=(), texts=NO_TEXTS)
    return settings


class _Mistakes(Exception):
    """What is wrong in settings.toml, and in the environment or the arguments; and the keys that are."""

    def __init__(
        self, in_file: Sequence[Problem], elsewhere: Sequence[Problem] = (), keys: frozenset[str] = frozenset()
    ) -> None:
        self.in_file, self.elsewhere, self.keys = tuple(in_file), tuple(elsewhere), keys


def _settings(file: SettingsFile, others: Mapping[str, Any], set_elsewhere: Collection[str]) -> Settings:
    """Return the settings with this form of settings.toml.

    Raises:
        _Mistakes: in the file or elsewhere.
    """
    token = _content.set(file.content)
    try:
        settings = Settings(**others)
    except ValidationError as wrong:
        in_file: list[Problem] = []
        elsewhere: list[Problem] = []
        keys = [str(error["loc"][0]) for error in wrong.errors()]
        for key, problem in zip(keys, problems_of(Settings, wrong, ""), strict=True):
            if key in file.content and key not in set_elsewhere:
                in_file.append(Problem(file.place(key), problem.message))
            else:
                elsewhere.append(Problem("settings", problem.message))
        raise _Mistakes([*file.problems, *in_file], elsewhere, frozenset(keys)) from None
    finally:
        _content.reset(token)
    if file.problems:
        raise _Mistakes(file.problems)
    settings._report = Report(problems=(), remedies=(), texts=file.texts)
    return settings


def _earlier(
    file: SettingsFile,
    mistakes: Sequence[Problem],
    others: Mapping[str, Any],
    set_elsewhere: Mapping[str, Any],
    examine: Examine,
) -> Settings | None:
    """Return the settings with the last good form of settings.toml.

    They count only if they name the data folder that they are kept in: otherwise Parley would collect into another one.
    """
    try:
        folder = _from_home(Path(set_elsewhere.get("data") or written_data_folder(file) or _default_data()))
        form = earlier_form(file, folder)
        settings = _settings(form, others, set_elsewhere) if form else None
    except (ValueError, _Mistakes):  # no such home folder; a form that another version of Parley read
        return None
    if form is None or settings is None:
        return None
    if settings.data != folder or examine(settings):
        return None
    settings._report = Report(problems=tuple(mistakes), remedies=(Problem(file.label, KEPT),), texts=form.texts)
    return settings


def keep_settings(settings: Settings) -> None:
    """Store settings.toml as it is used in the data folder, for a time when it contains a mistake."""
    LastGood(settings.data, "settings", is_writable=True).keep(settings.report.texts)


def _misspelt(environment: Iterable[str]) -> list[Problem]:
    """Return a problem for each variable whose name nearly matches a setting; other variables may belong to other software."""
    known = [f"PARLEY_{name.upper()}" for name in Settings.model_fields]
    unknown = [name for name in environment if name.startswith("PARLEY_") and name not in known]
    matches = {name: nearest(name, known, likeness=_LIKENESS) for name in unknown}
    return [
        Problem(name, f'there is no such setting, did you mean "{match}"?') for name, match in matches.items() if match
    ]
