"""Failures specific to Elasticsearch: bad addresses and credentials, and unexpected servers and indices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import BadRequestError, Elasticsearch

from config.errors import ArticlesRefused, ConfigError, EngineBlocked, EngineMisconfigured, EngineUnavailable
from indexer.engine import open_engine, open_fresh
from indexer.engines.elasticsearch.address import parse
from indexer.engines.elasticsearch.schema import SCHEMA_VERSION
from tests.support.builders import article
from tests.support.engines import fill, serials
from tests.support.one_answer import OLD, answering, error


@pytest.fixture
def address(elasticsearch_url: str) -> str:
    return f"{elasticsearch_url}/test-{uuid4().hex}"


@pytest.fixture
def server(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """Return a client that can change an index in ways Parley never would."""
    with Elasticsearch(elasticsearch_url.replace("elasticsearch:", "http:")) as client:
        yield client


def name_of(address: str) -> str:
    return address.rpartition("/")[2]


def test_an_address_names_hosts_index_and_user(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p@ss\n")
    read = parse(f"elasticsearch://ann@one:9201,two/news-2?password_file={tmp_path}/password")
    assert read.hosts == ("http://one:9201", "http://two:9200")
    assert (read.name, read.user, read.password) == ("news-2", "ann", "p@ss")
    assert parse("https://search.example/parley").hosts == ("https://search.example:443",)
    assert parse("elasticsearch://[::1]:9200/parley").hosts == ("http://[::1]:9200",)
    assert parse("elasticsearch://ann:p%40ss@one/parley").password == "p@ss"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("elasticsearch://127.0.0.1:9200", "not an index name"),
        ("elasticsearch://127.0.0.1:9200/Parley", "lower-case letters"),
        ("elasticsearch://127.0.0.1:9200/*", "lower-case letters"),
        ("elasticsearch:///parley", "not a host"),
        ("elasticsearch://one,:x/parley", "not a host"),
        ("elasticsearch://one/parley?mood=2", 'unknown option "mood"'),
        ("elasticsearch://one/parley?shards=0", 'shards "0" is not a number'),
        ("elasticsearch://one/parley?timeout=soon", "number of seconds"),
        ("elasticsearch://one/parley?replicas=many", 'replicas "many" is not'),
        ("elasticsearch://one/parley?refresh=often", "a time such as 10s"),
        ("elasticsearch://one/parley?password_file=/tmp/x", "requires a user"),
        ("elasticsearch://one/parley?ca_file=/etc/hostname", "https"),
        ("elasticsearch://ann@one/parley?password_file=/nowhere/at/all", "cannot be read"),
        ("elasticsearch://ann@one/parley?api_key_file=/etc/hostname", "remove one of them"),
    ],
)
def test_an_invalid_address_is_rejected_with_a_sentence(address: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        open_engine(address)


@pytest.mark.parametrize(
    "address",
    [
        "elasticsearch://ann:s3cret@127.0.0.1:1/parley",
        "elasticsearch://ann:s3cret@:x/!",
        "elasticsearch://ann:s3cret/s3cret@one/parley",
        "elasticsearch://ann:s3cret?s3cret@one/parley",
        "elasticsearch://ann:s3cret#s3cret@one/parley",
        "elasticsearch://ann:[s3cret@one/parley",
        "elasticsearch://one/parley?password=s3cret",
        "elastic://ann:s3cret/s3cret@one/parley",
    ],
)
def test_no_error_shows_a_password(address: str) -> None:
    with pytest.raises((EngineUnavailable, ConfigError)) as failure:
        open_engine(address)
    assert "s3cret" not in str(failure.value) + repr(failure.value.__cause__)
    assert "s3cret" not in repr(parse("elasticsearch://ann:s3cret@one/parley"))


def test_a_server_that_does_not_respond_is_unavailable() -> None:
    with pytest.raises(EngineUnavailable, match=r"does not respond at http://127\.0\.0\.1:1 .*refused"):
        open_engine("elasticsearch://127.0.0.1:1/parley", writable=True)


@pytest.mark.parametrize(
    ("status", "body", "expected", "message"),
    [
        (400, OLD, EngineMisconfigured, "older than Elasticsearch 9"),
        (401, error("security_exception", "missing authentication"), EngineBlocked, "password_file"),
        (403, error("security_exception", "action is unauthorized"), EngineBlocked, "privileges"),
        (400, error("index_closed_exception", "closed"), EngineBlocked, "is closed; open it with POST parley/_open"),
        (403, error("cluster_block_exception", "blocked by: index write (api)"), EngineBlocked, "is read-only"),
        (503, error("master_not_discovered_exception", "no"), EngineUnavailable, "has no elected master"),
        (503, error("cluster_block_exception", "blocked by: no master;"), EngineUnavailable, "has no elected master"),
        (503, error("unavailable_shards_exception", "primary shard"), EngineUnavailable, "state is red"),
        (503, error("search_phase_execution_exception", "all shards failed"), EngineUnavailable, "state is red"),
        (503, error("no_shard_available_action_exception", "[x][0]"), EngineUnavailable, "state is red"),
        (429, error("es_rejected_execution_exception", "queue is full"), EngineUnavailable, "queue is full"),
        (503, error("cluster_block_exception", "blocked by: state not recovered"), EngineUnavailable, "starting"),
        (500, error("null_pointer_exception", "oh"), EngineUnavailable, "oh"),
        (418, error("teapot_exception", "short and stout"), EngineMisconfigured, "short and stout"),
        (502, "<html>bad gateway</html>", EngineUnavailable, "502"),
    ],
)
def test_an_error_response_becomes_the_matching_error(
    status: int, body: object, expected: type[Exception], message: str
) -> None:
    with answering(status, body) as server, pytest.raises(expected, match=message):
        open_engine(f"elasticsearch://127.0.0.1:{server.server_port}/parley")


def test_another_product_at_the_address_is_a_configuration_error() -> None:
    with answering(200, {}, product=None) as server, pytest.raises(EngineMisconfigured, match="engine address"):
        open_engine(f"elasticsearch://127.0.0.1:{server.server_port}/parley")


def test_https_to_a_server_without_tls_is_a_configuration_error(elasticsearch_url: str) -> None:
    with pytest.raises(EngineMisconfigured, match="does not use TLS"):
        open_engine(elasticsearch_url.replace("elasticsearch:", "https:") + "/parley")


def test_the_credentials_of_the_address_are_sent(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a2V5\n")
    with answering(401, error("security_exception", "no")) as server:
        host = f"127.0.0.1:{server.server_port}"
        for address in (
            f"elasticsearch://ann:pw@{host}/parley",
            f"elasticsearch://{host}/parley?api_key_file={tmp_path}/key",
        ):
            with pytest.raises(EngineBlocked):
                open_engine(address)
        assert server.seen == ["Basic YW5uOnB3", "ApiKey a2V5"]


def test_an_index_that_parley_did_not_create_is_left_alone(address: str, server: Elasticsearch) -> None:
    server.indices.create(index=name_of(address))
    server.index(index=name_of(address), id="1", document={"theirs": True}, refresh=True)
    for open_index in (open_engine, open_fresh):
        with pytest.raises(EngineMisconfigured, match="not created by Parley"):
            open_index(address)
    with pytest.raises(EngineMisconfigured, match="another name"):
        open_engine(address, writable=True)
    assert server.count(index=name_of(address))["count"] == 1


def test_an_alias_to_an_index_that_parley_did_not_create_is_rejected(address: str, server: Elasticsearch) -> None:
    server.indices.create(index=f"{name_of(address)}-theirs", aliases={name_of(address): {}})
    with pytest.raises(EngineMisconfigured, match="not created by Parley"):
        open_engine(address, writable=True)


def test_an_alias_that_points_to_two_indices_is_rejected(address: str, server: Elasticsearch) -> None:
    open_engine(address, writable=True).close()
    name = name_of(address)
    second = f"{name}.v{SCHEMA_VERSION}.000007"
    server.indices.create(index=second)
    server.indices.put_alias(index=second, name=name)
    with pytest.raises(EngineMisconfigured, match=f"points to .*{second}; make it point to only one"):
        open_engine(address)


def test_an_index_whose_fields_were_changed_is_rejected(address: str, server: Elasticsearch) -> None:
    open_engine(address, writable=True).close()
    server.indices.put_mapping(index=name_of(address), properties={"mood": {"type": "keyword"}})
    with pytest.raises(EngineMisconfigured, match="parley rebuild"):
        open_engine(address)


def test_an_index_of_another_version_is_rejected_and_can_be_rebuilt(address: str, server: Elasticsearch) -> None:
    open_engine(address, writable=True).close()
    server.indices.put_mapping(index=name_of(address), meta={"parley": {"schema": 0, "tokenizer": 1}})
    with pytest.raises(EngineMisconfigured, match=r"another version.*parley rebuild"):
        open_engine(address)
    open_fresh(address).close()


def test_a_read_only_index_can_still_be_searched(address: str, server: Elasticsearch) -> None:
    engine = open_engine(address, writable=True)
    fill(engine, article(serial=1))
    server.indices.put_settings(index=name_of(address), settings={"index.blocks.write": True})
    with pytest.raises(EngineBlocked, match="read-only"):
        engine.add([article(serial=2)])
    assert serials(engine) == [1]
    server.indices.put_settings(index=name_of(address), settings={"index.blocks.write": None})
    fill(engine, article(serial=2))
    assert serials(engine) == [1, 2]
    engine.close()


def test_a_full_disk_is_reported(address: str, server: Elasticsearch) -> None:
    engine = open_engine(address, writable=True)
    server.indices.put_settings(index=name_of(address), settings={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(EngineUnavailable, match="disk is nearly full"):
        engine.add([article(serial=1)])
    with pytest.raises(EngineUnavailable, match="disk is nearly full"):
        open_engine(address, writable=True)
    assert serials(open_engine(address)) == []
    server.indices.put_settings(index=name_of(address), settings={"index.blocks.read_only_allow_delete": None})
    engine.close()


def test_a_deleted_index_is_not_created_again_with_guessed_fields(address: str, server: Elasticsearch) -> None:
    engine = open_engine(address, writable=True)
    server.indices.delete(index=next(iter(server.indices.get(index=name_of(address)).body)))
    for act in (lambda: engine.add([article(serial=1)]), engine.refresh, lambda: serials(engine)):
        with pytest.raises(EngineUnavailable, match="no index"):
            act()
    assert not server.indices.exists(index=name_of(address))
    engine.close()


def test_two_processes_can_open_a_new_index_at_the_same_time(address: str) -> None:
    engines = [open_engine(address, writable=True) for _ in range(2)]
    for engine in engines:
        fill(engine, article(serial=1))
        engine.close()
    assert serials(open_engine(address)) == [1]


def test_the_options_of_the_address_apply_to_the_index(address: str, server: Elasticsearch) -> None:
    def settings() -> dict[str, Any]:
        (description,) = server.indices.get_settings(index=name_of(address)).body.values()
        return dict(description["settings"]["index"])

    open_engine(f"{address}?shards=2&replicas=0&refresh=30s", writable=True).close()
    initial = settings()
    assert (initial["number_of_shards"], initial["number_of_replicas"], initial["refresh_interval"]) == (
        "2",
        "0",
        "30s",
    )
    open_engine(f"{address}?replicas=3&refresh=1m").close()
    assert settings() == initial  # readers change nothing
    open_engine(f"{address}?replicas=3&refresh=1m", writable=True).close()
    assert (settings()["number_of_replicas"], settings()["refresh_interval"]) == ("3", "1m")
    fresh = open_fresh(f"{address}?shards=3")
    fill(fresh, *(article(serial=serial) for serial in range(1, 21)))
    fresh.promote()
    assert settings()["number_of_shards"] == "3"
    assert settings()["auto_expand_replicas"] == "0-1"
    assert serials(fresh) == list(range(1, 21))
    fresh.close()


def test_an_index_that_matches_the_template_has_the_fields_of_parley(address: str, server: Elasticsearch) -> None:
    open_engine(address, writable=True).close()
    with pytest.raises(BadRequestError, match="strict"):
        server.index(index=f"{name_of(address)}.v{SCHEMA_VERSION}.000007", id="1", document={"theirs": True})


def test_a_template_that_parley_did_not_create_is_left_alone(address: str, server: Elasticsearch) -> None:
    server.indices.put_index_template(name=name_of(address), index_patterns=[f"{name_of(address)}-theirs"])
    with pytest.raises(EngineMisconfigured, match="another name"):
        open_engine(address, writable=True)
    assert not server.indices.exists(index=name_of(address))


def test_an_article_that_the_server_rejects_is_reported_and_all_others_are_stored(address: str) -> None:
    engine = open_engine(address, writable=True)
    with pytest.raises(ArticlesRefused, match="out of range") as error_info:
        engine.add([article(serial=1), article(serial=2**63, published=None), article(serial=2)])
    assert error_info.value.reasons.keys() == {article(serial=2**63).id}
    engine.refresh()
    assert serials(engine) == [1, 2]
    engine.close()


def test_an_article_with_an_address_too_long_to_index_is_stored(address: str) -> None:
    engine = open_engine(address, writable=True)
    long = article(serial=1, url="https://news.example/" + "x" * 40_000)
    fill(engine, long)
    assert engine.get([long.id]) == {long.id: long}
    engine.close()


@pytest.mark.parametrize("suffix", ["-v2", f"-v{SCHEMA_VERSION}", "-rebuilding", f"-v{SCHEMA_VERSION}-000001", "-2"])
def test_names_that_begin_alike_have_indices_of_their_own(address: str, suffix: str) -> None:
    for number, name in enumerate((address, address + suffix), start=1):
        engine = open_engine(name, writable=True)
        fill(engine, article(serial=number))
        engine.close()
    for number, name in ((1, address), (2, address + suffix)):
        open_fresh(name).close()
        open_fresh(name).close()
        assert serials(open_engine(name)) == [number]


def test_an_index_of_an_older_version_is_replaced_by_a_rebuild(address: str, server: Elasticsearch) -> None:
    name = name_of(address)
    old = {"_meta": {"parley": {"schema": 4, "tokenizer": 1}}}
    server.indices.create(index=f"{name}-v4-000003", aliases={name: {}}, mappings=old)
    server.indices.create(index=f"{name}-v4-000004", aliases={f"{name}-rebuilding": {}}, mappings=old)
    server.indices.create(index=f"{name}-v4-v4-000001", mappings=old)  # of another name
    fresh = open_fresh(address)
    fill(fresh, article(serial=1))
    fresh.promote()
    fresh.close()
    left = server.indices.get(index=f"{name}*").body
    assert sorted(left) == [f"{name}-v4-v4-000001", f"{name}.v{SCHEMA_VERSION}.000005"]
    assert serials(open_engine(address)) == [1]


def test_an_index_that_disappears_is_created_again_for_the_archive_that_can_fill_it(
    address: str, server: Elasticsearch
) -> None:
    engine = open_engine(address, writable=True, archive="0a" * 16)
    fill(engine, article(serial=1))
    calls: list[Callable[[], object]] = [
        lambda: engine.add([article(serial=9)]),
        engine.refresh,
        lambda: serials(engine),
    ]
    for number, call in enumerate(calls, start=1):
        server.indices.delete(index=next(iter(server.indices.get(index=name_of(address)).body)))
        with pytest.raises(EngineUnavailable, match="had disappeared"):
            call()
        assert serials(engine) == []
        fill(engine, article(serial=number))
        assert serials(engine) == [number]
    engine.close()


def test_a_closed_index_and_one_without_its_shards_are_reported_as_such(address: str, server: Elasticsearch) -> None:
    engine = open_engine(address, writable=True)
    name = name_of(address)
    server.indices.close(index=name)
    with pytest.raises(EngineBlocked, match=f"is closed; open it with POST {name}/_open"):
        serials(engine)
    (index,) = server.indices.get(index=name).body
    server.indices.delete(index=index)
    nowhere = {"index.routing.allocation.require._name": "nobody"}
    server.indices.create(index=index, aliases={name: {}}, settings=nowhere, wait_for_active_shards="0")
    with pytest.raises(EngineUnavailable, match="state is red"):
        serials(engine)
    server.indices.put_settings(index=name, settings={"index.routing.allocation.require._name": None})
    server.cluster.health(index=name, wait_for_status="yellow")
    assert serials(engine) == []
    engine.close()
