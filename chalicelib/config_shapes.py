"""Derives from a dataclass's type hints what its TOML table must contain."""

from dataclasses import fields, is_dataclass
from datetime import time
from enum import Enum
from functools import cache
from types import GenericAlias, NoneType, UnionType
from typing import Any, NamedTuple

from chalicelib.domain.limits import Limit


class Shape(NamedTuple):
    """The requirements of one type hint."""

    toml: type
    target: Any
    """The type of the value: a dataclass, an enumeration, a time of day; for a list, the shape of its items."""
    limits: tuple[Limit, ...]


def shape(hint: Any) -> Shape:
    limits = getattr(hint, "__metadata__", ())
    if limits:  # Annotated[hint, *limits]
        hint = hint.__origin__
    if isinstance(hint, UnionType):  # hint | None
        (hint,) = (one for one in hint.__args__ if one is not NoneType)
    if isinstance(hint, GenericAlias):  # tuple[hint, ...]
        return Shape(list, shape(hint.__args__[0]), limits)
    if is_dataclass(hint):
        return Shape(dict, hint, limits)
    return Shape(str if issubclass(hint, Enum | time) else hint, hint, limits)


@cache
def shapes(cls: Any) -> dict[str, tuple[Shape, Any]]:
    """Returns, for each key, its shape and its default."""
    return {field.name: (shape(field.type), field.default) for field in fields(cls) if field.init}
