"""What a server's answers mean: who must act, in a sentence."""

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
    """One request would have counted in more buckets than a server allows (65,536)."""


@contextmanager
def translated(address: Address) -> Iterator[None]:
    """Turn what the client raises inside into an error of ours.

    Raises:
        EngineUnavailable, EngineMisconfigured, QueryTooBroad: as the server answered.
    """
    try:
        yield
    except (ApiError, TransportError) as error:
        raise explained(error, address) from error


def explained(error: ApiError | TransportError, address: Address) -> EngineError | QueryTooBroad:
    """Return the error of ours that names the server and the cure."""
    if isinstance(error, UnsupportedProductError):
        return EngineMisconfigured(f"{address} does not answer as Elasticsearch does; check the engine address")
    if isinstance(error, ApiError):
        return answered(error.meta.status, error.body, address)
    if isinstance(error, TlsError):
        return _insecure(_innermost(error), address)
    return _silent(_innermost(error), address)


def _silent(said: str, address: Address) -> EngineUnavailable:
    # A server that speaks TLS ends a connection that does not.
    closed = any(sign in said.lower() for sign in ("closed connection", "connection reset"))
    hint = "; if it speaks TLS, begin the engine address with https://" if closed and not address.is_secure else ""
    return EngineUnavailable(f"Elasticsearch does not answer at {address}: {said}{hint}")


def _insecure(said: str, address: Address) -> EngineError:
    lowered = said.lower()
    if "match" in lowered:
        return EngineMisconfigured(
            f"the certificate of {address} is for another name ({said}); write that name in the engine address"
        )
    if "expired" in lowered or "not yet valid" in lowered:
        return EngineMisconfigured(
            f"the certificate of {address} is not valid now ({said}); renew it, or set the clock"
        )
    if "certificate" in lowered:
        return EngineMisconfigured(
            f"the certificate of {address} is not trusted ({said}); name its authority in the engine address: ?ca_file=PATH"
        )
    if "wrong version number" in lowered or "record layer failure" in lowered:
        return EngineMisconfigured(f"{address} does not speak TLS; begin the engine address with elasticsearch://")
    return _silent(said, address)


def _innermost(error: TransportError) -> str:
    cause: BaseException = error
    while isinstance(cause, TransportError) and cause.errors:
        cause = cause.errors[0]
    if cause.args and isinstance(cause.args[-1], Exception):  # urllib3's ("Connection aborted.", the reason)
        cause = cause.args[-1]
    said = str(cause.message if isinstance(cause, TransportError) else cause)
    return said.rpartition("): ")[2]  # without urllib3's own objects before the words


def answered(status: int, body: object, address: Address) -> EngineError | QueryTooBroad:
    """Return the error of ours for an answer that is one."""
    whole = json.dumps(body, default=str).lower()
    if "too_many_buckets" in whole:
        return TooManyBuckets("the query counts in too many series at once; ask for fewer intervals")
    if any(sign in whole for sign in _TOO_BROAD):
        return QueryTooBroad("a part of the query stands for too many words; write more of each prefix or wildcard")
    if is_block(body):
        return _blocked(whole, address)
    if "media_type_header_exception" in whole:
        return EngineMisconfigured(f"{address} is older than Elasticsearch 9; Parley needs version 9")
    if status in (401, 403):
        return EngineMisconfigured(
            f"Elasticsearch at {address} refuses the credentials ({status}): name a user and ?password_file=PATH, or "
            "?api_key_file=PATH, in the engine address, with the rights that docs/elasticsearch.md lists"
        )
    if "index_not_found_exception" in whole or (status == 404 and "alias" in whole):
        return missing(address)
    if status in LATER:
        return EngineUnavailable(f"Elasticsearch at {address} is too busy or not ready ({status}: {reason(body)})")
    return EngineMisconfigured(f"Elasticsearch at {address} refuses a request ({status}: {reason(body)})")


def missing(address: Address) -> EngineUnavailable:
    """Return the error for an index nobody has made."""
    return EngineUnavailable(
        f"there is no index at {address} yet; `parley index` makes it, `parley rebuild` fills it from the archive"
    )


def full_disk(address: Address) -> EngineUnavailable:
    """Return the error for an index that a server made read-only by itself, and will make writable by itself."""
    return EngineUnavailable(
        f"Elasticsearch at {address} is read-only because its disk is nearly full; free space there and it goes on"
    )


def is_block(body: object) -> bool:
    """Tell whether an answer says that the index or the cluster lets nobody do this for now."""
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
    """Return the innermost reason of an answer, in at most 300 characters."""
    cause = body.get("error", body) if isinstance(body, dict) else body
    while isinstance(cause, dict):
        deeper = cause.get("caused_by") or next(iter(cause.get("root_cause") or ()), None)
        if deeper is None:
            cause = cause.get("reason", cause.get("type", "no reason given"))
            break
        cause = deeper
    return str(cause)[:300]
