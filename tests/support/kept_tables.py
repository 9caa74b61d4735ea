"""Tables for many tests: their connections are kept, and moto's content is copied instead of being made again."""

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

# A queue's lock, which is free while the queue is copied.
copyreg.pickle(Condition, lambda _: (Condition, ()))

_made: dict[Hashable, Any] = {}
_connected: dict[tuple[str, str | None], tuple[Tables, dict[type[Model], tuple[Any, ...]]]] = {}


def bring_moto_to(state: Hashable, make: Callable[[], object]) -> None:
    """Brings moto's tables and queues to the state that `make` makes; from the second time on by a copy, in a tenth of
    the time.

    `state` names everything that the outcome depends on. On another engine, or if there are items already, `make` is
    called.
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
    """Configures the models and reuses their connections: making one takes a hundredth of a second."""
    place = prefix, os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    if place not in _connected:
        tables = Tables(prefix)
        for connection in (tables.connection, tables.commit_connection, tables.callback_connection):
            _ = connection.client
        models = [model for group in TABLES.values() for model in group]
        _connected[place] = tables, {model: _pointed(model) for model in models}
    tables, kept = _connected[place]
    for model, (name, region, host, connection) in kept.items():
        meta: Any = model.Meta
        meta.table_name, meta.region, meta.host, model._connection = name, region, host, connection
    return tables


def _pointed(model: type[Model]) -> tuple[Any, ...]:
    meta: Any = model.Meta
    connection = model._get_connection()
    # Made now: at its first request the environment may have other credentials, and DynamoDB Local keeps the tables of
    # each apart.
    _ = connection.connection.client
    return meta.table_name, meta.region, meta.host, connection
