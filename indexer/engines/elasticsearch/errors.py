"""Translating a server's errors into ours, with a cure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from elastic_transport import TlsError
from elasticsearch import ApiError, TransportError, UnsupportedProductError

from config.errors import EngineBlocked, EngineError, EngineMisconfigured, EngineUnavailable, QueryTooBroad
from indexer.engines.elasticsearch.address import Address

_RED = "has lost shards of the index (its state is red); start the nodes that have them, or run `parley rebuild`"
LATER = {408, 429, 500, 502, 503, 504}
# What a cluster cannot do now, by a sign in its response.
_NOT_NOW = {
    "state not recovered": "is starting; its nodes have not found each other yet",
    "no master": "has no elected master; start more of its nodes",
    "master_not_discovered": "has no elected master; start more of its nodes",
    "unavailable_shards_exception": _RED,
    "no_shard_available_action_exception": _RED,
    "all shards failed": _RED,
    "missing shards": _RED,
}
# Some of these arrive as HTTP 500; none is worth trying again.
_TOO_BROAD = (
    "expanded to too many terms",
    "maxclausecount",
    "too_many_clauses",
    "too_many_nested_clauses",
    "too_complex_to_determinize",
    "max_terms_count",
    "too_many_buckets",
)


class IndexMissing(EngineUnavailable):
    """There is no index behind the alias."""


class TooManyBuckets(QueryTooBroad):
    """One request needs more buckets than a server allows (65,536)."""


@contextmanager
def translate_errors(address: Address) -> Iterator[None]:
    """Turn the client's errors into ours.

    Raises:
        EngineUnavailable, EngineMisconfigured, QueryTooBroad: depending on the server's response.
    """
    try:
        yield
    except (ApiError, TransportError) as error:
        raise translate_error(error, address) from error


def translate_error(error: ApiError | TransportError, address: Address) -> EngineError | QueryTooBroad:
    """Return our error for an error of the client; it names the server and the cure."""
    if isinstance(error, UnsupportedProductError):
        return EngineMisconfigured(f"the server at {address} is not Elasticsearch; check the engine address")
    if isinstance(error, ApiError):
        return translate_response(error.meta.status, error.body, address)
    if isinstance(error, TlsError):
        return _translate_tls_error(_innermost(error), address)
    return _translate_connection_error(_innermost(error), address)


def _translate_connection_error(message: str, address: Address) -> EngineUnavailable:
    # A server that expects TLS closes connections without it.
    closed = any(sign in message.lower() for sign in ("closed connection", "connection reset"))
    hint = (
        "; if the server uses TLS, begin the engine address with https://" if closed and not address.is_secure else ""
    )
    return EngineUnavailable(f"Elasticsearch does not respond at {address}: {message}{hint}")


def _translate_tls_error(message: str, address: Address) -> EngineError:
    lowered = message.lower()
    if "match" in lowered:
        return EngineMisconfigured(
            f"the certificate of {address} is for another name ({message}); use that name in the engine address"
        )
    if "expired" in lowered or "not yet valid" in lowered:
        return EngineMisconfigured(
            f"the certificate of {address} is not valid now ({message}); renew it, or correct the clock"
        )
    if "certificate" in lowered:
        return EngineMisconfigured(
            f"the certificate of {address} is not trusted ({message}); add its authority to the engine address: ?ca_file=PATH"
        )
    if "wrong version number" in lowered or "record layer failure" in lowered:
        return EngineMisconfigured(f"{address} does not use TLS; begin the engine address with elasticsearch://")
    return _translate_connection_error(message, address)


def _innermost(error: TransportError) -> str:
    cause: BaseException = error
    while isinstance(cause, TransportError) and cause.errors:
        cause = cause.errors[0]
    if cause.args and isinstance(cause.args[-1], Exception):  # urllib3's ("Connection aborted.", the reason)
        cause = cause.args[-1]
    message = str(cause.message if isinstance(cause, TransportError) else cause)
    return message.rpartition("): ")[2]  # without the reprs of urllib3's objects


def translate_response(status: int, body: object, address: Address) -> EngineError | QueryTooBroad:
    """Return our error for the server's error response."""
    whole = json.dumps(body, default=str).lower()
    if "too_many_buckets" in whole:
        return TooManyBuckets("the query has too many series and intervals; use fewer or longer intervals")
    if any(sign in whole for sign in _TOO_BROAD):
        return QueryTooBroad("a part of the query matches too many words; write more of each prefix or wildcard")
    if "index_closed" in whole:
        return EngineBlocked(f"the index at {address} is closed; open it with POST {address.name}/_open")
    if is_block(body):
        return _blocked(whole, address)
    if "media_type_header_exception" in whole:
        return EngineMisconfigured(f"{address} is older than Elasticsearch 9; Parley needs version 9")
    if status in (401, 403):
        return EngineBlocked(
            f"Elasticsearch at {address} rejects the credentials ({status}): put a user and ?password_file=PATH, or "
            "?api_key_file=PATH, in the engine address; docs/elasticsearch.md lists the privileges it needs"
        )
    if "index_not_found_exception" in whole or (status == 404 and "alias" in whole):
        return report_missing_index(address)
    if status in LATER:
        if sentence := _not_now(whole):
            return EngineUnavailable(f"Elasticsearch at {address} {sentence}")
        return EngineUnavailable(f"Elasticsearch at {address} is too busy or not ready ({status}: {reason(body)})")
    return EngineMisconfigured(f"Elasticsearch at {address} rejects a request ({status}: {reason(body)})")


def report_missing_index(address: Address) -> IndexMissing:
    """Return the error for an index that does not exist."""
    return IndexMissing(f"there is no index at {address} yet; `parley index` creates it and fills it from the archive")


def report_full_disk(address: Address) -> EngineUnavailable:
    """Return the error for an index that the server has made read-only for lack of space."""
    return EngineUnavailable(
        f"Elasticsearch at {address} is read-only because its disk is nearly full; free up disk space there to continue"
    )


def is_block(body: object) -> bool:
    """Return whether the server's response is a block on the index or the cluster."""
    return "cluster_block_exception" in json.dumps(body, default=str).lower()


def _blocked(whole: str, address: Address) -> EngineError:
    if sentence := _not_now(whole):
        return EngineUnavailable(f"Elasticsearch at {address} {sentence}")
    if "disk usage exceeded" in whole:
        return report_full_disk(address)
    return EngineBlocked(
        f"the index at {address} is read-only; set index.blocks.write and index.blocks.read_only to false"
    )


def _not_now(whole: str) -> str | None:
    return next((sentence for sign, sentence in _NOT_NOW.items() if sign in whole), None)


def reason(body: object) -> str:
    """Return the innermost reason in an error response, at most 300 characters long."""
    cause = body.get("error", body) if isinstance(body, dict) else body
    while isinstance(cause, dict):
        deeper = cause.get("caused_by") or next(iter(cause.get("root_cause") or ()), None)
        if deeper is None:
            cause = cause.get("reason", cause.get("type", "no reason given"))
            break
        cause = deeper
    return str(cause)[:300]
