"""The settings for payments, stored apart from the other secrets so that only functions that pay may read them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.claim import RED_PACKET, TRANSFER
from chalicelib.domain.errors import SettingsError
from chalicelib.settings import given_values

NEEDED = {
    RED_PACKET: ("WECHAT_MCH_ID", "WECHAT_PAY_KEY", "WECHAT_PAY_CERT", "WECHAT_PAY_CERT_KEY"),
    TRANSFER: ("WECHAT_MCH_ID", "WECHAT_PAY_V3_KEY", "WECHAT_PAY_SERIAL", "WECHAT_PAY_CERT_KEY"),
}
"""Product -> the settings that it needs to pay."""
PAY_SECRET_NAMES = tuple(dict.fromkeys(name for names in NEEDED.values() for name in names))
NOT_LOCALLY = frozenset({"WECHAT_PAY_CERT", "WECHAT_PAY_CERT_KEY"})
"""The local stage's red packets need no certificate."""


@dataclass(frozen=True, slots=True)
class PaySettings:
    """Settings that no product of the contest needs may be empty. A payment that needs an empty one is refused as
    misconfigured."""

    mch_id: str
    pay_key: str = field(repr=False)
    """APIv2: red packets."""
    pay_cert: str = field(repr=False)
    """PEM text of the merchant's certificate; empty in the local stage."""
    pay_cert_key: str = field(repr=False)
    """PEM text of its private key, which also signs transfers."""
    wechat_pay_url: str
    v3_key: str = field(default="", repr=False)
    """APIv3: opens notifications of transfers."""
    serial: str = ""
    """Serial number of the merchant's certificate, which names the key that signs transfers."""


def load_pay_settings(environ: Mapping[str, str] | None = None, product: str = RED_PACKET) -> PaySettings:
    """Like `load_settings`, but from SSM under `pay_path(SECRETS_PATH)`. Raises SettingsError.

    Only the settings that `product` needs are required; the others serve claims that another product began.
    """
    own = dict(os.environ if environ is None else environ)
    if path := own.get("SECRETS_PATH"):
        own["SECRETS_PATH"] = pay_path(path)
    values = given_values(own, PAY_SECRET_NAMES)
    optional = NOT_LOCALLY if own.get("STAGE") == "local" and product == RED_PACKET else frozenset()
    if problems := [f"{name} is missing" for name in NEEDED[product] if name not in optional and not values.get(name)]:
        raise SettingsError(problems)
    return PaySettings(
        mch_id=values["WECHAT_MCH_ID"],
        pay_key=values.get("WECHAT_PAY_KEY", ""),
        pay_cert=values.get("WECHAT_PAY_CERT", ""),
        pay_cert_key=values.get("WECHAT_PAY_CERT_KEY", ""),
        wechat_pay_url=values.get("WECHAT_PAY_BASE_URL", "https://api.mch.weixin.qq.com").rstrip("/"),
        v3_key=values.get("WECHAT_PAY_V3_KEY", ""),
        serial=values.get("WECHAT_PAY_SERIAL", ""),
    )


def pay_path(secrets_path: str) -> str:
    """`/contest/prod/` -> `/contest/prod-pay/`.

    Beside the path, not under it: an operator's permission for a path grants everything below it, even where it is
    denied. Source: Systems Manager user guide, "How Parameter Store authorizes parameter retrieval".
    """
    return f"{secrets_path.rstrip('/')}-pay/"
