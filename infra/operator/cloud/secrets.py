"""Which secrets a stage has, by name alone."""

from typing import Any

from chalicelib.settings import SECRET_NAMES


def names(ssm: Any, path: str) -> list[str]:
    """Of `chalicelib.settings.SECRET_NAMES`, those that lie under `path`; nothing is decrypted. `ssm` is a client."""
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=path, WithDecryption=False)
    there = {one["Name"].rsplit("/", 1)[-1] for page in pages for one in page["Parameters"]}
    return [name for name in SECRET_NAMES if name in there]
