"""Injects DynamoDB answers that no local engine gives, such as conflicts, throttling and silence."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from pynamodb.connection import Connection

from chalicelib.adapters.store.models import TABLES

EVENT = "before-call.dynamodb"


@dataclass(frozen=True)
class Failure:
    """A DynamoDB error; `reasons` are the codes of a cancelled transaction, in the order of its items."""

    code: str
    reasons: tuple[str, ...] = ()

    def answer(self) -> tuple[Any, dict[str, Any]]:
        body: dict[str, Any] = {"Error": {"Code": self.code, "Message": "injected by a test"}, "ResponseMetadata": {}}
        if self.reasons:
            body["CancellationReasons"] = [{"Code": code, "Message": "injected by a test"} for code in self.reasons]
        return _Status(400), body


@dataclass(frozen=True)
class _Status:
    status_code: int
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Silence:
    """No connection. If `late`, the request arrived and its answer was lost."""

    late: bool = False

    def answer(self) -> tuple[Any, dict[str, Any]]:
        if self.late:
            raise ReadTimeoutError(endpoint_url="http://store")
        raise EndpointConnectionError(endpoint_url="http://store")


@dataclass
class Injected:
    """`answer` is given to every call while it is set. `requests` are the bodies of all calls."""

    answer: Failure | Silence | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
        self.requests.append(json.loads(params["body"]))
        return self.answer.answer() if self.answer else None


@contextmanager
def faults(connection: Connection) -> Iterator[Injected]:
    """Injects them into the connections of transactions and of all models."""
    injected = Injected()
    connections: list[Any] = [connection]
    connections += [model._get_connection().connection for models in TABLES.values() for model in models]
    events = [held.client.meta.events for held in connections]
    for client in events:
        client.register(EVENT, injected)
    try:
        yield injected
    finally:
        for client in events:
            client.unregister(EVENT, injected)
