"""A fake Lambda: each function of a deployment is its real handler, called in this process."""

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
    """A refusal by AWS: the function does not run."""

    def refuse() -> None:
        raise ClientError({"Error": {"Code": code, "Message": "injected by a test"}}, "Invoke")

    return refuse


@dataclass
class FakeLambda:
    """`before` is called in place of an invocation that must not reach its function, `after` when the function has
    run."""

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
