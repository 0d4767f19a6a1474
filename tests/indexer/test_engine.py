"""How engines are found by their address."""

from __future__ import annotations

import pytest

from config.errors import ConfigError
from indexer.engine import open_engine, shown


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
    assert shown(address) == printed


@pytest.mark.parametrize(
    "address", ["solr://ann:s3cret@one/parley", "-://ann:s3cret@one/parley", "http://ann:s3cret@[x"]
)
def test_an_engine_nobody_knows_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(ConfigError, match="tantivy") as refused:
        open_engine(address)
    assert "s3cret" not in str(refused.value)
