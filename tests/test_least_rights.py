"""The user that the compose file creates can do all that Parley does, and has no privilege that Parley does not need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from crawler.archive.archive import open_archive
from tests.support.builders import article
from tests.support.collected import collect, page_of
from tests.support.guarded import Guard, guarded
from tests.support.installation import Installation
from tests.support.proxy import Proxy
from tests.test_deployment import SERVICES, shell

READER = {"cluster": [], "indices": [{"names": ["parley*"], "privileges": ["read", "view_index_metadata"]}]}


@pytest.fixture
def gate(elasticsearch_url: str, tmp_path: Path) -> Iterator[tuple[Proxy, Guard]]:
    """Return the gate before the server after the service `users` has done its work."""
    for name in ("elastic", "parley", "kibana"):
        (tmp_path / f"{name}_password").write_text(f"{name}-s3cret\n")
    proxy, guard = guarded(elasticsearch_url.partition("://")[2], "elastic-s3cret")
    with proxy:
        assert shell(SERVICES["users"]["command"][0], proxy.address, SECRETS=str(tmp_path)) == 0
        yield proxy, guard


def address(gate: tuple[Proxy, Guard], folder: Path, user: str, name: str) -> str:
    return f"elasticsearch://{user}@{gate[0].address}/{name}?password_file={folder}/parley_password"


def test_the_user_of_the_compose_file_has_just_the_privileges_that_parley_needs(
    gate: tuple[Proxy, Guard],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    guard = gate[1]
    [granted] = guard.roles["parley"]["indices"]
    url = address(gate, tmp_path, "parley", f"parley-{uuid4().hex}")
    installation = Installation(tmp_path, monkeypatch, capsys, engine=url)

    def run(words: str) -> str:
        result = installation.run(*words.split())
        assert (result[0], guard.forbidden) == (0, []), result
        return result[1]

    archive = open_archive(installation.data)
    collect(archive, "truce", page_of("The truce holds along the river. " * 9, "Truce"))
    archive.close()
    run("index --once")
    assert "river" in run("search truce")
    for words in ("trends truce", "verify", "status", "alerts test --theme truce --on spike --since 60d"):
        run(words)
    run("rebuild")
    assert "river" in run("search truce")
    installation.keep(article(serial=900, text="An old truce.", published=datetime(2001, 1, 1, tzinfo=UTC)))
    run("prune --before 2002-01-01")
    assert len(json.loads(run("search --json truce"))["hits"]) == 1
    assert {use.privilege for use in guard.uses} == {*granted["privileges"], *guard.roles["parley"]["cluster"]}


def test_readers_need_to_read_only(
    gate: tuple[Proxy, Guard],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = f"parley-{uuid4().hex}"
    installation = Installation(tmp_path, monkeypatch, capsys, engine=address(gate, tmp_path, "parley", name))
    installation.keep(article(text="The truce holds.", themes=frozenset({"truce"})))
    guard = gate[1]
    guard.roles["reader"] = READER
    guard.users["ann"] = {"password": "parley-s3cret", "roles": ["reader"]}
    monkeypatch.setenv("PARLEY_ENGINE", address(gate, tmp_path, "ann", name))
    for words in ("search truce", "trends truce", "status", "export truce", "verify"):
        code, _, errors = installation.run(*words.split())
        assert (code, guard.forbidden) == (0, []), errors
    code, _, errors = installation.run("index", "--once")
    assert code == 1
    assert "privileges" in errors
