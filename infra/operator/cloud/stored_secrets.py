"""Which secrets a stage needs in Parameter Store, and which are stored. Only names are read."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib import config
from chalicelib.domain.claim import TRANSFER
from chalicelib.pay_settings import NEEDED, PAY_SECRET_NAMES, pay_path
from chalicelib.settings import PLATFORM_KEY_NAMES, SECRET_NAMES

ALL_NAMES = (*SECRET_NAMES, *PLATFORM_KEY_NAMES, *PAY_SECRET_NAMES)
"""With every product's."""
Names = Mapping[str, Sequence[str]]
"""A path in Parameter Store -> names of secrets."""


def expected_names(secrets_path: str, product: str = "") -> Names:
    """Returns which secrets are needed under each path where `product` pays; without it, the contest file's."""
    product = product or config.contest().payouts.product
    general = (*SECRET_NAMES, *PLATFORM_KEY_NAMES) if product == TRANSFER else SECRET_NAMES
    return {secrets_path: general, pay_path(secrets_path): NEEDED[product]}


def stored_names(ssm: Any, secrets_path: str) -> Names:
    """Returns which of `ALL_NAMES` are stored under each path. Decrypts nothing. `ssm` is a client."""
    return {path: _under(ssm, path) for path in (secrets_path, pay_path(secrets_path))}


def _under(ssm: Any, path: str) -> list[str]:
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=False)
    there = {one["Name"].rsplit("/", 1)[-1] for page in pages for one in page["Parameters"]}
    return [name for name in ALL_NAMES if name in there]
