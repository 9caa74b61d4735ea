"""Tables for many tests: their connections are kept, and what moto holds is copied instead of made again."""

import copyreg
import os
from collections.abc import Callable, Hashable
from copy import deepcopy
from threading import Condition
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.models import botocore_stubber
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends
from pynamodb.models import Model

from chalicelib.adapters.store.models import TABLES
from chalicelib.adapters.store.tables import Tables
from tests.support.engines import REGION

# A queue's lock: none is held while it is copied.
copyreg.pickle(Condition, lambda _: (Condition, ()))

_made: dict[Hashable, Any] = {}
_connected: dict[tuple[str, str | None], tuple[Tables, dict[type[Model], tuple[Any, ...]]]] = {}


def bring_moto_to(state: Hashable, make: Callable[[], object]) -> None:
    """Does what `make` does to moto's tables and queues; from the second time on by a copy, at a tenth of the time.

    `state` names all that the outcome depends on. On another engine, or with items there already, it is made.
    """
    dynamodb, sqs = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION], sqs_backends[DEFAULT_ACCOUNT_ID][REGION]
    if not botocore_stubber.enabled or any(table.items for table in dynamodb.tables.values()):
        make()
    elif state not in _made:
        make()
        _made[state] = deepcopy((dynamodb.tables, sqs.queues))
    else:
        dynamodb.tables, sqs.queues = deepcopy(_made[state])


def point_models(prefix: str) -> Tables:
    """Configures the models, with the connections of the last time: each would cost a hundredth of a second to make."""
    place = prefix, os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    if place not in _connected:
        tables = Tables(prefix)
        models = [model for group in TABLES.values() for model in group]
        _connected[place] = tables, {model: _pointed(model) for model in models}
    tables, kept = _connected[place]
    for model, (name, region, host, connection) in kept.items():
        meta: Any = model.Meta
        meta.table_name, meta.region, meta.host, model._connection = name, region, host, connection
    return tables


def _pointed(model: type[Model]) -> tuple[Any, ...]:
    meta: Any = model.Meta
    return meta.table_name, meta.region, meta.host, model._get_connection()
