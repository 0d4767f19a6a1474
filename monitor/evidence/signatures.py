"""Signatures of a manifest by an Ed25519 key, in the format of `ssh-keygen -Y sign` (OpenSSH's PROTOCOL.sshsig)."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterator
from getpass import getpass
from pathlib import Path
from sys import stdin
from textwrap import wrap

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
    load_ssh_private_key,
    load_ssh_public_key,
)

from config.errors import Refused, WrongArgument

NAMESPACE = b"parley-evidence"
LONGEST = 10_000  # bytes of a signature
_MAGIC, _VERSION, _KIND, _HASH = b"SSHSIG", 1, b"ssh-ed25519", b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in an OpenSSH or PEM file; the passphrase of a protected one is asked for at a terminal.

    Raises:
        WrongArgument: it is none, or not of the kind ed25519.
    """
    content = _content(path)
    load = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in content else load_pem_private_key
    try:
        try:
            key = load(content, None)
        except TypeError:  # it is protected
            if not stdin.isatty():
                message = f"{path}: protected by a passphrase, which is asked for at a terminal only"
                raise WrongArgument(message, field="sign") from None
            key = load(content, getpass(f"Passphrase of {path}: ").encode())
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise WrongArgument(f"{path}: cannot be read as a private key ({wrong})", field="sign") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongArgument(f"{path}: not a key of the kind ed25519; make one: ssh-keygen -t ed25519", field="sign")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Return the key in an OpenSSH or PEM file.

    Raises:
        WrongArgument: it is none, or not of the kind ed25519.
    """
    content = _content(path)
    load = load_pem_public_key if b"BEGIN PUBLIC KEY" in content else load_ssh_public_key
    try:
        key = load(content.strip())
    except (ValueError, UnsupportedAlgorithm) as wrong:
        raise WrongArgument(f"{path}: cannot be read as a public key ({wrong})", field="key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise WrongArgument(f"{path}: not a public key of the kind ed25519", field="key")
    return key


def sign(content: bytes, key: Ed25519PrivateKey) -> bytes:
    """Return the armored signature of a file's content; the same key gives the same signature."""
    signature = _string(_KIND) + _string(key.sign(_signed(content)))
    public = _blob(key.public_key())
    blob = _MAGIC + struct.pack(">I", _VERSION) + b"".join(map(_string, (public, NAMESPACE, b"", _HASH, signature)))
    lines = [_BEGIN, *wrap(base64.b64encode(blob).decode(), 70), _END]
    return "".join(f"{line}\n" for line in lines).encode()


def signer(content: bytes, signature: bytes) -> Ed25519PublicKey:
    """Return the key whose signature of the content this is.

    Raises:
        Refused: it is not one, or not of this content.
    """
    try:
        public, namespace, _reserved, hash, inner = _parts(signature)
        (kind, raw), (signed_as, bare) = _strings(public, 2), _strings(inner, 2)
        if (kind, signed_as, namespace, hash) != (_KIND, _KIND, NAMESPACE, _HASH):
            raise Refused("the signature is of another kind: an ed25519 key, SHA-512 and the namespace parley-evidence")
        key = Ed25519PublicKey.from_public_bytes(raw)
        key.verify(bare, _signed(content))
    except (ValueError, struct.error) as wrong:
        raise Refused(f"the signature is damaged ({wrong})") from None
    except InvalidSignature:
        raise Refused("the signature is wrong: the manifest is not the one that was signed") from None
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the fingerprint of a key as OpenSSH prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(_blob(key)).digest()).decode().rstrip("=")


def is_same(one: Ed25519PublicKey, other: Ed25519PublicKey) -> bool:
    """Return whether two keys are the same."""
    return _blob(one) == _blob(other)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST)
    except OSError as error:
        raise WrongArgument(f"{path}: {error.strerror or error}", field="key") from None


def _signed(content: bytes) -> bytes:
    return _MAGIC + b"".join(map(_string, (NAMESPACE, b"", _HASH, hashlib.sha512(content).digest())))


def _blob(key: Ed25519PublicKey) -> bytes:
    return _string(_KIND) + _string(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _parts(armored: bytes) -> list[bytes]:
    lines = armored.decode("ascii").split()
    text = "".join(lines).removeprefix(_BEGIN.replace(" ", "")).removesuffix(_END.replace(" ", ""))
    blob = base64.b64decode(text, validate=True)
    if base64.b64encode(blob).decode() != text:
        raise ValueError("its last character has bits that mean nothing")
    if blob[:6] != _MAGIC or struct.unpack(">I", blob[6:10])[0] != _VERSION:
        raise ValueError("it is not an SSH signature")
    return _strings(blob[10:], 5)


def _strings(blob: bytes, number: int) -> list[bytes]:
    strings = list(_each_string(blob))
    if len(strings) != number:
        raise ValueError(f"{len(strings)} fields instead of {number}")
    return strings


def _each_string(blob: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(blob):
        (length,) = struct.unpack(">I", blob[place : place + 4])
        if len(blob) < place + 4 + length:
            raise ValueError("it ends early")
        yield blob[place + 4 : place + 4 + length]
        place += 4 + length
