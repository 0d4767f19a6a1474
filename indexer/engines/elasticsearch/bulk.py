"""Writing many documents: bounded requests, patience with a busy server, and every refused document by its id."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from random import uniform
from typing import Any

from elasticsearch import Elasticsearch, helpers

from config.errors import EngineError, QueryTooBroad
from indexer.engines.elasticsearch.address import Address
from indexer.engines.elasticsearch.errors import LATER, answered, explained, is_block, reason

Action = dict[str, Any]
Item = dict[str, Any]

_AT_ONCE = 500  # documents of one request
_BULK_BYTES = 10_000_000  # a server refuses 100 MB (http.max_content_length)
_WAITS = (1.0, 2.0, 4.0, 8.0)  # seconds at most before the second try and those after it
_TOO_LARGE = 413


def write(client: Elasticsearch, address: Address, name: str, actions: Iterable[Action]) -> dict[str, str]:
    """Write all actions and return those the server refuses for what they hold: id → reason.

    A request is sent when the one before was answered. What a busy server (429, 5xx) did not take is sent again after a
    while of chance, in requests of half the size, as is at once what was too large; updates and deletions of unknown ids are
    ignored.

    Raises:
        EngineUnavailable: the server stays busy, or lets nothing be written for now.
        EngineMisconfigured: it refuses not a document but the request.
        TransportError: no answer came.
    """
    refusals: dict[str, str] = {}
    rest = iter(actions)
    while part := list(islice(rest, _AT_ONCE)):
        refusals |= _write_part(client, address, name, part)
    return refusals


def _write_part(client: Elasticsearch, address: Address, name: str, part: list[Action]) -> dict[str, str]:
    refusals: dict[str, str] = {}
    waits = iter(_WAITS)
    at_once = _AT_ONCE
    while part:
        again: list[Action] = []
        busy: Item | None = None
        for action, item in zip(part, _answers(client, name, part, at_once), strict=True):
            if _is_done(action, item):
                continue
            if why := _refusal(item, at_once):
                refusals[action["_id"]] = why
                continue
            if item["status"] != _TOO_LARGE:
                if not _may_pass(item):
                    raise _failure(item, address)
                busy = item
            again.append(action)
        if busy:
            longest = next(waits, None)
            if longest is None:
                raise _failure(busy, address)
            time.sleep(uniform(0, longest))
        part, at_once = again, max(1, min(at_once, len(again)) // 2)
    return refusals


def _answers(client: Elasticsearch, name: str, part: list[Action], at_once: int) -> Iterator[Item]:
    # Without require_alias a write after someone deleted the index would make one with guessed types.
    answers = helpers.streaming_bulk(
        client.options(retry_on_status=()),  # the client would try again at once
        part,
        index=name,
        chunk_size=at_once,
        max_chunk_bytes=_BULK_BYTES,
        raise_on_error=False,
        raise_on_exception=False,
        require_alias=True,
    )
    for _, answer in answers:
        yield next(iter(answer.values()))


def _is_done(action: Action, item: Item) -> bool:
    if action["_op_type"] in ("update", "delete") and item["status"] == 404:
        return item.get("error", {}).get("type") in (None, "document_missing_exception")
    return bool(item["status"] < 300)


def _refusal(item: Item, at_once: int) -> str:
    """Return why the document itself is at fault, whatever the server's state; "" when it is not."""
    if item["status"] == _TOO_LARGE:
        return "it is larger than a request may be (http.max_content_length)" if at_once == 1 else ""
    return reason(item.get("error")) if item["status"] == 400 and "exception" not in item else ""


def _may_pass(item: Item) -> bool:
    return item["status"] in LATER and not is_block(item.get("error"))


def _failure(item: Item, address: Address) -> EngineError | QueryTooBroad:
    whole = item.get("exception")  # the answer to the request, where no document has one of its own
    return explained(whole, address) if whole else answered(item["status"], {"error": item.get("error")}, address)
