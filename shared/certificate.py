"""The certificate for https: files that the settings name, or one that the program makes and signs itself."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared import address, settings

_DAYS = 365


def files() -> tuple[str | None, str | None]:
    """(certificate, key) to serve with; (None, None) for plain http. Makes a self-signed one where GALLERY_TLS=self asks for
    it. Raises OSError if that cannot be written.
    """
    here = settings.current()
    if here.tls_cert:
        return here.tls_cert, here.tls_key
    if not here.tls_self:
        return None, None
    folder = here.data_dir / "tls"
    cert, key = folder / "self-signed.pem", folder / "self-signed.key"
    if not key.exists() or not _is_good(cert):
        _make(cert, key)
    return str(cert), str(key)


def _is_good(cert: Path) -> bool:
    """Whether a certificate is there, names this machine's present address, and is good for another month."""
    from cryptography import x509

    if not cert.exists():
        return False
    found = x509.load_pem_x509_certificate(cert.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ours = ipaddress.ip_address(address.lan_address())
    in_time = found.not_valid_after_utc > datetime.now(UTC) + timedelta(days=30)
    return in_time and ours in names.get_values_for_type(x509.IPAddress)


def _make(cert: Path, key: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Deep learning gallery")])
    addresses = {"127.0.0.1", "::1", address.lan_address()}
    others = [x509.IPAddress(ipaddress.ip_address(one)) for one in sorted(addresses)]
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), *others]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    cert.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key.touch(mode=0o600)
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    cert.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
