from pathlib import Path

import pytest

from config.errors import ConfigError
from config.settings import load_settings
from tests.support.overlay import messages, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an overlay folder that PARLEY_CONFIG names, in an environment without other settings."""
    for name in ("PARLEY_DATA", "PARLEY_ENGINE", "PARLEY_DELAY", "PARLEY_WORKERS", "PARLEY_ALLOW_PRIVATE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PARLEY_CONFIG", str(tmp_path))
    return tmp_path


def refusal(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings()
    return messages(caught.value.problems, folder)


def test_defaults_are_polite_and_the_engine_is_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_DATA", "/srv/parley")
    settings = load_settings()
    assert settings.obey_robots
    assert settings.delay >= 1
    assert settings.allow_private == ()
    assert settings.engine_url == "tantivy:/srv/parley/index"


def test_rebuildable_files_are_kept_in_the_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARLEY_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    assert load_settings().cache == Path("/var/cache/parley")
    monkeypatch.setenv("PARLEY_CACHE", "/srv/parley/cache")
    assert load_settings().cache == Path("/srv/parley/cache")


def test_the_environment_overrides_the_file_and_the_file_overrides_the_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "settings.toml", "delay = 3\nworkers = 5\n")
    monkeypatch.setenv("PARLEY_DELAY", "2.5")
    settings = load_settings()
    assert (settings.delay, settings.workers, settings.timeout) == (2.5, 5, 30.0)


@pytest.mark.parametrize("value", ["127.0.0.1, 10.0.0.0/8,,db.local", "127.0.0.1,10.0.0.0/8,db.local"])
def test_private_hosts_are_separated_by_commas(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_ALLOW_PRIVATE", value)
    assert load_settings().allow_private == ("127.0.0.1", "10.0.0.0/8", "db.local")


def test_private_hosts_may_be_a_list_in_the_file(folder: Path) -> None:
    write(folder, "settings.toml", 'allow_private = ["::1", "fd00::/8"]\n')
    assert load_settings().allow_private == ("::1", "fd00::/8")


@pytest.mark.parametrize("value", ["10.0.0.0/99", "http://127.0.0.1", "300.1.1.1", "a b"])
def test_an_invalid_private_host_is_reported(value: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("PARLEY_ALLOW_PRIVATE", value)
    (problem,) = refusal(folder)
    assert problem.startswith(f'settings: allow_private: "{value}" is neither a host nor a network')


@pytest.mark.parametrize("name", ["Mars", "Europe", "Europe/Nowhere", "../etc/passwd", ""])
def test_an_unknown_time_zone_is_refused_with_an_explanation(name: str, folder: Path) -> None:
    write(folder, "settings.toml", f'timezone = "{name}"\n')
    assert refusal(folder) == [
        f'settings.toml: line 1: timezone: there is no time zone "{name}"; use a name such as UTC or Europe/Berlin'
    ]


@pytest.mark.parametrize("proxy", ["http://ann:s3cret@proxy:3128", "socks5://ann:s3cret@proxy", "s3cret"])
def test_an_invalid_proxy_is_refused_without_revealing_its_password(proxy: str, folder: Path) -> None:
    write(folder, "settings.toml", f'proxy = "{proxy}"\n')
    (problem,) = refusal(folder)
    assert problem.startswith("settings.toml: line 1: proxy: is not an address such as http://proxy.example:3128")
    assert "s3cret" not in problem


def test_an_empty_variable_counts_as_unset(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "settings.toml", "delay = 3\n")
    unset = load_settings().data
    for name in ("DATA", "CACHE", "DELAY", "WORKERS"):
        monkeypatch.setenv(f"PARLEY_{name}", "")
    assert (load_settings().data, load_settings().delay) == (unset, 3)
    monkeypatch.setenv("PARLEY_CONFIG", "")
    assert load_settings().config is None


def test_a_path_may_start_with_a_tilde(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    write(folder, "settings.toml", 'data = "~/parley"\n')
    assert load_settings().data == Path("/home/ann/parley")
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("PARLEY_CONFIG", f"~/{folder.name}")
    assert (load_settings().config, load_settings().data) == (folder, folder.parent / "parley")
    monkeypatch.setenv("PARLEY_DATA", "~nobody-of-that-name/parley")
    assert refusal(folder)[0].startswith('settings: data: "~nobody-of-that-name/parley"')


@pytest.mark.parametrize("name", ["data", "config", "cache"])
def test_a_folder_whose_name_is_not_utf_8_is_refused(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"PARLEY_{name.upper()}", f"{folder}/\udcff")
    assert refusal(folder)[0] == f"settings: {name}: is a name that is not UTF-8; give the folder another"


def test_all_invalid_settings_are_reported_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "settings.toml", "dealy = 3\nworkers = 0\n")
    monkeypatch.setenv("PARLEY_DELAY", "slow")
    problems = refusal(folder)
    assert len(problems) == 3
    assert problems[0].startswith("settings: delay: Input should be a valid number")
    assert problems[1] == "settings.toml: line 2: workers: Input should be greater than 0, not 0"
    assert problems[2].startswith(
        'settings.toml: line 1: unknown key "dealy", did you mean "delay"? (allowed: config, data, '
    )


def test_a_file_that_is_not_toml_is_reported_with_its_line(folder: Path) -> None:
    write(folder, "settings.toml", "delay = 1\nworkers = \n")
    assert refusal(folder) == ["settings.toml: not TOML: Invalid value (at line 2, column 11)"]


@pytest.mark.parametrize("name", ["PARLEY_DELYA", "PARLEY_WORKER", "PARLEY_OBEY_ROBOT", "PARLEY_TIME_ZONE"])
def test_a_misspelt_variable_is_reported(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    (problem,) = refusal(folder)
    assert problem.startswith(f"{name}: there is no such setting, did you mean")


def test_variables_of_other_programs_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PARLEY_PORT", "PARLEY_SERVICE_HOST", "PARLEY_PORT_9200_TCP_ADDR", "PARLEY_TEST_ELASTICSEARCH"):
        monkeypatch.setenv(name, "tcp://10.0.0.1:9200")
    load_settings()


@pytest.mark.parametrize(
    ("value", "ids"),
    [("all", None), ("none", ()), ("bbc-world", ("bbc-world",)), (" tass, bbc-world,,", ("tass", "bbc-world"))],
)
def test_shipped_sources_can_be_chosen_in_the_environment(
    value: str, ids: tuple[str, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().shipped_sources is None
    monkeypatch.setenv("PARLEY_SHIPPED_SOURCES", value)
    assert load_settings().shipped_sources == ids


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ('"all"', None),
        ('"none"', ()),
        ("[]", ()),
        ('["tass", "bbc-world"]', ("tass", "bbc-world")),
        ('"tass"', ("tass",)),
    ],
)
def test_shipped_sources_can_be_chosen_in_the_file(folder: Path, value: str, ids: tuple[str, ...] | None) -> None:
    write(folder, "settings.toml", f"shipped_sources = {value}\n")
    assert load_settings().shipped_sources == ids


@pytest.mark.parametrize("value", ["false", "3", '""', "{}"])
def test_an_invalid_choice_of_shipped_sources_is_refused_with_the_allowed_values(folder: Path, value: str) -> None:
    write(folder, "settings.toml", f"shipped_sources = {value}\n")
    assert refusal(folder) == [
        'settings.toml: line 1: shipped_sources: write "all", "none", or the ids of shipped sources such as "bbc-world, tass"'
    ]


@pytest.mark.parametrize("value", ['["bbc-wrld"]', '"tass, bbc-wrld"'])
def test_an_unknown_shipped_source_is_refused_with_the_nearest_name(folder: Path, value: str) -> None:
    write(folder, "settings.toml", f"shipped_sources = {value}\n")
    assert refusal(folder) == [
        'settings.toml: line 1: shipped_sources: there is no shipped source "bbc-wrld", did you mean "bbc-world"?'
    ]
