"""Rows that a newer version of this program wrote. They occur after a rollback and during a deployment.

Reading one raises NewerVersion, and it is left unchanged. docs/upgrades.md lists the formats with a version.
"""

from enum import StrEnum
from typing import TypeVar

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.store.base_row import IntegerAttribute
from chalicelib.domain.errors import NewerVersion

UNVERSIONED = 1
"""The version of a row without one."""

E = TypeVar("E", bound=StrEnum)


def require(version: int | None, newest: int) -> None:
    """Raises NewerVersion for a version above `newest`, the newest one understood."""
    if (version or UNVERSIONED) > newest:
        raise NewerVersion


def understood(version: IntegerAttribute, newest: int) -> Condition:
    """The same check as a write's condition, for a row that was not read or may have changed since."""
    condition: Condition = version.does_not_exist() | (version <= newest)
    return condition


def known(words: type[E], value: str) -> E:
    """Reads a stored word of an enumeration. Raises NewerVersion for a word that this version does not know."""
    try:
        return words(value)
    except ValueError:
        raise NewerVersion from None
