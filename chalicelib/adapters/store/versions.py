"""Rows that a newer version of this program wrote: they are met after a rollback, and while a deployment is under way.

Nothing is done with them, and their reader raises NewerVersion. docs/upgrades.md says which formats carry a version.
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
    """`newest` is the newest that is understood. Raises NewerVersion."""
    if (version or UNVERSIONED) > newest:
        raise NewerVersion


def understood(version: IntegerAttribute, newest: int) -> Condition:
    """The same as a condition, of a write on a row that was not read before, or may have changed since."""
    condition: Condition = version.does_not_exist() | (version <= newest)
    return condition


def known(words: type[E], value: str) -> E:
    """One of a few words as it is stored. Raises NewerVersion for one that this version does not know."""
    try:
        return words(value)
    except ValueError:
        raise NewerVersion from None
