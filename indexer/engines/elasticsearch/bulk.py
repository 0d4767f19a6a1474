"""Bulk writes: requests of limited size, retries when the server is busy, and the id of every rejected document."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from random import uniform
from typing import Any

from elasticsearch import Elasticsearch, helpers

from config.errors import EngineError, QueryTooBroad
from indexer.engines.elasticsearch.address import Address
from indexer.engines.elasticsearch.errors import LATER, is_block, reason, translate_error, translate_response

Action = dict[str, Any]
Item = dict[str, Any]

_AT_ONCE = 500  # documents in one request
_BULK_BYTES = 10_000_000  # a server rejects more than 100 MB (http.max_content_length)
_WAITS = (1.0, 2.0, 4.0, 8.0)  # longest waits in seconds before the retries
_TOO_LARGE = 413
_SHARDS = "20s"  # how long a server waits for a shard without a node before it says so; by default a minute


def write(client: Elasticsearch, address: Address, name: str, actions: Iterable[Action]) -> dict[str, str]:
    """Write all actions and return those that the server rejects because of their content: id → reason.

    Requests are sent one after the other. Actions that a busy server (429, 5xx) did not accept are sent again after a random
    wait, in requests of half the size. Actions of a request that was too large are sent again at once, also halved. Updates and
    deletions of unknown ids are ignored.

    Raises:
        EngineUnavailable: the server stays busy, or is read-only for the time being.
        EngineMisconfigured: the server rejects the request itself rather than a document.
        TransportError: the server did not respond.
    """
    rejections: dict[str, str] = {}
    rest = iter(actions)
    while part := list(islice(rest, _AT_ONCE)):
        rejections |= _write_part(client, address, name, part)
    return rejections


def _write_part(client: Elasticsearch, address: Address, name: str, part: list[Action]) -> dict[str, str]:
    rejections: dict[str, str] = {}
    waits = iter(_WAITS)
    at_once = _AT_ONCE
    while part:
        unwritten: list[Action] = []
        busy: Item | None = None
        for action, item in zip(part, _send(client, name, part, at_once), strict=True):
            if _is_done(action, item):
                continue
            if why := _explain_rejection(item, at_once):
                rejections[action["_id"]] = why
                continue
            if item["status"] != _TOO_LARGE:
                if not _is_temporary(item):
                    raise _translate_failure(item, address)
                busy = item
            unwritten.append(action)
        if busy:
            longest = next(waits, None)
            if longest is None:
                raise _translate_failure(busy, address)
            time.sleep(uniform(0, longest))
        part, at_once = unwritten, max(1, min(at_once, len(unwritten)) // 2)
    return rejections


def _send(client: Elasticsearch, name: str, part: list[Action], at_once: int) -> Iterator[Item]:
    # Without require_alias, a write after someone deleted the index would create a new one with guessed field types.
    results = helpers.streaming_bulk(
        client.options(retry_on_status=()),  # the client would retry without waiting
        part,
        index=name,
        chunk_size=at_once,
        max_chunk_bytes=_BULK_BYTES,
        raise_on_error=False,
        raise_on_exception=False,
        require_alias=True,
        timeout=_SHARDS,
    )
    for _, result in results:
        yield next(iter(result.values()))


def _is_done(action: Action, item: Item) -> bool:
    if action["_op_type"] in ("update", "delete") and item["status"] == 404:
        return item.get("error", {}).get("type") in (None, "document_missing_exception")
    return bool(item["status"] < 300)


def _explain_rejection(item: Item, at_once: int) -> str:
    """Return why the document can never be stored, whatever the state of the server; "" when it can."""
    if item["status"] == _TOO_LARGE:
        return "it is larger than the server accepts (http.max_content_length)" if at_once == 1 else ""
    return reason(item.get("error")) if item["status"] == 400 and "exception" not in item else ""


def _is_temporary(item: Item) -> bool:
    return item["status"] in LATER and not is_block(item.get("error"))


def _translate_failure(item: Item, address: Address) -> EngineError | QueryTooBroad:
    failure = item.get("exception")  # of the whole request, when there is no result for each document
    if failure:
        return translate_error(failure, address)
    return translate_response(item["status"], {"error": item.get("error")}, address)
