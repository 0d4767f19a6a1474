"""Every path, command, variable and address in the container files exists."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.errors import ConfigError
from config.settings import Settings
from indexer.engines.elasticsearch.address import parse
from indexer.engines.elasticsearch.schema import LEFT_OUT, new_index
from monitor.app import App
from monitor.cli import command_names
from monitor.web.server import server_of
from tests.support.compose_file import Refused, load_project
from tests.support.one_answer import answering, error
from tests.support.web import serving

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "parley"}
STEPS = [line.split(maxsplit=1) for line in (ROOT / "Dockerfile").read_text().splitlines() if line and line[0] != "#"]
SAVED = [json.loads(line) for line in (ROOT / "docs/kibana/dashboard.ndjson").read_text().splitlines()]
EXAMPLE = dict(line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"\w", line))


def steps(name: str) -> list[str]:
    """Return the arguments of every step with this name."""
    return [arguments for step, arguments in STEPS if step == name]


def test_the_parts_of_an_installation_run_next_to_elasticsearch() -> None:
    commands = {"crawler": ["crawl"], "indexer": ["index"], "alerts": ["alerts", "run"], "server": ["serve"]}
    assert {name: service["command"] for name, service in OURS.items()} == commands
    for name in ("indexer", "server"):
        assert SERVICES[name]["depends_on"] == {"users": {"condition": "service_completed_successfully"}}
    assert SERVICES["users"]["depends_on"] == {"elasticsearch": {"condition": "service_healthy"}}
    assert "depends_on" not in SERVICES["crawler"]  # it collects without an engine


@pytest.mark.parametrize("words", [*(service["command"] for service in OURS.values()), ["run"], ["status"]])
def test_every_command_exists(words: list[str]) -> None:
    assert words[0] in command_names()


def test_the_image_runs_parley_and_checks_its_health() -> None:
    assert steps("ENTRYPOINT") == ['["parley"]']
    assert steps("CMD") == ['["run"]']
    (health,) = steps("HEALTHCHECK")
    assert health.endswith('CMD ["parley", "status", "--check", "crawler", "indexer"]')  # the parts of `run`


@pytest.mark.parametrize("role", ["crawler", "indexer"])
def test_a_service_is_healthy_while_its_own_process_has_a_heartbeat(role: str) -> None:
    assert OURS[role]["healthcheck"]["test"] == ["CMD", "parley", "status", "--check", role]


def test_pages_are_reachable_from_this_machine_only_and_need_the_password_of_a_file(tmp_path: Path) -> None:
    server = OURS["server"]
    assert server["ports"] == ["127.0.0.1:8765:8765"]
    assert server["secrets"] == ["parley_password", "web_password"]
    environment = server["environment"]
    assert environment["PARLEY_WEB_PASSWORD_FILE"] == "/run/secrets/web_password"
    file = tmp_path / "web_password"
    settings = Settings(data=tmp_path, web_host=environment["PARLEY_WEB_HOST"], web_password_file=file)
    with pytest.raises(ConfigError):
        server_of(App(settings), settings.web_host)
    file.write_text("a password of openssl")
    server_of(App(settings), settings.web_host)


def test_the_server_is_healthy_while_it_answers(tmp_path: Path) -> None:
    *python, code = OURS["server"]["healthcheck"]["test"][1:]
    with serving(App(Settings(data=tmp_path))) as address:
        done = [
            subprocess.run([*python, code.replace("http://127.0.0.1:8765", where)], capture_output=True).returncode
            for where in (address, f"{address}/nothing")
        ]
    assert done == [0, 1]


def test_every_long_running_service_has_a_health_check() -> None:
    assert {name for name, service in SERVICES.items() if "restart" in service} == {
        name for name, service in SERVICES.items() if "healthcheck" in service
    }


def test_kibana_is_optional_and_shows_the_alias_by_date() -> None:
    kibana = {name for name, service in SERVICES.items() if service.get("profiles") == ["kibana"]}
    assert kibana == {"kibana"}
    assert SERVICES["kibana"]["image"].split(":")[1] == SERVICES["elasticsearch"]["image"].split(":")[1]
    [view] = [each for each in SAVED if each["type"] == "index-pattern"]
    alias = parse(OURS["indexer"]["environment"]["PARLEY_ENGINE"].partition("?")[0]).name
    assert (view["attributes"]["title"], view["attributes"]["timeFieldName"]) == (alias, "published")
    fields = new_index(parse("elasticsearch://one/parley"))["mappings"]["properties"]
    hidden = {each["value"] for each in json.loads(view["attributes"]["sourceFilters"])}
    assert hidden == {*LEFT_OUT, "serial", "order"} & fields.keys()
    assert fields["published"]["type"] == "date"
    assert fields["themes"]["type"] == "keyword"


def test_the_dashboard_refers_only_to_what_is_imported_with_it_and_to_fields_of_the_index() -> None:
    there = {(each["type"], each["id"]) for each in SAVED}
    assert {(one["type"], one["id"]) for each in SAVED for one in each["references"]} <= there
    fields = {*new_index(parse("elasticsearch://one/parley"))["mappings"]["properties"], "___records___"}
    # The parts of an object that Kibana exported; it migrates objects of these older versions when it imports them.
    versions = {"index-pattern": "8.0.0", "lens": "8.9.0", "search": "8.0.0", "dashboard": "8.9.0"}
    for each in SAVED:
        assert (each["coreMigrationVersion"], each["typeMigrationVersion"]) == ("8.8.0", versions[each["type"]])
        assert {"type", "id", "attributes", "references"} < each.keys()
        attributes = each["attributes"]
        if each["type"] == "lens":
            layers = attributes["state"]["datasourceStates"]["formBased"]["layers"]
            for id, layer in layers.items():
                assert {column["sourceField"] for column in layer["columns"].values()} <= fields
                assert set(layer["columnOrder"]) == layer["columns"].keys()
                assert f"indexpattern-datasource-layer-{id}" in {one["name"] for one in each["references"]}
            [shown] = attributes["state"]["visualization"]["layers"]
            columns = layers[shown["layerId"]]["columns"].keys()
            assert {shown["xAccessor"], shown["splitAccessor"], *shown["accessors"]} == columns
        elif each["type"] == "search":
            assert {*attributes["columns"], *(field for field, _ in attributes["sort"])} <= fields
    [dashboard] = [each for each in SAVED if each["type"] == "dashboard"]
    panels = json.loads(dashboard["attributes"]["panelsJSON"])
    names = {f"{panel['panelIndex']}:{panel['panelRefName']}": panel["type"] for panel in panels}
    assert names == {one["name"]: one["type"] for one in dashboard["references"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the compose file, and the example as its `.env`."""
    for name, copy in (("docker-compose.yml", "docker-compose.yml"), (".env.example", ".env")):
        (tmp_path / copy).write_text((ROOT / name).read_text())
    return tmp_path


def test_docker_compose_accepts_the_file(folder: Path) -> None:
    assert load_project(folder)["name"]
    if has_docker_compose():  # the same library, in a version of its own
        subprocess.run(["docker", "compose", "config", "--quiet"], cwd=ROOT, check=True)


def has_docker_compose() -> bool:
    if not shutil.which("docker"):
        return False
    return subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0


def test_docker_compose_reads_the_limits_mounts_and_secrets_that_the_file_means(folder: Path) -> None:
    services = load_project(folder)["services"]
    assert services.keys() == SERVICES.keys() - {"kibana"}
    assert load_project(folder, "kibana")["services"].keys() == SERVICES.keys()
    for name, service in services.items():
        assert int(service["mem_limit"]) >= 256 * 2**20
        assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
        assert {each["target"] for each in service["secrets"]} == {
            f"/run/secrets/{each}" for each in SERVICES[name]["secrets"]
        }
    for name in OURS:
        mounts = {each["target"]: (each["type"], each["source"]) for each in services[name]["volumes"]}
        assert mounts == {"/data": ("volume", "parley"), "/config": ("bind", str(folder / "config-own"))}
        assert (services[name]["read_only"], services[name]["tmpfs"]) == (True, ["/tmp"])
        assert services[name]["stop_grace_period"] == "1m0s"
    for service in services.values():
        assert {each["host_ip"] for each in service.get("ports", [])} <= {"127.0.0.1"}


def test_variables_of_the_environment_reach_the_containers(folder: Path) -> None:
    project = load_project(
        folder,
        SECRETS_FOLDER="/etc/parley",
        PARLEY_CONFIG_FOLDER="/srv/own",
        PARLEY_MEMORY="512m",
        PARLEY_CONTACT="desk@example.org",
        PARLEY_WEB_HOSTS="parley.example.org",
    )
    assert {each["file"] for each in project["secrets"].values()} == {
        f"/etc/parley/{name}" for name in COMPOSE["secrets"]
    }
    for name in OURS:
        service = project["services"][name]
        assert int(service["mem_limit"]) == 512 * 2**20
        assert "/srv/own" in {each["source"] for each in service["volumes"]}
        assert service["environment"]["PARLEY_CONTACT"] == "desk@example.org"
    assert project["services"]["server"]["environment"]["PARLEY_WEB_HOSTS"] == "parley.example.org"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("mem_limit: 256m", "memory: 256m"),
        ("mem_limit: 256m", "mem_limit: 256x"),
        ("condition: service_healthy", "until: healthy"),
        ("condition: service_healthy", "condition: service_happy"),
        ("      elasticsearch:\n        condition", "      elastic:\n        condition"),
        ("file: ", "path: "),
        ("      - elastic_password", "      - elastik_password"),
        ("stop_grace_period: 60s", "stop_grace_period: 60"),
        ('"127.0.0.1:9200:9200"', '"127.0.0.1:9200:9200:1"'),
        ("<<: *parley", "<<: *parlay"),
        ("- kibana:/usr", "- kibanna:/usr"),
        ("${PARLEY_MEMORY:-3g}", "${PARLEY_MEMORY:-3g"),
    ],
)
def test_a_mistake_in_the_compose_file_is_noticed(right: str, wrong: str, folder: Path) -> None:
    whole = (folder / "docker-compose.yml").read_text()
    assert right in whole
    (folder / "docker-compose.yml").write_text(whole.replace(right, wrong))
    with pytest.raises(Refused):
        load_project(folder, "kibana")


def test_the_image_runs_as_an_unprivileged_user() -> None:
    names = [step for step, _ in STEPS]
    assert steps("USER") == ["parley"]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert any("useradd" in command and "parley" in command for command in steps("RUN"))


def test_every_copied_file_exists_and_is_in_the_build_context() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {path for words in map(shlex.split, steps("COPY")) if "--from=build" not in words for path in words[:-1]}
    assert copied == sent
    assert [path for path in sorted(copied) if not (ROOT / path).exists()] == []


def test_every_variable_of_our_services_is_a_setting() -> None:
    names = {name for service in OURS.values() for name in service["environment"]}
    names |= set(re.findall(r"PARLEY_\w+", " ".join(steps("ENV"))))
    assert {name.removeprefix("PARLEY_").lower() for name in names} <= Settings.model_fields.keys()


def test_every_variable_of_the_compose_file_is_in_the_example() -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert used == EXAMPLE.keys()


def test_the_engine_address_points_to_the_server_and_to_the_password_of_a_user_with_few_rights(tmp_path: Path) -> None:
    (tmp_path / "parley_password").write_text("s3cret\n")
    for service in OURS.values():
        url = service["environment"]["PARLEY_ENGINE"]
        assert "/run/secrets/parley_password" in url
        assert service["secrets"][0] == "parley_password"
        address = parse(url.replace("/run/secrets", str(tmp_path)))
        assert address.hosts == ("http://elasticsearch:9200",)
        assert (address.user, address.password) == ("parley", "s3cret")


def test_the_server_requires_a_password_and_is_reachable_only_from_this_machine() -> None:
    server = SERVICES["elasticsearch"]
    assert server["environment"]["xpack.security.enabled"] == "true"
    names = {name for service in SERVICES.values() for name in service.get("environment", {}) if "PASSWORD" in name}
    assert names == {"PARLEY_WEB_PASSWORD_FILE"}
    assert all(port.startswith("127.0.0.1:") for service in SERVICES.values() for port in service.get("ports", []))
    assert server["mem_limit"]
    assert server["healthcheck"]["test"][0] == "CMD-SHELL"


def shell(command: str, here: str, **variables: str) -> int:
    """Run a command of the compose file, an address of this machine in place of the containers', and return its exit code."""
    if not shutil.which("curl"):
        pytest.skip("curl is not here; install it to have the commands of the containers run")
    moved = re.sub(r"(127\.0\.0\.1|elasticsearch):\d+", here, command.replace("$$", "$"))
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(["sh", "-c", moved], env=environment, capture_output=True, check=False).returncode


def test_the_server_is_healthy_when_it_serves(elasticsearch_url: str, tmp_path: Path) -> None:
    kind, command = SERVICES["elasticsearch"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    (tmp_path / "elastic_password").write_text("x")
    assert shell(command, elasticsearch_url.partition("://")[2], SECRETS=str(tmp_path)) == 0
    assert shell(command, "127.0.0.1:1", SECRETS=str(tmp_path)) != 0
    with answering(401, error("security_exception", "no")) as server:
        assert shell(command, f"127.0.0.1:{server.server_port}", SECRETS=str(tmp_path)) != 0


def test_kibana_is_healthy_when_it_serves() -> None:
    _, healthy = SERVICES["kibana"]["healthcheck"]["test"]
    with answering(200, {}) as server:
        assert shell(healthy, f"127.0.0.1:{server.server_port}") == 0
    assert shell(healthy, "127.0.0.1:1") != 0


def test_the_users_are_created_with_the_privileges_that_the_documentation_lists(tmp_path: Path) -> None:
    for name in ("elastic", "parley", "kibana"):
        (tmp_path / f"{name}_password").write_text(f"{name}-s3cret")
    assert SERVICES["users"]["entrypoint"] == ["sh", "-c"]
    (create,) = SERVICES["users"]["command"]
    with answering(200, {}) as server:
        assert shell(create, f"127.0.0.1:{server.server_port}", SECRETS=str(tmp_path)) == 0
    role, parley, kibana = (json.loads(body) for body in server.bodies)
    page = (ROOT / "docs/elasticsearch.md").read_text().partition("**Privileges.**")[2].partition("## ")[0]
    [privileges] = role["indices"]
    assert all(f"`{name}`" in page for name in (*privileges["names"], *privileges["privileges"], *role["cluster"]))
    assert parley == {"password": "parley-s3cret", "roles": ["parley"]}
    assert kibana == {"password": "kibana-s3cret"}
    assert shell(create, "127.0.0.1:1", SECRETS=str(tmp_path)) != 0
    with answering(401, error("security_exception", "no")) as server:
        assert shell(create, f"127.0.0.1:{server.server_port}", SECRETS=str(tmp_path)) != 0


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["mem_limit"]
    assert "stop_grace_period" in service or "restart" not in service
    assert service.get("read_only") or name in ("elasticsearch", "kibana")  # they write to their own folders at start


def test_your_own_configuration_is_one_mounted_folder() -> None:
    for service in OURS.values():
        assert service["environment"]["PARLEY_CONFIG"] == "/config"
        assert [volume for volume in service["volumes"] if volume.endswith(":/config")]
        assert service["tmpfs"] == ["/tmp"]


def test_server_and_client_have_the_same_major_version() -> None:
    image = SERVICES["elasticsearch"]["image"].split(":")[1]
    assert image.split(".")[0] == version("elasticsearch").split(".")[0]


def test_every_volume_and_secret_is_declared() -> None:
    volumes = [volume.rpartition(":") for service in SERVICES.values() for volume in service.get("volumes", [])]
    assert {source for source, _, _ in volumes if "/" not in source} == COMPOSE["volumes"].keys()
    secrets = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert secrets == COMPOSE["secrets"].keys()
    assert {
        target for service in OURS.values() for target in (each.rpartition(":")[2] for each in service["volumes"])
    } == {
        *steps("VOLUME"),
        "/config",
    }
