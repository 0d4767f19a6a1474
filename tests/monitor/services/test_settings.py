"""Readers of the pages see which settings are in force, and nothing of the server behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from monitor.services.settings import Setting, settings_in_force
from tests.support.overlay import write


def shown(settings: Settings) -> dict[str, Setting]:
    return {one.name: one for one in settings_in_force(settings)}


def test_every_setting_is_there_with_its_meaning() -> None:
    assert list(shown(Settings())) == list(Settings.model_fields)
    assert all(one.meaning and one.value for one in shown(Settings()).values())


def test_a_setting_says_where_it_is_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "settings.toml", 'timezone = "Europe/Berlin"\nobey_robots = false\n')
    monkeypatch.setenv("PARLEY_CONFIG", str(tmp_path))
    monkeypatch.setenv("PARLEY_DELAY", "2.5")
    settings = shown(load_settings())
    facts = {name: (settings[name].value, settings[name].origin) for name in ("timezone", "obey_robots", "delay")}
    assert facts == {
        "timezone": ("Europe/Berlin", "file"),
        "obey_robots": ("no", "file"),
        "delay": ("2.5", "environment"),
    }
    assert settings["shipped_sources"].value == "all"
    assert settings["timeout"].origin == "default"


def test_no_path_host_or_password_is_shown(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path / "hush",
        cache=tmp_path / "hush",
        config=tmp_path,
        engine="elasticsearch://elastic:hush@hush.example:9200/parley",
        web_password_file=tmp_path / "hush",
        web_hosts=("hush.example",),
        web_proxies=("10.0.0.1",),
        allow_private=("10.0.0.0/8",),
        proxy="http://hush.example:3128",
    )
    values = " ".join(one.value for one in settings_in_force(settings))
    assert not [secret for secret in ("hush", "10.0", str(tmp_path)) if secret in values]
