"""Base classes for the models of all tables."""

from functools import cache
from typing import Any, Self

from pynamodb.attributes import Attribute
from pynamodb.constants import NUMBER
from pynamodb.models import Model


class IntegerAttribute(Attribute[int]):
    """An integer, as all our numbers are. PynamoDB's own numbers are floats and pass through JSON."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class Row(Model):
    """A model that makes rows quickly from raw data."""

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """Makes a row from raw data. PynamoDB itself loops five times over all attributes of the model."""
        row, attributes, values = cls.__new__(cls), cls.get_attributes(), dict(cls._defaults())
        for name, value in data.items():
            if attribute := attributes.get(name):
                values[name] = attribute.deserialize(attribute.get_value(value))
        row.attribute_values = values
        return row

    @classmethod
    @cache
    def _defaults(cls) -> dict[str, Any]:
        """Returns the optional attributes' defaults. Models and tables use the same names, and no NULL is stored."""
        return {name: one.default for name, one in cls.get_attributes().items() if one.default is not None}
