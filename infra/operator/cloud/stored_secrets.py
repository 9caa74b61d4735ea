"""Which secrets a stage needs in Parameter Store, and which are stored. Only names are read."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.pay_settings import PAY_SECRET_NAMES, pay_path
from chalicelib.settings import SECRET_NAMES

ALL_NAMES = (*SECRET_NAMES, *PAY_SECRET_NAMES)
Names = Mapping[str, Sequence[str]]
"""A path in Parameter Store -> names of secrets."""


def expected_names(secrets_path: str) -> Names:
    """Returns the names of the secrets that belong under each path."""
    return {secrets_path: SECRET_NAMES, pay_path(secrets_path): PAY_SECRET_NAMES}


def stored_names(ssm: Any, secrets_path: str) -> Names:
    """Returns which of `ALL_NAMES` are stored under each path. Decrypts nothing. `ssm` is a client."""
    return {path: _under(ssm, path) for path in expected_names(secrets_path)}


def _under(ssm: Any, path: str) -> list[str]:
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=False)
    there = {one["Name"].rsplit("/", 1)[-1] for page in pages for one in page["Parameters"]}
    return [name for name in ALL_NAMES if name in there]
