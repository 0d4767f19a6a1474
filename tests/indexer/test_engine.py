"""Engines are selected by their address."""

from __future__ import annotations

import pytest

from config.errors import ConfigError
from indexer.engine import EngineModule, check_address, engine_names, hide_password, open_engine
from indexer.engines import elasticsearch, tantivy

MODULES: dict[str, EngineModule] = {"elasticsearch": elasticsearch, "tantivy": tantivy}  # checked by mypy


def test_the_type_of_every_engine_module_is_checked() -> None:
    assert sorted(MODULES) == engine_names()


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ("tantivy:/data/index", "tantivy:/data/index"),
        ("tantivy:/data/a@b/index", "tantivy:/data/a@b/index"),
        ("elasticsearch://127.0.0.1:9200/parley", "elasticsearch://127.0.0.1:9200/parley"),
        ("elasticsearch://ann@one:9200/parley", "elasticsearch://ann@one:9200/parley"),
        ("https://ann:s3@cret@one,two/parley?ca_file=/ca", "https://ann@one,two/parley?ca_file=/ca"),
    ],
)
def test_an_address_is_printed_without_its_password(address: str, printed: str) -> None:
    assert hide_password(address) == printed


@pytest.mark.parametrize(
    "address", ["solr://ann:s3cret@one/parley", "-://ann:s3cret@one/parley", "http://ann:s3cret@[x"]
)
def test_an_unknown_engine_is_refused_without_printing_its_password(address: str) -> None:
    with pytest.raises(ConfigError, match="tantivy") as error_info:
        open_engine(address)
    assert "s3cret" not in str(error_info.value)


@pytest.mark.parametrize("address", ["tantivy:/nowhere/index", "elasticsearch://one:9200/parley", "https://one/parley"])
def test_an_address_is_checked_without_opening_the_engine(address: str) -> None:
    assert check_address(address) == ()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tantvy:/data", 'unknown engine "tantvy" in "tantvy:/data", did you mean "tantivy"? (elasticsearch, tantivy)'),
        ("/data/index", "is not an engine address"),
        ("tantivy:", "names no folder; write tantivy:PATH"),
        ("tantivy:~nobody-of-that-name/index", "starts with a home folder that does not exist"),
        ("elasticsearch://one:9200/", "is not an index name"),
        ("elasticsearch://one:port/parley", "is not a host"),
        ("elasticsearch://one/parley?shard=2", 'unknown option "shard"'),
        ("https://one/parley?ca_file=/nowhere", "cannot be read"),
    ],
)
def test_a_wrong_address_is_explained_without_opening_the_engine(address: str, message: str) -> None:
    (problem,) = check_address(address)
    assert problem.where == "engine"
    assert message in problem.message
