"""Expressions of frequent requests, built once: PynamoDB takes longer to build a transaction than to sign it.

    LATER = Prepared(FollowerRow, [FollowerRow.event_at.set(given("at", FollowerRow.event_at))])
    LATER.of(openid, at=1594166400) the parameters of TransactWriteItems and UpdateItem

The table's name is looked up at each use, since `Tables` may set it later.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import _Operand
from pynamodb.expressions.update import Action, Update
from pynamodb.models import Model

Operation = dict[str, Any]


class _Given(_Operand):
    def __init__(self, name: str, attribute: Attribute[Any]) -> None:
        super().__init__()
        self.placeholder, self.attribute = f":{name}", attribute

    def serialize(self, placeholder_names: dict[str, str], expression_attribute_values: dict[str, Any]) -> str:
        expression_attribute_values[self.placeholder] = self
        return self.placeholder


def given(name: str, attribute: Attribute[Any]) -> Any:
    """A placeholder in an expression for a value of the request, which is serialized as `attribute`'s values are."""
    return _Given(name, attribute)


class Prepared:
    """One operation on a row of `model`: an update, or a check, put or deletion under `condition`."""

    def __init__(self, model: type[Model], actions: Sequence[Action] = (), condition: Condition | None = None) -> None:
        names: dict[str, str] = {}
        values: dict[str, Any] = {}
        self._model, self._fixed = model, Operation()
        if condition is not None:
            self._fixed["ConditionExpression"] = _named(condition.serialize(names, values), names)
        if update := Update(*actions).serialize(names, values):
            self._fixed["UpdateExpression"] = _named(update, names)
        self._given = {name[1:]: value for name, value in values.items() if isinstance(value, _Given)}
        self._values = {name: value for name, value in values.items() if not isinstance(value, _Given)}

    def of(self, *key: Any, **given: Any) -> Operation:
        """The operation on the row with this key. Raises KeyError unless `given` has exactly the placeholders."""
        parts = zip(_key(self._model), key, strict=True)
        return self._operation(
            "Key", {attribute.attr_name: _stored(attribute, part) for attribute, part in parts}, given
        )

    def putting(self, **values: Any) -> Operation:
        """The put of a row with these attributes, without those that are None."""
        attributes = self._model.get_attributes()
        row = {name: _stored(attributes[name], value) for name, value in values.items() if value is not None}
        return self._operation("Item", row, {})

    def _operation(self, place: str, row: Operation, given: dict[str, Any]) -> Operation:
        operation = {"TableName": self._model.Meta.table_name, place: row, **self._fixed}
        if given.keys() != self._given.keys():
            raise KeyError(*(given.keys() ^ self._given.keys()))
        stored = {one.placeholder: _stored(one.attribute, given[name]) for name, one in self._given.items()}
        if values := self._values | stored:
            operation["ExpressionAttributeValues"] = values
        return operation


def _named(expression: str, names: dict[str, str]) -> str:
    """Attributes under their own names. Only names that DynamoDB reserves need PynamoDB's `#0`; no attribute here has
    one: the contract suites would fail."""
    by_placeholder = {short: name for name, short in names.items()}
    return re.sub(r"#[0-9]+", lambda short: by_placeholder[short[0]], expression)


def _stored(attribute: Attribute[Any], value: Any) -> dict[str, Any]:
    return {attribute.attr_type: attribute.serialize(value)}


@cache
def _key(model: type[Model]) -> tuple[Attribute[Any], ...]:
    attributes = model.get_attributes().values()
    return tuple(sorted((a for a in attributes if a.is_hash_key or a.is_range_key), key=lambda a: a.is_range_key))
