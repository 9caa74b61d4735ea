"""Where a stage's secrets lie, and which of them are there, by name alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.pay_settings import PAY_SECRET_NAMES, pay_path
from chalicelib.settings import SECRET_NAMES

ALL_NAMES = (*SECRET_NAMES, *PAY_SECRET_NAMES)
Names = Mapping[str, Sequence[str]]
"""A path in Parameter Store -> names of secrets."""


def places(secrets_path: str) -> Names:
    """Where each belongs."""
    return {secrets_path: SECRET_NAMES, pay_path(secrets_path): PAY_SECRET_NAMES}


def found(ssm: Any, secrets_path: str) -> Names:
    """Of `ALL_NAMES`, those that lie under each of `places`; nothing is decrypted. `ssm` is a client."""
    return {path: _under(ssm, path) for path in places(secrets_path)}


def _under(ssm: Any, path: str) -> list[str]:
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=False)
    there = {one["Name"].rsplit("/", 1)[-1] for page in pages for one in page["Parameters"]}
    return [name for name in ALL_NAMES if name in there]
