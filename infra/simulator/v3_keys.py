"""Keys of the v3 API for one local run: the merchant's certificate and WeChat Pay's own key pair."""

import secrets
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

PRIVATE_KEY = "SIMULATOR_PAY_PRIVATE_KEY"
"""The one variable that the application must not have: WeChat Pay's private key, in PEM."""


def generated_keys(mch_id: str) -> dict[str, str]:
    """Returns new keys as environment variables, for the application under their standard names."""
    merchant, platform = _new_key(), _new_key()
    certificate = _certificate(merchant, mch_id)
    return {
        "WECHAT_PAY_CERT": certificate.public_bytes(Encoding.PEM).decode(),
        "WECHAT_PAY_CERT_KEY": _private_pem(merchant),
        "WECHAT_PAY_SERIAL": f"{certificate.serial_number:040X}",
        "WECHAT_PAY_V3_KEY": secrets.token_hex(16),
        "WECHAT_PAY_PUBLIC_KEY": _public_pem(platform.public_key()),
        "WECHAT_PAY_PUBLIC_KEY_ID": f"PUB_KEY_ID_01{mch_id}{secrets.randbelow(10**20):020d}",
        PRIVATE_KEY: _private_pem(platform),
    }


def _new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(key: RSAPrivateKey, mch_id: str) -> x509.Certificate:
    """WeChat Pay's certificates name the merchant in their common name."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, mch_id)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=5 * 365))
        .sign(key, SHA256())
    )


def _private_pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public_pem(key: RSAPublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
