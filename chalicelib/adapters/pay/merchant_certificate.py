"""Checks whose certificate it is: WeChat Pay writes the merchant's id into the common name."""

import re

from cryptography import x509
from cryptography.x509.oid import NameOID


def names_another(certificate: x509.Certificate, mch_id: str) -> bool:
    """Returns whether the certificate names another merchant. A common name that is no merchant's id is not
    compared."""
    names = [str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    merchants = [name for name in names if re.fullmatch(r"\d{8,10}", name)]
    return bool(merchants) and mch_id not in merchants
