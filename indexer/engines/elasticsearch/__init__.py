"""Elasticsearch 9: `elasticsearch://[user[:password]@]host[:port][,host…]/name`, or `https://…` for TLS.

`name` is an alias for a versioned index (`name.v2.000001`), so that a rebuilt index can replace the old one atomically.
Credentials are best kept in files that the address refers to: `?password_file=`, `?api_key_file=`, `?ca_file=`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from elasticsearch import Elasticsearch

from indexer.article import Article
from indexer.engines.elasticsearch import index
from indexer.engines.elasticsearch.address import Address, parse
from indexer.engines.elasticsearch.engine import ElasticsearchEngine
from indexer.engines.elasticsearch.errors import translate_errors


def check(url: str) -> None:
    """Check the address; see `indexer.engine.check_address`.

    Raises:
        ConfigError: a part of the address is invalid, or a file it refers to cannot be read.
    """
    parse(url)


def open(url: str, *, writable: bool, archive: str | None) -> ElasticsearchEngine:
    """Open the index behind the address; see `indexer.engine.open_engine`.

    Raises:
        ConfigError: the address is invalid, or a file it refers to cannot be read.
        EngineUnavailable: the server does not respond, or the index does not exist and `writable` is False.
        EngineMisconfigured: the server has another version, rejects the credentials, or has an index of that name that Parley
            did not create or that belongs to another archive.
    """
    address = parse(url)

    def prepare(client: Elasticsearch) -> str:
        index.ensure(client, address, archive, writable=writable)
        return address.name

    return _connect(address, archive if writable else None, prepare)


def fresh(url: str, *, archive: str | None) -> ElasticsearchEngine:
    """Return an index next to the live one; see `indexer.engine.open_fresh`."""
    address = parse(url)
    return _connect(address, archive, lambda client: index.create_fresh(client, address, archive))


def _connect(address: Address, archive: str | None, prepare: Callable[[Elasticsearch], str]) -> ElasticsearchEngine:
    """Return the engine for the alias that `prepare` returns."""
    with translate_errors(address):
        client = index.connect(address)
        try:
            return ElasticsearchEngine(address, client, prepare(client), archive)
        except BaseException:
            client.close()
            raise


def mend(url: str) -> str:
    """Do nothing: the server keeps the alias of the live index."""
    return ""


def salvage(url: str, *, archive: str | None) -> Iterator[Article]:
    """Yield nothing: the server compares the checksums of its files itself, and does not open a damaged index."""
    return iter(())


def retire(url: str, *, archive: str | None) -> str:
    """Do nothing, as there is nothing to salvage."""
    return ""


def owner(url: str) -> str | None:
    """Return the archive of the live index; see `indexer.engine.owner_of_engine`."""
    address = parse(url)
    with translate_errors(address):
        client = index.connect(address)
        try:
            return index.owner(client, address)
        finally:
            client.close()
