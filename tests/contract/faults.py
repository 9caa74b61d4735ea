"""Answers that no local engine gives: a conflict, throttling, silence; put in through the client's own events."""

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
    """The endpoint is not there; or `late`: it took the request, and its answer never came."""

    late: bool = False

    def answer(self) -> tuple[Any, dict[str, Any]]:
        if self.late:
            raise ReadTimeoutError(endpoint_url="http://store")
        raise EndpointConnectionError(endpoint_url="http://store")


@dataclass
class Faults:
    """What every call is answered with, while there is one; and the requests that were made."""

    answer: Failure | Silence | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
        self.requests.append(json.loads(params["body"]))
        return self.answer.answer() if self.answer else None


@contextmanager
def faults(connection: Connection) -> Iterator[Faults]:
    """On the connection of transactions and on those of all models."""
    told = Faults()
    connections: list[Any] = [connection]
    connections += [model._get_connection().connection for models in TABLES.values() for model in models]
    events = [held.client.meta.events for held in connections]
    for client in events:
        client.register(EVENT, told)
    try:
        yield told
    finally:
        for client in events:
            client.unregister(EVENT, told)
