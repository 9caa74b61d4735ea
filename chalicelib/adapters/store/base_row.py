"""What the models of all tables have in common."""

from functools import cache
from typing import Any, Self

from pynamodb.models import Model


class Row(Model):
    """A model whose rows are quickly made from what was read."""

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """A row as it was read. PynamoDB itself goes through all attributes a model may have, five times over."""
        row = cls.__new__(cls)
        row.attribute_values = dict(cls._defaults())
        for name, value in data.items():
            if attribute := cls.get_attributes().get(name):
                row.attribute_values[name] = attribute.deserialize(attribute.get_value(value))
        return row

    @classmethod
    @cache
    def _defaults(cls) -> dict[str, Any]:
        """Of what a row may lack. Attributes are called alike in models and tables, and no NULL is ever stored."""
        return {name: one.default for name, one in cls.get_attributes().items() if one.default is not None}
