"""Elasticsearch 9: `elasticsearch://[user[:password]@]host[:port][,host…]/name`, or `https://…` where it speaks TLS.

`name` is an alias over versioned indices (`name-v2-000001`), so that a rebuilt index can take the old one's place at
once. Credentials are best kept in files, named in the address: `?password_file=`, `?api_key_file=`, `?ca_file=`.
"""

from __future__ import annotations

from collections.abc import Callable

from elasticsearch import Elasticsearch

from indexer.engines.elasticsearch import index
from indexer.engines.elasticsearch.address import Address, parse
from indexer.engines.elasticsearch.engine import ElasticsearchEngine
from indexer.engines.elasticsearch.errors import translated


def check(url: str) -> None:
    """Check the address; see `indexer.engine.check_address`.

    Raises:
        ConfigError: a part of it is wrong, or a file it names cannot be read.
    """
    parse(url)


def open(url: str, *, writable: bool) -> ElasticsearchEngine:
    """Open the index behind the address; see `indexer.engine.open_engine`.

    Raises:
        ConfigError: the address is not one, or a file it names cannot be read.
        EngineUnavailable: no server answers, or the index is not there and `writable` is False.
        EngineMisconfigured: wrong version, credentials refused, or an index of that name that is not ours.
    """
    address = parse(url)

    def alias(client: Elasticsearch) -> str:
        index.ensure(client, address, writable=writable)
        return address.name

    return _connected(address, alias)


def fresh(url: str) -> ElasticsearchEngine:
    """Make an empty index beside the live one; see `indexer.engine.open_fresh`."""
    address = parse(url)
    return _connected(address, lambda client: index.make_fresh(client, address))


def _connected(address: Address, alias: Callable[[Elasticsearch], str]) -> ElasticsearchEngine:
    with translated(address):
        client = index.connect(address)
        try:
            return ElasticsearchEngine(address, client, alias(client))
        except BaseException:
            client.close()
            raise
