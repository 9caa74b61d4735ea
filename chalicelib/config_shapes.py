"""What a dataclass asks of a TOML table, by its type hints."""

from dataclasses import fields, is_dataclass
from datetime import time
from enum import Enum
from functools import cache
from types import GenericAlias, NoneType, UnionType
from typing import Any, NamedTuple

from chalicelib.domain.limits import Limit


class Shape(NamedTuple):
    """What one type hint asks."""

    toml: type
    target: Any
    """What a value becomes: a dataclass, an enumeration, a time of day; of a list, the shape of its items."""
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
    """Of each key, what is asked of it and what it is when it is missing."""
    return {field.name: (shape(field.type), field.default) for field in fields(cls) if field.init}
