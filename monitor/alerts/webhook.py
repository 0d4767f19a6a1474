"""Webhooks: a message as a JSON document, posted and signed as Standard Webhooks describes (standardwebhooks.com, version 1.0).

The signature is HMAC-SHA256 over `ID.TIMESTAMP.BODY`. The receiver checks it, refuses old timestamps, and drops an ID it
has seen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from http.client import HTTPException
from urllib.parse import unquote

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationParseError, NewConnectionError
from urllib3.util import Url, parse_url

from config.channels import Channel
from crawler.schedule import retry_after
from monitor.alerts.bounded import cut_after
from monitor.alerts.failure import Failed
from monitor.documents.alerts import AlertMessageDocument

LIMIT = 30.0  # seconds for one attempt


def post(channel: Channel, message: AlertMessageDocument, now: datetime) -> None:
    """Post a message to a webhook. The address is the user's own, so it may be on this machine; redirects are not followed.

    Raises:
        Failed: it was not accepted. The sentence does not contain the address.
    """
    body = message.model_dump_json().encode()
    try:
        address = parse_url(channel.address)
    except LocationParseError:
        raise Failed("its address is not a web address") from None
    headers = {
        "content-type": "application/json",
        "user-agent": "parley",
        **signature(channel.secret, message.key, now, body),
        **(_credentials(address.auth) if address.auth else {}),
    }
    status, wish = _answer(address, body, headers)
    if not 200 <= status < 300:
        raise Failed(f"answered with status {status}", retry_after(wish, now) or None)


def _answer(address: Url, body: bytes, headers: Mapping[str, str]) -> tuple[int, str | None]:
    """Return the status of the answer, and how long it asks to wait; nothing in its body matters, however long it is.

    Raises:
        Failed: there is none in time.
    """
    connect = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = connect((address.host or "").strip("[]"), address.port, timeout=LIMIT)
    with closing(connection), cut_after(LIMIT, lambda: connection.sock):
        try:
            connection.request("POST", address.request_uri, body=body, headers=headers, preload_content=False)
            with closing(connection.getresponse()) as answer:
                return answer.status, answer.headers.get("retry-after")
        except NewConnectionError:  # a kind of ConnectTimeoutError for urllib3
            raise Failed("no connection") from None
        except (ConnectTimeoutError, TimeoutError):
            raise Failed(f"no answer within {LIMIT:.0f} s") from None
        except (HTTPError, HTTPException, OSError, ValueError) as wrong:
            raise Failed(f"no connection ({type(wrong).__name__})") from None


def _credentials(auth: str) -> dict[str, str]:
    """Return the header with the percent-encoded name and password of an address, in UTF-8 (RFC 7617)."""
    return {"authorization": f"Basic {base64.b64encode(unquote(auth).encode()).decode()}"}


def signature(secret: bytes | None, key: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that identify and sign a message; without a secret it is not signed."""
    timestamp = str(int(now.timestamp()))
    headers = {"webhook-id": key, "webhook-timestamp": timestamp}
    if secret is None:
        return headers
    digest = hmac.new(secret, f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {**headers, "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}
