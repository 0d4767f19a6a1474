"""The examples of docs/operations.md are accepted by the programs they are for, and do what the page shows."""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from configparser import RawConfigParser
from pathlib import Path

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from config.log_lines import formatter
from config.settings import Settings
from monitor.app import App
from monitor.cli import command_names
from monitor.web import connection, guard, server
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.web import browser, serving

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def unit() -> Mapping[str, list[str]]:
    """Return the lines of the service by name; a name may stand there several times."""
    lines: dict[str, list[str]] = {}
    for line in blocks("ini")[0].splitlines():
        name, is_setting, value = line.partition("=")
        if is_setting:
            lines.setdefault(name, []).append(value)
    return lines


def test_the_service_is_a_unit_with_sections() -> None:
    parser = RawConfigParser(strict=False)
    parser.read_string(blocks("ini")[0])
    assert parser.sections() == ["Unit", "Service", "Install"]


def test_systemd_accepts_the_service(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze; install systemd to check the unit")
    program = tmp_path / "parley"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    file = tmp_path / "parley.service"
    file.write_text(
        blocks("ini")[0].replace("/opt/parley/bin/parley", str(program)).replace("User=parley", "User=root")
    )
    done = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True, check=False)
    if "Failed to" in done.stderr and file.name not in done.stderr:
        pytest.skip(f"systemd-analyze cannot run here: {done.stderr.strip()}")
    assert [line for line in done.stderr.splitlines() if file.name in line] == []


def test_the_service_starts_a_command_with_settings_that_exist() -> None:
    [start] = unit()["ExecStart"]
    assert shlex.split(start)[1] in command_names()
    variables = dict(line.split("=", 1) for line in unit()["Environment"])
    assert {name.removeprefix("PARLEY_").lower() for name in variables} <= Settings.model_fields.keys()
    [credential] = unit()["LoadCredential"]
    assert variables["PARLEY_WEB_PASSWORD_FILE"] == f"%d/{credential.partition(':')[0]}"
    assert int(unit()["TimeoutStopSec"][0]) > server._STOP_WITHIN


def test_the_site_is_served_by_its_name_and_the_cookies_of_its_readers_are_secure(tmp_path: Path) -> None:
    values = tomllib.loads(blocks("toml")[0])
    password = tmp_path / "password"
    password.write_text("pass phrase")
    settings = Settings(**{**values, "web_password_file": password, "data": tmp_path})
    [name] = values["web_hosts"]
    headers = {"Host": name, "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
    with serving(App(settings)) as address:
        answer = httpx.get(f"{address}/login", headers=headers)
        assert httpx.get(f"{address}/login", headers={"Host": "other.example"}).status_code == 403
    assert answer.status_code == 200
    assert "secure" in answer.headers["set-cookie"].lower()


def test_proxies_pass_on_what_parley_reads() -> None:
    [nginx], [caddy] = blocks("nginx"), blocks("caddyfile")
    [name] = tomllib.loads(blocks("toml")[0])["web_hosts"]
    default = Settings.model_fields["web_port"].default
    for block in (nginx, caddy):
        assert name in block
        assert f"127.0.0.1:{default}" in block
    passed = dict(re.findall(r"proxy_set_header (\S+)\s+(\S+);", nginx))
    assert passed == {"Host": "$host", "X-Forwarded-For": "$remote_addr", "X-Forwarded-Proto": "$scheme"}
    assert nginx.count("{") == nginx.count("}")


def test_commands_print_what_the_page_shows(
    small: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.keep(article())
    monkeypatch.chdir(tmp_path)
    for block in blocks("console"):
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            words = shlex.split(command)
            if words[0] == "parley":
                code, printed, errors = small.run(*words[1:])
                assert code == 0, errors
            else:
                printed = subprocess.run(words, capture_output=True, text=True, check=True).stdout
            printed = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
            assert doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS), printed


def test_metrics_and_addresses_are_those_of_the_server(tmp_path: Path) -> None:
    client = browser(tmp_path)
    scrape, rules = map(yaml.safe_load, blocks("yaml"))
    [job] = scrape["scrape_configs"]
    exported = {family.name: family for family in text_string_to_metric_families(client.get(job["metrics_path"]).text)}
    listed = set(re.findall(r"`(parley_\w+)[`{]", PAGE))
    for rule in rules["groups"][0]["rules"]:
        assert set(re.findall(r"\bparley_\w+", rule["expr"])) <= listed
    always = {"parley_archive_up", "parley_request_seconds", "parley_engine_errors"}  # without an archive too
    assert {name for name in exported if name.startswith("parley_")} == always
    for path in re.findall(r"^\| `(/\S+)` \|", PAGE, re.MULTILINE):
        assert client.get(path).status_code in (200, 503)


@pytest.mark.usefixtures("small")
def test_every_metric_is_listed(small: Installation) -> None:
    small.keep(article())
    families = text_string_to_metric_families(browser(small.data).get("/metrics").text)
    exported = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    listed = set(re.findall(r"`(parley_\w+)[`{]", PAGE))
    assert listed - {"parley_last_poll_timestamp_seconds"} == {name for name in exported if name.startswith("parley_")}


def test_a_line_of_the_log_has_the_fields_of_the_page(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="monitor")
    answer = browser(tmp_path).get("/help?zone=nowhere")
    [record] = [record for record in caplog.records if record.message == "request"]
    line = json.loads(formatter("json").format(record))
    assert line.keys() - {"message"} == json.loads(blocks("json")[0]).keys()
    assert line["id"] == answer.headers["x-request-id"]
    assert "nowhere" not in str(line)


def test_limits_are_those_of_the_server() -> None:
    limits = PAGE.partition("## Limits")[2]
    assert f"{guard.LARGEST_BODY // 1_000_000} MB" in limits
    assert guard.BODY_WITHIN == 60
    assert f"{connection.HEAD_WITHIN:.0f} seconds" in limits
    assert f"{guard.LONGEST_ADDRESS // 1_000} kB" in limits
    assert f"{server._MOST_CONNECTIONS:,} connections" in limits
