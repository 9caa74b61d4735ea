"""Lambda: the functions of a deployment, each its real handler in this process."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from chalice.local import LambdaContext

import app
from tests.support.killed import Killed

TIMED_OUT = {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 90.00 seconds"}


def refusal(code: str) -> Callable[[], None]:
    """As AWS refuses a call: the function does not run."""

    def refuse() -> None:
        raise ClientError({"Error": {"Code": code, "Message": "injected by a test"}}, "Invoke")

    return refuse


@dataclass
class FakeLambda:
    """`before` is called instead of an invoke that must not come to its function, `after` when it has run."""

    prefix: str
    deployed: bool = True
    invoked: list[dict[str, Any]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    before: Callable[[], None] | None = None
    after: Callable[[], None] | None = None

    def invoke(self, *, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 - boto3's own names
        name = FunctionName.removeprefix(f"{self.prefix}-")
        if not self.deployed or not hasattr(app, name):
            refusal("ResourceNotFoundException")()
        if self.before:
            self.before()
        self.invoked.append(json.loads(Payload))
        try:
            answer, error = getattr(app, name)(json.loads(Payload), LambdaContext(name, 512)), {}
        except Killed:
            answer, error = TIMED_OUT, {"FunctionError": "Unhandled"}
        except Exception as fault:  # noqa: BLE001 - Lambda tells of it
            answer, error = {"errorType": type(fault).__name__}, {"FunctionError": "Unhandled"}
        if self.after:
            self.after()
        self.answers.append(json.dumps(answer, ensure_ascii=False))
        return {"StatusCode": 200, "Payload": io.BytesIO(self.answers[-1].encode()), **error}
