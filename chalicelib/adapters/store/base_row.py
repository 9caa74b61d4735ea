"""What the models of all tables have in common."""

from functools import cache
from typing import Any, Self

from pynamodb.attributes import Attribute
from pynamodb.constants import NUMBER
from pynamodb.models import Model


class IntegerAttribute(Attribute[int]):
    """A whole number, as all of ours are. PynamoDB's own numbers are floats, and pass through JSON."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class Row(Model):
    """A model whose rows are quickly made from what was read."""

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """A row as it was read. PynamoDB itself goes through all attributes a model may have, five times over."""
        row, attributes, values = cls.__new__(cls), cls.get_attributes(), dict(cls._defaults())
        for name, value in data.items():
            if attribute := attributes.get(name):
                values[name] = attribute.deserialize(attribute.get_value(value))
        row.attribute_values = values
        return row

    @classmethod
    @cache
    def _defaults(cls) -> dict[str, Any]:
        """Of what a row may lack. Attributes are called alike in models and tables, and no NULL is ever stored."""
        return {name: one.default for name, one in cls.get_attributes().items() if one.default is not None}
