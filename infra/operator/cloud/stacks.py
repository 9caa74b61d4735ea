"""CloudFormation stacks as they are, and their end."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.operator.cloud.stack_words import is_moving
from infra.operator.operator_errors import OperatorError, code_of, message_of

_FIRST_LOOK, _SLOWER, _LATER_LOOKS, _LOOKS = 0.3, 1.3, 5.0, 720  # seconds; an hour in all
_DELETED = "DELETE_COMPLETE"


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]


class Stacks:
    """`client` is a CloudFormation client."""

    def __init__(self, client: Any, sleep: Callable[[float], None] = time.sleep) -> None:
        self.client, self._sleep = client, sleep

    def find(self, name: str) -> Stack | None:
        """Also one that was only planned: its status is NEW."""
        try:
            (found,) = self.client.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
                return None
            raise
        if found["StackStatus"] == _DELETED:
            return None
        parameters = {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", [])}
        outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
        return Stack(name, found["StackStatus"], parameters, outputs)

    def settled(self, name: str, still: Callable[[str], bool] = is_moving) -> Stack | None:
        """The same, when AWS has done with it: when its status is not `still` a passing one. Raises OperatorError."""
        for _ in self.looks():
            found = self.find(name)
            if found is None or not still(found.status):
                return found
        raise OperatorError(f"AWS 还在处理栈 {name}，等了一个小时。它会自己继续；请稍后再执行。")

    def delete(self, name: str) -> bool:
        """Deletes it and waits. Returns False when there is none. Raises OperatorError."""
        if self.settled(name) is None:
            return False
        before = self.last_event(name)
        self.client.delete_stack(StackName=name)
        left = self.settled(name, lambda status: status != "DELETE_FAILED")
        if left is not None:
            raise OperatorError(self.failure(name, left.status, before))
        return True

    def failure(self, name: str, status: str, before: str) -> str:
        """In one line the first thing that went wrong behind the event `before`, and in another what to do."""
        failed = [event for event in self._events(name, before) if _is_cause(event)]
        causes = [one for one in failed if "cancelled" not in one.get("ResourceStatusReason", "").lower()] or failed
        if not causes:
            return f"栈 {name} 没有成功（{status}），原因见 CloudFormation 控制台。"
        first = causes[-1]  # they come newest first
        reason = " ".join(str(first.get("ResourceStatusReason", "")).split())
        what = f"{first['LogicalResourceId']}（{first['ResourceType']}）：{reason}"
        return f"栈 {name} 没有成功（{status}）：{what}\n已做的都保留；改正后再执行，即可接着做。"

    def last_event(self, name: str) -> str:
        """Its id; empty when there is none."""
        return next((str(event["EventId"]) for event in self._events(name, "")), "")

    def looks(self) -> Iterator[None]:
        """One for each look, with pauses between them, short ones first: most is done soon."""
        seconds = _FIRST_LOOK
        for _ in range(_LOOKS):
            yield
            self._sleep(seconds)
            seconds = min(_LATER_LOOKS, seconds * _SLOWER)

    def _events(self, name: str, before: str) -> Iterator[Mapping[str, Any]]:
        """Newest first, those behind `before`."""
        pages = self.client.get_paginator("describe_stack_events").paginate(StackName=name)
        for event in (event for page in pages for event in page["StackEvents"]):
            if event["EventId"] == before:
                return
            yield event


def _is_cause(event: Mapping[str, Any]) -> bool:
    own = event["ResourceType"] == "AWS::CloudFormation::Stack"
    return str(event["ResourceStatus"]).endswith("_FAILED") and not own
