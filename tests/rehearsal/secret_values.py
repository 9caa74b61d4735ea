"""Fresh secrets in the form of an account's, and certificates for 127.0.0.1."""

import base64
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infra.operator.cloud.stored_secrets import expected_names


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate; PEM texts."""

    chain: str
    key: str


def certificate(name: str) -> Certificate:
    """Makes a certificate for `name` and 127.0.0.1, valid for a month."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Certificate(signed.public_bytes(pem).decode(), private.decode())


def make_secrets() -> dict[str, str]:
    """All that `infra.operator.cloud.stored_secrets.expected_names` lists for red packets."""
    merchant_id = "1900000109"
    merchant = certificate(merchant_id)
    return {
        "WECHAT_APP_ID": f"wx{secrets.token_hex(8)}",
        "WECHAT_APP_SECRET": secrets.token_hex(16),
        "WECHAT_TOKEN": secrets.token_hex(16),
        "WECHAT_AES_KEY": base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        "WECHAT_MODE": "safe",
        "WECHAT_MCH_ID": merchant_id,
        "WECHAT_PAY_KEY": secrets.token_hex(16),
        "WECHAT_PAY_CERT": merchant.chain,
        "WECHAT_PAY_CERT_KEY": merchant.key,
        "SESSION_KEYS": secrets.token_urlsafe(48),
    }


def put_secrets(ssm: Any, secrets_path: str, values: Mapping[str, str]) -> None:
    """Puts the secrets into Parameter Store, encrypted, at the paths of docs/deploy.md. `ssm` is a boto3 client."""
    for path, names in expected_names(secrets_path).items():
        for name in names:
            ssm.put_parameter(Name=f"{path}{name}", Value=values[name], Type="SecureString")
