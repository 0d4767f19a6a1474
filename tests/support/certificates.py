"""Certificates for test servers and the authority that signs them, created anew for each test."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = x509.IPAddress(ip_address("127.0.0.1"))
ELSEWHERE = x509.DNSName("search.example")
DAY = timedelta(days=1)


class Authority:
    """A certificate authority that no machine trusts by default.

    Attributes:
        file: its certificate in PEM.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Parley test authority")
        made = _certificate(self._name, self._key, datetime.now(UTC) + DAY).issuer_name(self._name)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def server(self, *, name: x509.GeneralName = HERE, until: timedelta = DAY) -> ssl.SSLContext:
        """Return the TLS context of a server called `name`, with a certificate valid for this long."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(_name("a test server"), key, datetime.now(UTC) + until).issuer_name(self._name)
        made = made.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        file = self._folder / f"server-{made.sign(self._key, hashes.SHA256()).serial_number}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate(name: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(name).public_key(key.public_key())
    return made.serial_number(x509.random_serial_number()).not_valid_before(until - 30 * DAY).not_valid_after(until)
