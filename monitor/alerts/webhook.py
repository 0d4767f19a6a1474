"""Webhooks: a message as a JSON document, posted and signed as Standard Webhooks describes (standardwebhooks.com, version 1.0).

The signature is HMAC-SHA256 over `ID.TIMESTAMP.BODY`. The receiver checks it, refuses old timestamps, and drops an ID it
has seen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError, TimeoutError
from urllib3.util import Timeout, make_headers, parse_url

from config.channels import Channel
from monitor.alerts.failure import Failed
from monitor.documents.alerts import AlertMessageDocument

LIMIT = 30.0  # seconds for one attempt
_LONGEST_DELAY = 86_400  # seconds in a Retry-After


def post(channel: Channel, message: AlertMessageDocument, now: datetime) -> None:
    """Post a message to a webhook. The address is the user's own, so it may be on this machine; redirects are not followed.

    Raises:
        Failed: it was not accepted. The sentence does not contain the address.
    """
    body = message.model_dump_json().encode()
    address = parse_url(channel.address)
    headers = {
        "content-type": "application/json",
        "user-agent": "parley",
        **signature(channel.secret, message.key, now, body),
        **(make_headers(basic_auth=address.auth) if address.auth else {}),
    }
    url = address._replace(auth=None).url
    with urllib3.PoolManager(retries=False, timeout=Timeout(total=LIMIT)) as pool:
        try:
            answer = pool.request("POST", url, body=body, headers=headers, redirect=False, preload_content=False)
        except NewConnectionError:  # a kind of TimeoutError for urllib3
            raise Failed("no connection") from None
        except TimeoutError:
            raise Failed(f"no answer within {LIMIT:.0f} s") from None
        except (HTTPError, OSError, ValueError) as wrong:
            raise Failed(f"no connection ({type(wrong).__name__})") from None
        answer.close()  # nothing in the body matters, however long it is
    if not 200 <= answer.status < 300:
        raise Failed(f"answered with status {answer.status}", _delay(answer.headers.get("retry-after"), now))


def signature(secret: bytes | None, key: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that identify and sign a message; without a secret it is not signed."""
    timestamp = str(int(now.timestamp()))
    headers = {"webhook-id": key, "webhook-timestamp": timestamp}
    if secret is None:
        return headers
    digest = hmac.new(secret, f"{key}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {**headers, "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}


def _delay(retry_after: str | None, now: datetime) -> timedelta | None:
    """Return how long a receiver asks to wait: a number of seconds, or an HTTP date (RFC 9110, 10.2.3)."""
    if not retry_after:
        return None
    if retry_after.isdecimal() and len(retry_after) < 8:
        return timedelta(seconds=min(int(retry_after), _LONGEST_DELAY))
    try:
        return max(timedelta(0), parsedate_to_datetime(retry_after) - now)
    except (ValueError, TypeError, OverflowError):
        return None
