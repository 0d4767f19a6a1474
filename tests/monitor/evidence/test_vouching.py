"""Signatures and time stamps vouch for the manifest, and for nothing else."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from config.errors import Refused, WrongArgument
from config.settings import Settings
from monitor.app import App
from monitor.evidence.asking import search_evidence
from monitor.evidence.opening import open_evidence
from monitor.evidence.signatures import fingerprint, read_private_key, read_public_key, sign, signer
from monitor.evidence.stamping import stamp
from monitor.evidence.timestamps import read_certificates
from monitor.evidence.verdicts import verify
from tests.support.evidenced import forged, parts_of

_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return the file of a private key, with the public one beside it."""
    return write_key(tmp_path / "key", Ed25519PrivateKey.generate())


def write_key(path: Path, key: Ed25519PrivateKey) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.with_suffix(".pub").write_bytes(key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH))
    return path


@pytest.fixture
def signed(app: App, key: Path, tmp_path: Path) -> Path:
    path = tmp_path / "signed.zip"
    path.write_bytes(b"".join(search_evidence(app, "truce").pieces(read_private_key(key))))
    return path


def test_a_signed_file_names_its_key(signed: Path, key: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "none", workers=1)
    public = read_public_key(key.with_suffix(".pub"))
    verdict = verify(signed, settings, key=public)
    assert (verdict.is_equal, verdict.signed_by, verdict.is_trusted) == (True, fingerprint(public), True)
    assert not verify(signed, settings).is_trusted


def test_the_signature_of_another_key_or_none_is_refused_where_a_key_is_given(
    signed: Path, truce: Path, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "none", workers=1)
    other = read_public_key(write_key(tmp_path / "other", Ed25519PrivateKey.generate()).with_suffix(".pub"))
    with pytest.raises(Refused, match="signed by another key, SHA256:"):
        verify(signed, settings, key=other)
    with pytest.raises(Refused, match="not signed"):
        verify(truce, settings, key=other)


def test_a_forged_manifest_does_not_pass_with_the_old_signature(signed: Path, tmp_path: Path) -> None:
    path = forged(signed, lambda parts: parts.update({"answer.json": b"{}"}), into=tmp_path / "forged.zip")
    with pytest.raises(Refused, match="the manifest is not the one that was signed"):
        verify(path, Settings(data=tmp_path / "none"))


@pytest.mark.parametrize(
    "signature",
    [b"", b"x", b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n", b"\xff\xfe", b"A" * 9_000],
)
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(Refused, match="the signature is damaged"):
        signer(b"content", signature)


def test_no_changed_byte_of_a_signature_passes(key: Path) -> None:
    signature = sign(b"content", read_private_key(key))
    assert signature == sign(b"content", read_private_key(key))
    body = signature.index(b"\n") + 1
    for place in range(body, signature.rindex(b"\n-----END")):
        for changed in {b"B", b"C", *_next_to(signature[place : place + 1])} - {signature[place : place + 1]}:
            with pytest.raises(Refused):
                signer(b"content", signature[:place] + changed + signature[place + 1 :])


def _next_to(digit: bytes) -> list[bytes]:
    """Return the digits of base64 whose last bits differ from this one's: no bit of the content, at the end of a text."""
    place = _DIGITS.find(digit)
    return [_DIGITS[place ^ bits : (place ^ bits) + 1] for bits in (1, 2, 3)] if place >= 0 else []


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen: install OpenSSH")
def test_openssh_accepts_the_signature_and_its_own_is_accepted(signed: Path, key: Path, tmp_path: Path) -> None:
    parts = parts_of(signed)
    manifest, signature, signers = tmp_path / "manifest.json", tmp_path / "manifest.json.sig", tmp_path / "signers"
    manifest.write_bytes(parts["manifest.json"])
    signature.write_bytes(parts["manifest.json.sig"])
    signers.write_text(f"me {key.with_suffix('.pub').read_text()}\n")
    check = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        str(signers),
        "-I",
        "me",
        "-n",
        "parley-evidence",
        "-s",
        str(signature),
    ]
    assert subprocess.run(check, input=parts["manifest.json"], capture_output=True, check=False).returncode == 0
    assert subprocess.run(check, input=b"other", capture_output=True, check=False).returncode != 0
    key.chmod(0o600)
    signature.unlink()
    subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", "parley-evidence", str(manifest)],
        capture_output=True,
        check=True,
    )
    assert signature.read_bytes().split() == parts["manifest.json.sig"].split()


def test_keys_that_cannot_sign_are_named(tmp_path: Path) -> None:
    rsa, none, locked = tmp_path / "rsa", tmp_path / "none", tmp_path / "locked"
    rsa.write_bytes(
        generate_private_key(65_537, 2_048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    none.write_text("hello")
    locked.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"hush"))
    )
    cases = {
        rsa: "not a key of the kind ed25519",
        none: "cannot be read",
        locked: "passphrase",
        tmp_path / "no": "No such",
    }
    for path, words in cases.items():
        with pytest.raises(WrongArgument, match=words):
            read_private_key(path)
    with pytest.raises(WrongArgument, match="cannot be read as a public key"):
        read_public_key(none)


Authority = Callable[[bytes], Path]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a function that asks a time-stamping authority of our own for a token; its root certificate is `root.pem`."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl, which plays the time-stamping authority")
    folder = tmp_path_factory.mktemp("authority")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, capture_output=True, check=True)

    (folder / "tsa.cnf").write_text(
        "[tsa]\nserial = serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256, sha512\n"
        "ess_cert_id_alg = sha256\n[leaf]\nbasicConstraints = critical, CA:false\nkeyUsage = critical, digitalSignature\n"
        "extendedKeyUsage = critical, timeStamping\n"
    )
    (folder / "serial").write_text("01\n")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Root",
            "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=Stamps")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-out", "leaf.pem",
            "-extfile", "tsa.cnf", "-extensions", "leaf")  # fmt: skip

    def ask(content: bytes) -> Path:
        (folder / "content").write_bytes(content)
        openssl("ts", "-query", "-data", "content", "-sha256", "-cert", "-out", "query.tsq")
        openssl("ts", "-reply", "-queryfile", "query.tsq", "-config", "tsa.cnf", "-section", "tsa", "-signer", "leaf.pem",
                "-inkey", "leaf.key", "-out", "token.tsr")  # fmt: skip
        return folder / "token.tsr"

    return ask


def test_a_stamped_file_says_since_when_it_exists(truce: Path, authority: Authority, tmp_path: Path) -> None:
    token = authority(parts_of(truce)["manifest.json"])
    moment, pieces = stamp(truce, token)
    path = tmp_path / "stamped.zip"
    path.write_bytes(b"".join(pieces))
    assert datetime.now(UTC) - moment.at < timedelta(minutes=5)
    verdict = verify(
        path, Settings(data=tmp_path / "none", workers=1), authorities=read_certificates(token.with_name("root.pem"))
    )
    assert (verdict.is_equal, verdict.stamped, verdict.is_authority_checked) == (True, moment.at, True)
    assert {name: it for name, it in parts_of(path).items() if name != "manifest.json.tsr"} == parts_of(truce)


def test_a_token_of_something_else_is_refused(truce: Path, signed: Path, authority: Authority, tmp_path: Path) -> None:
    token = authority(b"something else")
    with pytest.raises(Refused, match="its imprint is not the hash of this manifest"):
        stamp(truce, token)
    (tmp_path / "no token").write_bytes(b"\x30\x03\x02\x01\x00")
    with pytest.raises(Refused, match="not a response of RFC 3161"):
        stamp(truce, tmp_path / "no token")
    _, pieces = stamp(truce, authority(parts_of(truce)["manifest.json"]))
    (tmp_path / "stamped.zip").write_bytes(b"".join(pieces))
    moved = parts_of(tmp_path / "stamped.zip")["manifest.json.tsr"]
    path = forged(
        signed, lambda parts: parts.update({"manifest.json.tsr": moved}), into=tmp_path / "it.zip", resum=False
    )
    with pytest.raises(Refused, match="imprint"):
        verify(path, Settings(data=tmp_path / "none"))


@pytest.mark.parametrize("token", ["30053003020100", "3003020100", "3000", ""])
def test_a_token_without_a_time_is_refused(truce: Path, tmp_path: Path, token: str) -> None:
    stamped = {"manifest.json.tsr": bytes.fromhex(token)}
    path = forged(truce, lambda parts: parts.update(stamped), into=tmp_path / "it.zip", resum=False)
    with pytest.raises(Refused, match=r"is not a response of RFC 3161"):
        verify(path, Settings(data=tmp_path / "none", workers=1))


def test_another_authority_is_refused(truce: Path, authority: Authority, tmp_path: Path) -> None:
    token = authority(parts_of(truce)["manifest.json"])
    _, pieces = stamp(truce, token)
    path, other = tmp_path / "stamped.zip", tmp_path / "other.pem"
    path.write_bytes(b"".join(pieces))
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "-",
            "-out",
            str(other),
            "-subj",
            "/CN=Other",
        ],
        capture_output=True,
        check=True,
    )
    settings = Settings(data=tmp_path / "none")
    with pytest.raises(Refused, match="not of these authorities"):
        verify(path, settings, authorities=read_certificates(other))
    with pytest.raises(Refused, match="it has no time stamp"):
        verify(truce, settings, authorities=read_certificates(other))
    assert open_evidence(path).token
