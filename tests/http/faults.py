"""AWS out of order, told at the boundary of botocore's clients; and what passes that boundary."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

Fault = Callable[[Callable[[], Any], str], Any]
"""Gets the call and the operation's name; calls it or does not, and answers or raises."""


def refused(code: str) -> Fault:
    def fault(call: Callable[[], Any], operation: str) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": "injected by a test"}}, operation)

    return fault


def nobody_there(call: Callable[[], Any], operation: str) -> Any:
    raise EndpointConnectionError(endpoint_url="http://aws")


def answer_lost(call: Callable[[], Any], operation: str) -> Any:
    """It happens, and nobody hears of it."""
    call()
    raise ReadTimeoutError(endpoint_url="http://aws")


@dataclass
class Aws:
    """`calls` are the operations by service and table (or queue); `faults` by service hold until they are removed.

    A fault may be told for the calls behind the first `spared` ones.
    """

    calls: list[tuple[str, str, str]] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    spared: int = 0

    def __call__(self, service: str, operation: str, arguments: dict[str, Any], call: Callable[[], Any]) -> Any:
        self.calls.append((service, operation, str(arguments.get("TableName", ""))))
        fault = self.faults.get(service)
        if fault is None:
            return call()
        if self.spared:
            self.spared -= 1
            return call()
        return fault(call, operation)

    def dynamodb(self) -> list[str]:
        """The operations since the last look, but reads of the switches, which are an instance's own matter."""
        found = [
            operation
            for service, operation, table in self.calls
            if service == "dynamodb" and (operation, table.rsplit("-", 1)[-1]) != ("GetItem", "control")
        ]
        self.calls.clear()
        return found


@contextmanager
def watched_aws() -> Iterator[Aws]:
    """Every call of every client of this process passes by there."""
    aws, client = Aws(), BaseClient
    original: Any = client._make_api_call  # type: ignore[attr-defined]

    def call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        service = self.meta.service_model.service_name
        return aws(service, operation, arguments, lambda: original(self, operation, arguments))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "_make_api_call", call)
        yield aws


@contextmanager
def black_hole() -> Iterator[str]:
    """An address that takes connections and never says anything."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
