"""Intercepts the AWS and HTTP clients: names every call that leaves the process, and makes one of them fail.

DynamoDB calls go to the engine, SQS is a list of message bodies, and WeChat Pay is the simulator.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import requests
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from tests.support.killed import Killed


class Fault(StrEnum):
    REFUSED = "refused before"
    LOST = "answer lost"
    REPEATED = "answer lost, SDK repeats"
    TIMEOUT = "time-out"
    THROTTLED = "throttled"
    CONFLICT = "conflict"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"


READS = ("GetItem", "Query", "SQS GetQueueUrl")


@dataclass(frozen=True)
class PlannedFault:
    """`nth` counts the calls of that name from 1."""

    name: str
    nth: int
    fault: Fault


@dataclass
class OutgoingCalls:
    """`calls` are the names of all calls in order; `jobs` the bodies on the queue."""

    prefix: str
    calls: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    pay_faults: Callable[[str, Fault], None] = lambda name, fault: None
    """Makes the simulator answer the next call of this name with the fault."""
    _planned: PlannedFault | None = None
    _seen: int = 0

    def plan_fault(self, planned: PlannedFault | None) -> None:
        """Makes this call fail once."""
        self._planned, self._seen = planned, 0

    @property
    def fault_happened(self) -> bool:
        return self._planned is None

    def _next_fault(self, name: str) -> Fault | None:
        self.calls.append(name)
        if self._planned is None or self._planned.name != name:
            return None
        self._seen += 1
        if self._seen != self._planned.nth:
            return None
        fault, self._planned = self._planned.fault, None
        return fault

    def aws(self, client: Any, real: Callable[..., Any], operation: str, params: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        if operation == "TransactWriteItems":
            params = {"ClientRequestToken": uuid.uuid4().hex, **params}  # the SDK's repeat has the same
        act = self._queue if service == "sqs" else lambda o, p: real(client, o, p)
        fault = self._next_fault(self._name(service, operation, params))
        if fault is not None:
            _raise_before(fault, operation, params)
        answer = act(operation, params)
        if fault is Fault.REPEATED:
            return act(operation, params)
        _raise_after(fault)
        return answer

    def http(self, url: str, call: Callable[[], Any]) -> Any:
        name = f"WeChat Pay {'out-bill-no' if '/out-bill-no/' in url else url.rsplit('/', 1)[-1]}"
        fault = self._next_fault(name)
        if fault is Fault.KILLED_BEFORE:
            raise Killed
        if fault is Fault.TIMEOUT:
            raise requests.ReadTimeout
        if fault in (Fault.REFUSED, Fault.THROTTLED):
            self.pay_faults(name, fault)
        answer = call()
        if fault is Fault.KILLED_AFTER:
            raise Killed
        if fault is Fault.LOST:
            raise requests.ReadTimeout
        return answer

    def _queue(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        if operation == "SendMessage":
            self.jobs.append(params["MessageBody"])
            return {"MessageId": str(len(self.jobs))}
        return {"QueueUrl": f"http://queues/{params['QueueName']}"}

    def _name(self, service: str, operation: str, params: dict[str, Any]) -> str:
        if service == "sqs":
            return f"SQS {operation}"
        if "TransactItems" in params:
            items = [next(iter(item.items())) for item in params["TransactItems"]]
            return f"{operation} " + ", ".join(f"{kind} {self._row(op)}" for kind, op in items)
        return f"{operation} {self._row(params)}"

    def _row(self, params: dict[str, Any]) -> str:
        table = params["TableName"].removeprefix(f"{self.prefix}-")
        key = params.get("Key") or params.get("Item") or {}
        what = next((value["S"] for name, value in key.items() if name in ("what", "name")), "")
        return params.get("IndexName", "") or "/".join(filter(None, (table, what.split("#")[0])))


def possible(name: str, fault: Fault) -> bool:
    """Returns whether this call can have the fault, and whether the fault differs from its other ones.

    Only writes are repeated or can conflict. A read whose answer is lost equals a read that was refused.
    """
    if name.startswith("WeChat Pay"):
        return fault not in (Fault.REPEATED, Fault.CONFLICT)
    if name.startswith(READS):
        return fault not in (Fault.REPEATED, Fault.CONFLICT, Fault.LOST, Fault.KILLED_AFTER)
    return fault is not Fault.CONFLICT or not name.startswith("SQS")


def _raise_before(fault: Fault, operation: str, params: dict[str, Any]) -> None:
    if fault is Fault.KILLED_BEFORE:
        raise Killed
    if fault is Fault.REFUSED:
        raise EndpointConnectionError(endpoint_url="http://nobody")
    if fault is Fault.TIMEOUT:
        raise ReadTimeoutError(endpoint_url="http://nobody")
    if fault in (Fault.THROTTLED, Fault.CONFLICT):
        raise _aws_error(fault, operation, params)


def _raise_after(fault: Fault | None) -> None:
    if fault is Fault.LOST:
        raise ReadTimeoutError(endpoint_url="http://nobody")
    if fault is Fault.KILLED_AFTER:
        raise Killed


def _aws_error(fault: Fault, operation: str, params: dict[str, Any]) -> ClientError:
    conflict = fault is Fault.CONFLICT
    answer: dict[str, Any] = {"ResponseMetadata": {}}
    if "TransactItems" in params:
        code, reason = "TransactionCanceledException", "TransactionConflict" if conflict else "ThrottlingError"
        others = [{"Code": "None"}] * (len(params["TransactItems"]) - 1)
        answer["CancellationReasons"] = [*others, {"Code": reason, "Message": "injected by a test"}]
    else:
        code = "TransactionConflictException" if conflict else "ThrottlingException"
    answer["Error"] = {"Code": code, "Message": "injected by a test"}
    return ClientError(answer, operation)  # type: ignore[arg-type]


@contextmanager
def intercepted_calls(prefix: str) -> Iterator[OutgoingCalls]:
    """Intercepts all clients of this process, also those made before."""
    outgoing = OutgoingCalls(prefix)
    aws: Any = BaseClient
    http: Any = requests.Session
    api, request = aws._make_api_call, http.request

    def call(client: Any, operation: str, params: dict[str, Any]) -> Any:
        return outgoing.aws(client, api, operation, params)

    def fetch(session: Any, method: str, url: str, **kwargs: Any) -> Any:
        return outgoing.http(url, lambda: request(session, method, url, **kwargs))

    aws._make_api_call, http.request = call, fetch
    try:
        yield outgoing
    finally:
        aws._make_api_call, http.request = api, request
