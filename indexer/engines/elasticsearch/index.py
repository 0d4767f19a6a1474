"""Connecting to a server, and the indices behind an alias.

parley                   the alias for all searching and writing, and the name of the template for its indices
parley.v5.000001         the index behind the alias: schema version, then a number that grows with each rebuild
parley.rebuilding        the alias of the new index during a rebuild

No name in an engine address contains a dot, so the indices of one name never have the name of another.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from config.errors import ConfigError, EngineMisconfigured, EngineUnavailable
from indexer.engines.elasticsearch import schema
from indexer.engines.elasticsearch.address import Address, parse
from indexer.engines.elasticsearch.errors import report_full_disk, report_missing_index
from indexer.engines.elasticsearch.json import FastJson
from indexer.engines.elasticsearch.nodes import (
    ClusterTransport,
    InTurn,
    LossNoticingNode,
    WatchedNode,
    set_silent_nodes_aside,
)

# Everything it logs as a warning, with a traceback, is also raised as an error, which Parley reports in one sentence.
logging.getLogger("elastic_transport").setLevel(logging.ERROR)

_PRIORITY = 500  # above the server's own templates, which have 100 and match names such as logs-v1-000001


def connect(address: Address) -> Elasticsearch:
    """Return a client. With several hosts, those that do not respond are set aside; otherwise nothing is sent."""
    options: dict[str, Any] = {"node_class": LossNoticingNode, "serializer": FastJson()}
    if address.ca_file is not None:
        options["ca_certs"] = address.ca_file
    if address.has_several_hosts:
        options |= {"transport_class": ClusterTransport, "node_class": WatchedNode, "node_selector_class": InTurn}
        options["max_retries"] = max(3, len(address.hosts))
    client = Elasticsearch(
        list(address.hosts),
        basic_auth=_user(address),
        api_key=address.api_key,
        request_timeout=address.timeout,
        **options,
    )
    if address.has_several_hosts:
        set_silent_nodes_aside(client.transport.node_pool)
    return client


def with_current_credentials(client: Elasticsearch, address: Address) -> Elasticsearch:
    """Return a client with the same connections and the credentials that are in the files of the address now."""
    with suppress(ConfigError):  # a file is just being replaced
        address = parse(address.url)
    if address.api_key:
        return client.options(api_key=address.api_key)
    user = _user(address)
    return client.options(basic_auth=user) if user else client


def _user(address: Address) -> tuple[str, str] | None:
    return None if address.user is None else (address.user, address.password or "")


def ensure(client: Elasticsearch, address: Address, archive: str | None, *, writable: bool) -> None:
    """Check that the alias points to a usable index; if `writable` is True, create the index if there is none.

    A writable index that belongs to no archive yet becomes that of this archive.

    Raises:
        EngineUnavailable: the index does not exist and `writable` is False, or the server has made it read-only because its disk
            is nearly full and `writable` is True.
        EngineMisconfigured: Parley did not create the index, another version of Parley did, or it belongs to another archive.
        ApiError, TransportError: a request failed.
    """
    indices = _get_indices(client, address.name)
    if not indices and not writable:
        raise report_missing_index(address)
    if not indices:
        _create(client, address, archive, _last_number(_generations(client, address.name)) + 1, address.name)
        indices = _get_indices(client, address.name)
    if not indices:
        raise EngineUnavailable(f"another process creates or deletes the index at {address} at this moment")
    for index, description in indices.items():
        _check(address, index, description)
        _check_archive(address, index, description, archive)
    if len(indices) > 1:
        names = ", ".join(sorted(indices))
        raise EngineMisconfigured(f"the alias {address} points to {names}; make it point to only one of them")
    if writable:
        ((index, description),) = indices.items()
        _prepare_for_writing(client, address, description["settings"]["index"])
        if archive and _read_archive(description) is None:
            client.indices.put_mapping(index=index, meta=schema.meta(archive))


def owner(client: Elasticsearch, address: Address) -> str | None:
    """Return the archive that the live index belongs to; None if there is none, or it belongs to none yet.

    Raises:
        ApiError, TransportError: a request failed.
    """
    return next(filter(None, map(_read_archive, _get_indices(client, address.name).values())), None)


def create_fresh(client: Elasticsearch, address: Address, archive: str | None) -> str:
    """Return an alias that points to an index next to the live one.

    This is the unfinished index of an interrupted rebuild if it can be resumed, or else a new, empty one. Other leftover indices
    are deleted.

    Raises:
        EngineMisconfigured: the name belongs to an index instead of an alias, or to an index of another archive.
        ApiError, TransportError: a request failed.
    """
    for index, description in _get_indices(client, address.name).items():
        if index == address.name:
            raise _foreign_index(address, index)
        _check_archive(address, index, description, archive)
    alias = f"{address.name}.rebuilding"
    generations = _generations(client, address.name)
    others = {index: each for index, each in generations.items() if address.name not in each["aliases"]}
    for index, description in others.items():
        _check_archive(address, index, description, archive)
    resumable = [
        index for index, each in others.items() if alias in each["aliases"] and _can_resume(address, each, archive)
    ]
    if obsolete := others.keys() - resumable[:1]:
        client.indices.delete(index=sorted(obsolete))
    if not resumable:
        _create(client, address, archive, _last_number(generations) + 1, alias)
    return alias


def _last_number(generations: Iterable[str]) -> int:
    return max((int(re.split("[.-]", index)[-1]) for index in generations), default=0)


def _can_resume(address: Address, description: dict[str, Any], archive: str | None) -> bool:
    return (
        _read_versions(description) == schema.versions()
        and _read_archive(description) == archive
        and schema.has_same_fields(description["mappings"])
        and description["settings"]["index"]["number_of_shards"] == str(address.shards)
    )


def promote(client: Elasticsearch, address: Address, fresh: str) -> None:
    """Point the live alias to the index behind the alias `fresh` and delete the previous index, in one atomic step.

    Raises:
        ApiError, TransportError: a request failed.
    """
    (index,) = _get_indices(client, fresh)
    removals = [{"remove_index": {"index": other}} for other in _get_indices(client, address.name) if other != index]
    client.indices.update_aliases(
        actions=[
            {"add": {"index": index, "alias": address.name, "is_write_index": True}},
            {"remove": {"index": index, "alias": fresh}},
            *removals,
        ]
    )


def _get_indices(client: Elasticsearch, name: str) -> dict[str, Any]:
    """Return the indices behind a name with their descriptions; none when the name is unknown."""
    response = client.options(ignore_status=404).indices.get(index=name)
    return {} if response.meta.status == 404 else dict(response.body)


def _generations(client: Elasticsearch, name: str) -> dict[str, Any]:
    """Return all indices that Parley created for this alias, live or not."""
    # Until version 4 of the fields, the parts were separated by hyphens.
    pattern = re.compile(rf"{re.escape(name)}(?:\.v\d+\.|-v[1-4]-)\d{{6,}}")
    indices = client.indices.get(index=f"{name}.v*,{name}-v*", expand_wildcards="all").body
    return {index: each for index, each in indices.items() if pattern.fullmatch(index) and _read_versions(each)}


def _create(client: Elasticsearch, address: Address, archive: str | None, number: int, alias: str) -> None:
    _put_template(client, address)
    index = f"{address.name}.v{schema.SCHEMA_VERSION}.{number:06}"
    try:
        client.indices.create(
            index=index, aliases={alias: {"is_write_index": True}}, mappings={"_meta": schema.meta(archive)}
        )
    except ApiError as error:
        # Another process may have created it in the meantime.
        if "resource_already_exists_exception" not in str(error.body):
            raise


def _put_template(client: Elasticsearch, address: Address) -> None:
    """Store a template for our indices, so that the server never creates one of them with guessed field types."""
    response = client.options(ignore_status=404).indices.get_index_template(name=address.name)
    templates = [] if response.meta.status == 404 else response["index_templates"]
    if any(schema.OWNER not in each["index_template"].get("_meta", {}) for each in templates):
        raise EngineMisconfigured(
            f"the index template {address.name} at {address} was not created by Parley; choose another name at the end of "
            "the engine address"
        )
    client.indices.put_index_template(
        name=address.name,
        index_patterns=[f"{address.name}.v{schema.SCHEMA_VERSION}.*"],
        template=schema.new_index(address),
        priority=_PRIORITY,
        meta={schema.OWNER: schema.versions()},
    )


def _prepare_for_writing(client: Elasticsearch, address: Address, settings: dict[str, Any]) -> None:
    """Check that the index is writable, and apply those settings of the address that can change later."""
    if settings.get("blocks", {}).get("read_only_allow_delete") == "true":
        raise report_full_disk(address)
    new = schema.changeable_settings(address)
    if any(settings.get(name) != value for name, value in new.items()):
        client.indices.put_settings(index=address.name, settings=new)


def _made_by(description: dict[str, Any]) -> dict[str, Any]:
    """Return what Parley noted in the mapping of an index that it created; empty for other indices."""
    noted = description.get("mappings", {}).get("_meta", {}).get(schema.OWNER)
    return noted if isinstance(noted, dict) else {}


def _read_versions(description: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _made_by(description).items() if name != schema.ARCHIVE}


def _read_archive(description: dict[str, Any]) -> str | None:
    return _made_by(description).get(schema.ARCHIVE)


def _foreign_index(address: Address, index: str) -> EngineMisconfigured:
    return EngineMisconfigured(
        f"the index {index} at {address} was not created by Parley; choose another name at the end of the engine address"
    )


def _check(address: Address, index: str, description: dict[str, Any]) -> None:
    versions = _read_versions(description)
    if not versions or index == address.name:
        raise _foreign_index(address, index)
    if versions != schema.versions():
        raise EngineMisconfigured(
            f"the index {index} at {address} was created by another version of Parley ({versions}; this one needs "
            f"{schema.versions()}); run `parley rebuild`"
        )
    if not schema.has_same_fields(description["mappings"]):
        raise EngineMisconfigured(f"the fields of the index {index} at {address} were changed; run `parley rebuild`")


def _check_archive(address: Address, index: str, description: dict[str, Any], archive: str | None) -> None:
    owner = _read_archive(description)
    if archive and owner and owner != archive:
        raise EngineMisconfigured(
            f"the index {index} at {address} belongs to another data folder (archive {owner}); choose another name at the end "
            "of the engine address, or delete the index if that folder no longer exists"
        )
