"""The settings for payments, stored apart from the other secrets so that only functions that pay may read them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.errors import SettingsError
from chalicelib.settings import given_values

PAY_SECRET_NAMES = ("WECHAT_MCH_ID", "WECHAT_PAY_KEY", "WECHAT_PAY_CERT", "WECHAT_PAY_CERT_KEY")


@dataclass(frozen=True, slots=True)
class PaySettings:
    mch_id: str
    pay_key: str = field(repr=False)
    pay_cert: str = field(repr=False)
    """PEM text of the merchant's certificate; empty in the local stage."""
    pay_cert_key: str = field(repr=False)
    wechat_pay_url: str


def load_pay_settings(environ: Mapping[str, str] | None = None) -> PaySettings:
    """Like `load_settings`, but from SSM under `pay_path(SECRETS_PATH)`. Raises SettingsError."""
    own = dict(os.environ if environ is None else environ)
    if path := own.get("SECRETS_PATH"):
        own["SECRETS_PATH"] = pay_path(path)
    values = given_values(own, PAY_SECRET_NAMES)
    needed = PAY_SECRET_NAMES[:2] if own.get("STAGE") == "local" else PAY_SECRET_NAMES
    if problems := [f"{name} is missing" for name in needed if not values.get(name)]:
        raise SettingsError(problems)
    return PaySettings(
        mch_id=values["WECHAT_MCH_ID"],
        pay_key=values["WECHAT_PAY_KEY"],
        pay_cert=values.get("WECHAT_PAY_CERT", ""),
        pay_cert_key=values.get("WECHAT_PAY_CERT_KEY", ""),
        wechat_pay_url=values.get("WECHAT_PAY_BASE_URL", "https://api.mch.weixin.qq.com").rstrip("/"),
    )


def pay_path(secrets_path: str) -> str:
    """`/contest/prod/` -> `/contest/prod-pay/`.

    Beside the path, not under it: an operator's permission for a path grants everything below it, even where it is
    denied. Source: Systems Manager user guide, "How Parameter Store authorizes parameter retrieval".
    """
    return f"{secrets_path.rstrip('/')}-pay/"
