"""A client for an address, and the indices behind its alias.

parley                   the alias all searching and writing goes through
parley-v1-000001         the index it leads to: the version of its fields, then a number each rebuild raises
parley-rebuilding        while an index is made anew, the alias that leads to it
"""

from __future__ import annotations

import logging
import re
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from config.errors import EngineMisconfigured
from indexer.engines.elasticsearch import schema
from indexer.engines.elasticsearch.address import Address
from indexer.engines.elasticsearch.errors import missing

# What it warns of, with a traceback, reaches us as an error, and becomes one sentence.
logging.getLogger("elastic_transport").setLevel(logging.ERROR)

_TIMEOUT = 60  # seconds; a bulk request on a busy machine takes several


def connect(address: Address) -> Elasticsearch:
    """Return a client; nothing is sent yet."""
    credentials = None if address.user is None else (address.user, address.password or "")
    trust: dict[str, Any] = {} if address.ca_file is None else {"ca_certs": address.ca_file}
    return Elasticsearch(
        list(address.hosts), basic_auth=credentials, api_key=address.api_key, request_timeout=_TIMEOUT, **trust
    )


def ensure(client: Elasticsearch, address: Address, *, writable: bool) -> None:
    """Return when the alias leads to an index of ours.

    Raises:
        EngineUnavailable: there is none, and `writable` is False.
        EngineMisconfigured: what is there is not ours, or was written by another version.
        ApiError, TransportError: as the server answered.
    """
    there = _behind(client, address.name)
    if not there and not writable:
        raise missing(address)
    if not there:
        _make(client, address.name, 1, address.name)
        there = _behind(client, address.name)
    if not there:
        raise EngineMisconfigured(f"no alias leads to the index made for {address}; run `parley rebuild`")
    for index, described in there.items():
        _check(address, index, described)
    if len(there) > 1:
        raise EngineMisconfigured(f"the alias {address} leads to {', '.join(sorted(there))}; leave it on one of them")


def make_fresh(client: Elasticsearch, address: Address) -> str:
    """Make an empty index beside the live one, in place of any that was never promoted; return the alias that leads to it.

    Raises:
        EngineMisconfigured: something that is not an alias has our name.
        ApiError, TransportError: as the server answered.
    """
    if address.name in _behind(client, address.name):
        raise _not_ours(address, address.name)
    generations = _generations(client, address.name)
    given_up = [index for index, described in generations.items() if address.name not in described["aliases"]]
    if given_up:
        client.indices.delete(index=given_up)
    last = max((int(index.rpartition("-")[2]) for index in generations), default=0)
    fresh = f"{address.name}-rebuilding"
    _make(client, address.name, last + 1, fresh)
    return fresh


def promote(client: Elasticsearch, address: Address, fresh: str) -> None:
    """Let the live alias lead to the index behind `fresh` and delete the one before, in one step.

    Raises:
        ApiError, TransportError: as the server answered.
    """
    (index,) = _behind(client, fresh)
    before = [{"remove_index": {"index": other}} for other in _behind(client, address.name) if other != index]
    client.indices.update_aliases(
        actions=[
            {"add": {"index": index, "alias": address.name, "is_write_index": True}},
            {"remove": {"index": index, "alias": fresh}},
            *before,
        ]
    )


def _behind(client: Elasticsearch, name: str) -> dict[str, Any]:
    answer = client.options(ignore_status=404).indices.get(index=name)
    return {} if answer.meta.status == 404 else dict(answer.body)


def _generations(client: Elasticsearch, name: str) -> dict[str, Any]:
    """Return our indices made for this alias, the live one and any other."""
    ours = re.compile(rf"{re.escape(name)}-v\d+-\d{{6,}}")
    found = client.indices.get(index=f"{name}-v*", expand_wildcards="all").body
    return {index: described for index, described in found.items() if ours.fullmatch(index) and _made_by(described)}


def _make(client: Elasticsearch, name: str, number: int, alias: str) -> None:
    index = f"{name}-v{schema.SCHEMA_VERSION}-{number:06}"
    try:
        client.indices.create(index=index, aliases={alias: {"is_write_index": True}}, **schema.new_index())
    except ApiError as error:
        # Another process made it between our look and our order.
        if "resource_already_exists_exception" not in str(error.body):
            raise


def _made_by(described: dict[str, Any]) -> Any:
    return described.get("mappings", {}).get("_meta", {}).get(schema.OWNER)


def _not_ours(address: Address, index: str) -> EngineMisconfigured:
    return EngineMisconfigured(
        f"the index {index} at {address} was not made by Parley; choose another name at the end of the engine address"
    )


def _check(address: Address, index: str, described: dict[str, Any]) -> None:
    found = _made_by(described)
    if found is None or index == address.name:
        raise _not_ours(address, index)
    if found != schema.versions():
        raise EngineMisconfigured(
            f"the index {index} at {address} was made by another version of Parley ({found}, this one is "
            f"{schema.versions()}); run `parley rebuild`"
        )
    if not schema.same_fields(described["mappings"]):
        raise EngineMisconfigured(f"the fields of the index {index} at {address} were changed; run `parley rebuild`")
