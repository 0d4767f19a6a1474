"""Time stamps of a manifest: tokens of a time-stamping authority (RFC 3161)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    TimeStampResponse,
    TimeStampTokenInfo,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from config.errors import Refused, WrongArgument

LONGEST = 100_000  # bytes of a token
_HASHES = {
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an authority saw a manifest, and whether its own signature was checked."""

    at: datetime
    is_checked: bool


def read_stamp(content: bytes, token: bytes, authorities: tuple[Certificate, ...] = ()) -> Stamp:
    """Return the time that a token states for a file's content.

    Args:
        token: the response of the authority, DER.
        authorities: root certificates that the authority's signature must lead to; without any it is not checked.

    Raises:
        Refused: it is not a token, or one of another content, or not of these authorities.
    """
    response, info = _response(token)
    imprint = info.message_imprint
    algorithm = _HASHES.get(imprint.hash_algorithm.dotted_string)
    if algorithm is None:
        raise Refused(
            f"the time stamp uses the hash {imprint.hash_algorithm.dotted_string}; SHA-256 to SHA-512 are known"
        )
    if algorithm(content).digest() != imprint.message:
        raise Refused("the time stamp is of another file: its imprint is not the hash of this manifest")
    if authorities:
        try:
            VerifierBuilder(roots=list(authorities)).build().verify_message(response, content)
        except (VerificationError, ValueError) as wrong:
            raise Refused(f"the time stamp is not of these authorities ({wrong})") from None
    return Stamp(info.gen_time, bool(authorities))


def read_certificates(path: Path) -> tuple[Certificate, ...]:
    """Return the certificates in a PEM file.

    Raises:
        WrongArgument: it has none.
    """
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise WrongArgument(f"{path}: {error.strerror or error}", field="authority") from None
    except ValueError:
        raise WrongArgument(f"{path}: contains no certificate in PEM", field="authority") from None


def _response(token: bytes) -> tuple[TimeStampResponse, TimeStampTokenInfo]:
    try:
        response = decode_timestamp_response(token)
        if response.status not in (0, 1):
            raise Refused("the authority did not grant the time stamp")
        return response, response.tst_info
    except ValueError as wrong:
        raise Refused(f"the time stamp is not a response of RFC 3161 ({wrong})") from None
