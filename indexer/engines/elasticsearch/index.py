"""A client for an address, and the indices behind its alias.

parley                   the alias all searching and writing goes through, and the template its indices are made from
parley-v2-000001         the index it leads to: the version of its fields, then a number each rebuild raises
parley-rebuilding        while an index is made anew, the alias that leads to it
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from config.errors import EngineMisconfigured
from indexer.engines.elasticsearch import schema
from indexer.engines.elasticsearch.address import Address
from indexer.engines.elasticsearch.errors import full_disk, missing

# What it warns of, with a traceback, reaches us as an error, and becomes one sentence.
logging.getLogger("elastic_transport").setLevel(logging.ERROR)

_PRIORITY = 500  # before the server's own templates, which have 100 and cover names such as logs-v1-000001


def connect(address: Address) -> Elasticsearch:
    """Return a client; nothing is sent yet."""
    credentials = None if address.user is None else (address.user, address.password or "")
    trust: dict[str, Any] = {} if address.ca_file is None else {"ca_certs": address.ca_file}
    return Elasticsearch(
        list(address.hosts), basic_auth=credentials, api_key=address.api_key, request_timeout=address.timeout, **trust
    )


def ensure(client: Elasticsearch, address: Address, *, writable: bool) -> None:
    """Return when the alias leads to an index of ours.

    Raises:
        EngineUnavailable: there is none, and `writable` is False.
        EngineUnavailable: the server has made it read-only because its disk is nearly full, and `writable` is True.
        EngineMisconfigured: what is there is not ours, or was written by another version.
        ApiError, TransportError: as the server answered.
    """
    there = _behind(client, address.name)
    if not there and not writable:
        raise missing(address)
    if not there:
        _make(client, address, _last(_generations(client, address.name)) + 1, address.name)
        there = _behind(client, address.name)
    if not there:
        raise EngineMisconfigured(f"no alias leads to the index made for {address}; run `parley rebuild`")
    for index, described in there.items():
        _check(address, index, described)
    if len(there) > 1:
        raise EngineMisconfigured(f"the alias {address} leads to {', '.join(sorted(there))}; leave it on one of them")
    if writable:
        (described,) = there.values()
        _make_ready(client, address, described["settings"]["index"])


def make_fresh(client: Elasticsearch, address: Address) -> str:
    """Return the alias that leads to an index beside the live one.

    It is one that was never promoted and can be gone on with, or an empty one in place of any that cannot.

    Raises:
        EngineMisconfigured: something that is not an alias has our name.
        ApiError, TransportError: as the server answered.
    """
    if address.name in _behind(client, address.name):
        raise _not_ours(address, address.name)
    fresh = f"{address.name}-rebuilding"
    generations = _generations(client, address.name)
    beside = {index: each for index, each in generations.items() if address.name not in each["aliases"]}
    begun = [index for index, each in beside.items() if fresh in each["aliases"] and _can_go_on(address, each)]
    if given_up := beside.keys() - begun[:1]:
        client.indices.delete(index=sorted(given_up))
    if not begun:
        _make(client, address, _last(generations) + 1, fresh)
    return fresh


def _last(generations: Iterable[str]) -> int:
    return max((int(index.rpartition("-")[2]) for index in generations), default=0)


def _can_go_on(address: Address, described: dict[str, Any]) -> bool:
    return (
        _made_by(described) == schema.versions()
        and schema.same_fields(described["mappings"])
        and described["settings"]["index"]["number_of_shards"] == str(address.shards)
    )


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
    indices = client.indices.get(index=f"{name}-v*", expand_wildcards="all").body
    return {index: described for index, described in indices.items() if ours.fullmatch(index) and _made_by(described)}


def _make(client: Elasticsearch, address: Address, number: int, alias: str) -> None:
    _put_template(client, address)
    index = f"{address.name}-v{schema.SCHEMA_VERSION}-{number:06}"
    try:
        client.indices.create(index=index, aliases={alias: {"is_write_index": True}})
    except ApiError as error:
        # Another process made it between our look and our order.
        if "resource_already_exists_exception" not in str(error.body):
            raise


def _put_template(client: Elasticsearch, address: Address) -> None:
    """Say how our indices are made, so that none of our names ever gets guessed fields."""
    answer = client.options(ignore_status=404).indices.get_index_template(name=address.name)
    there = [] if answer.meta.status == 404 else answer["index_templates"]
    if any(schema.OWNER not in each["index_template"].get("_meta", {}) for each in there):
        raise EngineMisconfigured(
            f"the index template {address.name} at {address} was not made by Parley; choose another name at the end of "
            "the engine address"
        )
    client.indices.put_index_template(
        name=address.name,
        index_patterns=[f"{address.name}-v{schema.SCHEMA_VERSION}-*"],
        template=schema.new_index(address),
        priority=_PRIORITY,
        meta={schema.OWNER: schema.versions()},
    )


def _make_ready(client: Elasticsearch, address: Address, settings: dict[str, Any]) -> None:
    """See that the index can be written, and follow the address in what may change while an index is used."""
    if settings.get("blocks", {}).get("read_only_allow_delete") == "true":
        raise full_disk(address)
    wanted = schema.changeable(address)
    if any(settings.get(name) != value for name, value in wanted.items()):
        client.indices.put_settings(index=address.name, settings=wanted)


def _made_by(described: dict[str, Any]) -> Any:
    return described.get("mappings", {}).get("_meta", {}).get(schema.OWNER)


def _not_ours(address: Address, index: str) -> EngineMisconfigured:
    return EngineMisconfigured(
        f"the index {index} at {address} was not made by Parley; choose another name at the end of the engine address"
    )


def _check(address: Address, index: str, described: dict[str, Any]) -> None:
    versions = _made_by(described)
    if versions is None or index == address.name:
        raise _not_ours(address, index)
    if versions != schema.versions():
        raise EngineMisconfigured(
            f"the index {index} at {address} was made by another version of Parley ({versions}, this one is "
            f"{schema.versions()}); run `parley rebuild`"
        )
    if not schema.same_fields(described["mappings"]):
        raise EngineMisconfigured(f"the fields of the index {index} at {address} were changed; run `parley rebuild`")
