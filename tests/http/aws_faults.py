"""Makes calls of botocore's clients fail, and records all calls."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

Fault = Callable[[Callable[[], Any], str], Any]
"""A fault takes the call and the operation's name. It may make the call; it returns an answer or raises."""


def refused(code: str) -> Fault:
    def fault(call: Callable[[], Any], operation: str) -> Any:
        raise ClientError({"Error": {"Code": code, "Message": "injected by a test"}}, operation)

    return fault


def unreachable(call: Callable[[], Any], operation: str) -> Any:
    raise EndpointConnectionError(endpoint_url="http://aws")


def answer_lost(call: Callable[[], Any], operation: str) -> Any:
    """The call is made, but its answer is lost."""
    call()
    raise ReadTimeoutError(endpoint_url="http://aws")


@dataclass
class Aws:
    """`calls` are the operations by service and table (or queue); `faults` by service last until they are removed.

    The first `spared` calls of a service with a fault succeed.
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
        """Returns the operations since the last use of this method, without reads of switches, which depend on the
        instance."""
        found = [
            operation
            for service, operation, table in self.calls
            if service == "dynamodb" and (operation, table.rsplit("-", 1)[-1]) != ("GetItem", "control")
        ]
        self.calls.clear()
        return found


@contextmanager
def watched_aws() -> Iterator[Aws]:
    """Intercepts every call of every client in this process."""
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
    """An address that accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=64)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
