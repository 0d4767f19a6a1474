"""Translating a server's errors into ours, with a cure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from elastic_transport import TlsError
from elasticsearch import ApiError, TransportError, UnsupportedProductError

from config.errors import EngineError, EngineMisconfigured, EngineUnavailable, QueryTooBroad
from indexer.engines.elasticsearch.address import Address

LATER = {408, 429, 500, 502, 503, 504}
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


class TooManyBuckets(QueryTooBroad):
    """One request needs more buckets than a server allows (65,536)."""


@contextmanager
def translated(address: Address) -> Iterator[None]:
    """Turn the client's errors into ours.

    Raises:
        EngineUnavailable, EngineMisconfigured, QueryTooBroad: depending on the server's answer.
    """
    try:
        yield
    except (ApiError, TransportError) as error:
        raise explained(error, address) from error


def explained(error: ApiError | TransportError, address: Address) -> EngineError | QueryTooBroad:
    """Return our error for the client's, naming the server and the cure."""
    if isinstance(error, UnsupportedProductError):
        return EngineMisconfigured(f"{address} does not answer as Elasticsearch does; check the engine address")
    if isinstance(error, ApiError):
        return answered(error.meta.status, error.body, address)
    if isinstance(error, TlsError):
        return _insecure(_innermost(error), address)
    return _silent(_innermost(error), address)


def _silent(message: str, address: Address) -> EngineUnavailable:
    # A server that speaks TLS ends a connection that does not.
    closed = any(sign in message.lower() for sign in ("closed connection", "connection reset"))
    hint = "; if it speaks TLS, begin the engine address with https://" if closed and not address.is_secure else ""
    return EngineUnavailable(f"Elasticsearch does not answer at {address}: {message}{hint}")


def _insecure(message: str, address: Address) -> EngineError:
    lowered = message.lower()
    if "match" in lowered:
        return EngineMisconfigured(
            f"the certificate of {address} is for another name ({message}); write that name in the engine address"
        )
    if "expired" in lowered or "not yet valid" in lowered:
        return EngineMisconfigured(
            f"the certificate of {address} is not valid now ({message}); renew it, or set the clock"
        )
    if "certificate" in lowered:
        return EngineMisconfigured(
            f"the certificate of {address} is not trusted ({message}); name its authority in the engine address: ?ca_file=PATH"
        )
    if "wrong version number" in lowered or "record layer failure" in lowered:
        return EngineMisconfigured(f"{address} does not speak TLS; begin the engine address with elasticsearch://")
    return _silent(message, address)


def _innermost(error: TransportError) -> str:
    cause: BaseException = error
    while isinstance(cause, TransportError) and cause.errors:
        cause = cause.errors[0]
    if cause.args and isinstance(cause.args[-1], Exception):  # urllib3's ("Connection aborted.", the reason)
        cause = cause.args[-1]
    message = str(cause.message if isinstance(cause, TransportError) else cause)
    return message.rpartition("): ")[2]  # without the reprs of urllib3's objects


def answered(status: int, body: object, address: Address) -> EngineError | QueryTooBroad:
    """Return our error for the server's error response."""
    whole = json.dumps(body, default=str).lower()
    if "too_many_buckets" in whole:
        return TooManyBuckets("the query counts in too many series at once; use fewer intervals")
    if any(sign in whole for sign in _TOO_BROAD):
        return QueryTooBroad("a part of the query matches too many words; write more of each prefix or wildcard")
    if is_block(body):
        return _blocked(whole, address)
    if "media_type_header_exception" in whole:
        return EngineMisconfigured(f"{address} is older than Elasticsearch 9; Parley needs version 9")
    if status in (401, 403):
        return EngineMisconfigured(
            f"Elasticsearch at {address} refuses the credentials ({status}): name a user and ?password_file=PATH, or "
            "?api_key_file=PATH, in the engine address, with the privileges that docs/elasticsearch.md lists"
        )
    if "index_not_found_exception" in whole or (status == 404 and "alias" in whole):
        return missing(address)
    if status in LATER:
        return EngineUnavailable(f"Elasticsearch at {address} is too busy or not ready ({status}: {reason(body)})")
    return EngineMisconfigured(f"Elasticsearch at {address} refuses a request ({status}: {reason(body)})")


def missing(address: Address) -> EngineUnavailable:
    """Return the error for an index that does not exist."""
    return EngineUnavailable(
        f"there is no index at {address} yet; `parley index` makes it, `parley rebuild` fills it from the archive"
    )


def full_disk(address: Address) -> EngineUnavailable:
    """Return the error for an index that the server has made read-only for lack of space."""
    return EngineUnavailable(
        f"Elasticsearch at {address} is read-only because its disk is nearly full; free up disk space there to continue"
    )


def is_block(body: object) -> bool:
    """Return whether the server's response is a block on the index or the cluster."""
    return "cluster_block_exception" in json.dumps(body, default=str).lower()


def _blocked(whole: str, address: Address) -> EngineError:
    if "index_closed" in whole or "state not recovered" in whole or "no master" in whole:
        return EngineUnavailable(f"Elasticsearch at {address} is not ready yet")
    if "disk usage exceeded" in whole:
        return full_disk(address)
    return EngineMisconfigured(
        f"the index at {address} is read-only; set index.blocks.write and index.blocks.read_only to false"
    )


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
