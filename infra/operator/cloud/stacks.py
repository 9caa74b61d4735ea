"""Creates, updates, awaits and deletes CloudFormation stacks. Every step may be repeated.

Two guards protect the data: a stack policy forbids updates that delete or replace a table, queue or log group, and
termination protection forbids deleting their stack.

A failed deployment keeps the resources it created, and the next run continues from there. A rollback would orphan the
tables, because they are retained and protected; and warm throughput cannot be rolled back at all.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from botocore.exceptions import ClientError, WaiterError

from infra.operator.operator_errors import OperatorError, code_of, message_of

DATA = ("AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::Logs::LogGroup")
POLICY = {
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["Update:Replace", "Update:Delete"],
            "Resource": "*",
            "Condition": {"StringEquals": {"ResourceType": list(DATA)}},
        },
    ]
}
"""The stack policy of a stack that holds data."""
PLANNED = "REVIEW_IN_PROGRESS"
"""The status of a stack that has a change set but no resources yet."""
_READY = frozenset("CREATE_COMPLETE UPDATE_COMPLETE IMPORT_COMPLETE".split())
_UPDATABLE = _READY | frozenset("CREATE_FAILED UPDATE_FAILED UPDATE_ROLLBACK_COMPLETE IMPORT_ROLLBACK_COMPLETE".split())
_WAITERS = {
    "CREATE": "stack_create_complete",
    "ROLLBACK": "stack_create_complete",
    "UPDATE": "stack_update_complete",
    "UPDATE_ROLLBACK": "stack_rollback_complete",
    "IMPORT": "stack_import_complete",
    "IMPORT_ROLLBACK": "stack_import_complete",
    "DELETE": "stack_delete_complete",
}
"""An operation in progress -> the waiter for its end."""
_PACE = {"Delay": 5, "MaxAttempts": 720}
"""Waits up to an hour."""
_TRIES = 5

_ROLLED_BACK = (
    "曾经创建失败并已回滚，不能再更新。请删除这个栈后再执行 up：aws cloudformation delete-stack --stack-name {name}"
)
_ADVICE = {
    "ROLLBACK_COMPLETE": _ROLLED_BACK,
    "ROLLBACK_FAILED": _ROLLED_BACK,
    "IMPORT_ROLLBACK_FAILED": _ROLLED_BACK,
    "UPDATE_ROLLBACK_FAILED": (
        "更新失败，回滚也没有完成。请先让它回滚完，再执行 up："
        "aws cloudformation continue-update-rollback --stack-name {name}"
    ),
    "DELETE_FAILED": "没有删干净。请先查明原因，再删一次：aws cloudformation delete-stack --stack-name {name}",
}
_UNFINISHED = (
    "没有建完，而 AWS 看不出有什么要改。请让它回到上一个完好的状态，再执行 up："
    "aws cloudformation rollback-stack --stack-name {name}"
)
_DENIED = "模板的改动会删除或重建数据，栈策略不允许；请恢复 infra/cloudformation/resources.yaml 中的这些部分。"


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    status: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    is_protected: bool

    @property
    def is_deployed(self) -> bool:
        """Whether an earlier run deployed it: not just planned, and not being deleted."""
        return self.status != PLANNED and not self.status.startswith("DELETE")

    @property
    def is_in_progress(self) -> bool:
        """Whether AWS is still working on it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != PLANNED


class Stacks:
    """`client` is a CloudFormation client, `pace` a waiter's configuration."""

    def __init__(self, client: Any, pace: Mapping[str, int] = _PACE) -> None:
        self.client, self._pace = client, pace

    def find(self, name: str) -> Stack | None:
        """Returns None when there is no such stack. A stack that was only planned has the status PLANNED."""
        try:
            (found,) = self.client.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
                return None
            raise
        if found["StackStatus"] == "DELETE_COMPLETE":
            return None
        parameters = {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", [])}
        outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
        is_protected = bool(found.get("EnableTerminationProtection"))
        return Stack(name, found["StackStatus"], parameters, outputs, is_protected)

    def deploy(self, name: str, template: str, given: Mapping[str, str], *, holds_data: bool = False) -> bool:
        """Creates or updates the stack and waits. Returns whether anything changed. Raises OperatorError.

        `given` holds the parameters to set; all others keep their values. Concurrent calls are safe: one waits for
        the other and tries again.
        """
        for _ in range(_TRIES):
            try:
                return self._deploy(self._find_when_idle(name), name, template, given, holds_data)
            except ClientError as error:
                if not _is_overtaken(error):
                    raise
        raise OperatorError(f"栈 {name} 正由另一处反复更改，请稍后再执行；重复执行是安全的。")

    def delete(self, name: str) -> bool:
        """Deletes the stack even if protected, and waits. Returns False when there is none. Raises OperatorError."""
        stack = self._find_when_idle(name)
        if stack is None:
            return False
        if stack.is_protected:
            self.client.update_termination_protection(StackName=name, EnableTerminationProtection=False)
        self.client.delete_stack(StackName=name)
        left = self._wait(name, "DELETE")
        if left is not None:
            raise OperatorError(self._failure(left))
        return True

    def _deploy(
        self, stack: Stack | None, name: str, template: str, given: Mapping[str, str], holds_data: bool
    ) -> bool:
        if stack is not None and stack.status == PLANNED:
            # Still protected if another operator's `up` has just created it: then AWS refuses, and we look again.
            self.client.delete_stack(StackName=name)
            self._wait(name, "DELETE")
            stack = self._find_when_idle(name)
        if stack is None:
            guard = {"StackPolicyBody": json.dumps(POLICY), "EnableTerminationProtection": True} if holds_data else {}
            self.client.create_stack(**_arguments(name, template, given, {}), DisableRollback=True, **guard)
            return self._wait_for_success(name, "CREATE")
        if stack.status not in _UPDATABLE:
            advice = _ADVICE.get(stack.status, "请在 CloudFormation 控制台查看。")
            raise OperatorError(f"栈 {name}（{stack.status}）" + advice.format(name=name))
        return self._update(stack, template, given, holds_data)

    def _update(self, stack: Stack, template: str, given: Mapping[str, str], holds_data: bool) -> bool:
        name, has_failed = stack.name, stack.status.endswith("_FAILED")
        if holds_data:
            self.client.set_stack_policy(StackName=name, StackPolicyBody=json.dumps(POLICY))
        if holds_data and not stack.is_protected:
            self.client.update_termination_protection(StackName=name, EnableTerminationProtection=True)
        arguments = _arguments(name, template, given, stack.parameters)
        try:
            # Without rollback AWS replaces no resources, as stacks without data may need. A failed stack requires it.
            self.client.update_stack(**arguments, DisableRollback=holds_data or has_failed)
        except ClientError as error:
            if "No updates are to be performed" not in message_of(error):
                raise
            if has_failed:
                raise OperatorError(f"栈 {name}（{stack.status}）" + _UNFINISHED.format(name=name)) from None
            return False
        return self._wait_for_success(name, "UPDATE")

    def _find_when_idle(self, name: str) -> Stack | None:
        """Waits for any operation in progress, then returns the stack. Raises OperatorError."""
        stack = self.find(name)
        if stack is None or not stack.is_in_progress:
            return stack
        begun = stack.status.removesuffix("_IN_PROGRESS").removesuffix("_CLEANUP").removesuffix("_COMPLETE")
        return self._wait(name, begun)

    def _wait_for_success(self, name: str, begun: str) -> bool:
        """Waits for the operation and returns True. Raises OperatorError when it failed."""
        stack = self._wait(name, begun)
        if stack is None:
            raise OperatorError(f"栈 {name} 已被另一处删除；重复执行是安全的。")
        if stack.status not in _READY:
            raise OperatorError(self._failure(stack))
        return True

    def _wait(self, name: str, begun: str) -> Stack | None:
        try:
            self.client.get_waiter(_WAITERS[begun]).wait(StackName=name, WaiterConfig=self._pace)
        except WaiterError as error:
            stack = self.find(name)
            if stack is not None and stack.is_in_progress:
                raise OperatorError(f"AWS 还在处理栈 {name}。它会自己继续；请稍后再执行。") from error
        return self.find(name)

    def _failure(self, stack: Stack) -> str:
        """Returns two lines: the first error of the last operation, and what to do."""
        failed = [event for event in self._last_events(stack.name) if event["ResourceStatus"].endswith("_FAILED")]
        own = [event for event in failed if event["ResourceType"] == "AWS::CloudFormation::Stack"]
        causes = [one for one in failed if one not in own and "cancelled" not in _reason(one).lower()]
        if not (causes := causes or [one for one in failed if one not in own] or own):
            return f"栈 {stack.name} 没有成功（{stack.status}），原因见 CloudFormation 控制台。"
        first = causes[-1]  # events come newest first
        what = f"{first['LogicalResourceId']}（{first['ResourceType']}）：{_reason(first)}"
        advice = _DENIED if "stack policy" in _reason(first) else "已做的都保留；改正后再执行，即可接着做。"
        return f"栈 {stack.name} 没有成功（{stack.status}）：{what}\n{advice}"

    def _last_events(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Yields the events of the last operation, newest first."""
        pages = self.client.get_paginator("describe_stack_events").paginate(StackName=name)
        for event in (event for page in pages for event in page["StackEvents"]):
            yield event
            begins = event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")
            if begins and event["ResourceType"] == "AWS::CloudFormation::Stack":
                return


def _reason(event: Mapping[str, Any]) -> str:
    return " ".join(str(event.get("ResourceStatusReason", "")).split())


def _arguments(name: str, template: str, given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, Any]:
    """Returns the call's arguments, with only the parameters the template declares: AWS refuses any other."""
    parameters: list[dict[str, Any]] = []
    for key, declared in yaml.load(template, Loader=yaml.CSafeLoader)["Parameters"].items():
        if key in before and given.get(key, before[key]) == before[key]:
            parameters.append({"ParameterKey": key, "UsePreviousValue": True})
        elif (value := given.get(key, declared.get("Default"))) is not None:
            parameters.append({"ParameterKey": key, "ParameterValue": str(value)})
    return {"StackName": name, "TemplateBody": template, "Parameters": parameters}


def _is_overtaken(error: ClientError) -> bool:
    """Returns whether the call failed because another one started changing the stack."""
    message = message_of(error)
    moved = any(sign in message for sign in ("_IN_PROGRESS state", "does not exist", "TerminationProtection"))
    return code_of(error) == "AlreadyExistsException" or (code_of(error) == "ValidationError" and moved)
