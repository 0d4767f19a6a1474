"""Elasticsearch with TLS and a password: certificates are checked, and credentials are sent but never shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from ssl import SSLContext
from uuid import uuid4

import pytest

from config.errors import ConfigError, EngineBlocked, EngineMisconfigured, EngineUnavailable
from indexer.engine import open_engine
from tests.support.builders import article
from tests.support.certificates import ELSEWHERE, Authority
from tests.support.engines import fill, serials
from tests.support.proxy import Fate, Proxy, Request

BASIC = "Basic YW5uOnMzY3JldA=="  # ann:s3cret
KEY = "ApiKey azNZOnMzY3JldA=="


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def secure(authority: Authority, elasticsearch_url: str) -> Iterator[Proxy]:
    """Return the server behind TLS; it accepts the password and the API key."""
    with Proxy(elasticsearch_url.partition("://")[2], tls=authority.server()) as proxy:
        proxy.decide = lambda request: "pass" if request.headers.get("authorization") in (BASIC, KEY) else "refuse"
        yield proxy


def test_an_index_is_written_and_read_through_tls_with_a_password_from_a_file(
    secure: Proxy, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    name = f"tls-{uuid4().hex}"
    url = f"https://ann@{secure.address}/{name}?password_file={tmp_path}/password&ca_file={authority.file}"
    engine = open_engine(url, writable=True)
    fill(engine, article(serial=1))
    assert serials(engine) == [1]
    engine.close()


def test_an_api_key_from_a_file_is_accepted(secure: Proxy, authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("azNZOnMzY3JldA==\n")
    url = f"https://{secure.address}/key-{uuid4().hex}?api_key_file={tmp_path}/key&ca_file={authority.file}"
    engine = open_engine(url, writable=True)
    fill(engine, article(serial=1))
    assert serials(engine) == [1]
    engine.close()


def test_a_wrong_password_is_reported(secure: Proxy, authority: Authority) -> None:
    with pytest.raises(EngineBlocked, match="rejects the credentials"):
        open_engine(f"https://ann:wr0ng@{secure.address}/parley?ca_file={authority.file}")


def test_a_certificate_of_an_unknown_authority_is_not_trusted_and_nothing_is_sent(
    secure: Proxy, tmp_path: Path
) -> None:
    seen: list[Request] = []

    def pass_on(request: Request) -> Fate:
        seen.append(request)
        return "pass"

    secure.decide = pass_on
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    for option in ("", f"?ca_file={other.file}"):
        with pytest.raises(EngineMisconfigured, match=r"not trusted.*\?ca_file=PATH"):
            open_engine(f"https://ann:s3cret@{secure.address}/parley{option}")
    assert seen == []


@pytest.mark.parametrize(
    ("make_server", "reason"),
    [
        (lambda authority: authority.server(name=ELSEWHERE), r"for another name \(.*search\.example"),
        (lambda authority: authority.server(until=timedelta(days=-1)), "not valid now .*expired.*renew it"),
    ],
    ids=["another name", "expired"],
)
def test_the_error_for_an_invalid_certificate_gives_the_reason(
    authority: Authority, elasticsearch_url: str, make_server: Callable[[Authority], SSLContext], reason: str
) -> None:
    tls = make_server(authority)
    with (
        Proxy(elasticsearch_url.partition("://")[2], tls=tls) as proxy,
        pytest.raises(EngineMisconfigured, match=reason),
    ):
        open_engine(f"https://{proxy.address}/parley?ca_file={authority.file}")


def test_a_file_that_is_not_a_certificate_is_reported(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")
    with pytest.raises(ConfigError, match=r"ca_file .*ca\.pem.* contains no certificate in PEM"):
        open_engine(f"https://127.0.0.1:1/parley?ca_file={tmp_path}/ca.pem")


def test_plain_http_to_a_server_with_tls_suggests_https(secure: Proxy) -> None:
    with pytest.raises(EngineUnavailable, match="https://"):
        open_engine(f"elasticsearch://{secure.address}/parley")


@pytest.mark.parametrize("option", ["password_file", "api_key_file"])
def test_changed_credentials_are_read_again_without_a_restart(
    secure: Proxy, authority: Authority, tmp_path: Path, option: str
) -> None:
    secrets = {"password_file": ("s3cret", "new-s3cret"), "api_key_file": ("azNZOnMzY3JldA==", "bmV3LWtleQ==")}[option]
    now_accepted = "Basic YW5uOm5ldy1zM2NyZXQ=" if option == "password_file" else f"ApiKey {secrets[1]}"
    (tmp_path / "secret").write_text(secrets[0])
    user = "ann@" if option == "password_file" else ""
    options = f"?{option}={tmp_path}/secret&ca_file={authority.file}"
    engine = open_engine(f"https://{user}{secure.address}/changed-{uuid4().hex}{options}", writable=True)
    fill(engine, article(serial=1))
    secure.decide = lambda request: "pass" if request.headers.get("authorization") == now_accepted else "refuse"
    with pytest.raises(EngineBlocked):
        engine.add([article(serial=2)])
    (tmp_path / "secret").unlink()  # is being replaced
    with pytest.raises(EngineBlocked):
        engine.add([article(serial=2)])
    (tmp_path / "secret").write_text(secrets[1])
    with pytest.raises(EngineBlocked):  # notices it
        engine.add([article(serial=2)])
    fill(engine, article(serial=2))
    assert serials(engine) == [1, 2]
    engine.close()
