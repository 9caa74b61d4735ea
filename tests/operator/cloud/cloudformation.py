"""A CloudFormation in memory: stacks change and fail as a test says, and every call is recorded.

`tests/operator/cloud/test_contract.py` compares it with moto's, as far as that one goes.
"""

# ruff: noqa: N803 - the arguments have boto3's names

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import yaml
from botocore.exceptions import ClientError
from botocore.waiter import NormalizedOperationMethod, Waiter, WaiterModel

from tests.support.engines import REGION

_CLIENT: Any = boto3.client("cloudformation", region_name=REGION)
WAITERS = WaiterModel(_CLIENT._get_waiter_config())


def refusal(code: str, message: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@dataclass
class Known:
    status: str
    parameters: dict[str, str] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=dict)
    is_protected: bool = False


@dataclass
class FakeCloudFormation:
    """`fails`: why a resource cannot be made or deleted, by its name. `replaces`: those an update would replace.

    `interfere` is called once, with the operation's name, before the operation it is set for.
    """

    stacks: dict[str, Known] = field(default_factory=dict)
    events: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    fails: dict[str, str] = field(default_factory=dict)
    replaces: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    interfere: dict[str, Callable[[], None]] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def create_stack(
        self,
        StackName: str,
        TemplateBody: str,
        Parameters: list[dict[str, Any]],
        DisableRollback: bool,
        StackPolicyBody: str = "{}",
        EnableTerminationProtection: bool = False,
    ) -> None:
        self._called("create_stack")
        if StackName in self.stacks:
            raise refusal("AlreadyExistsException", f"Stack [{StackName}] already exists", "CreateStack")
        resources, parameters = _read(TemplateBody, Parameters, {}, "CreateStack")
        stack = Known("CREATE_IN_PROGRESS", parameters, {}, json.loads(StackPolicyBody), EnableTerminationProtection)
        self.stacks[StackName] = stack
        self._apply(StackName, "CREATE", resources, self._failed(resources), DisableRollback)

    def update_stack(
        self, StackName: str, TemplateBody: str, Parameters: list[dict[str, Any]], DisableRollback: bool
    ) -> None:
        self._called("update_stack")
        stack = self._known(StackName, "UpdateStack")
        if stack.status.endswith("_IN_PROGRESS"):
            message = f"Stack:{StackName} is in {stack.status} state and can not be updated."
            raise refusal("ValidationError", message, "UpdateStack")
        resources, parameters = _read(TemplateBody, Parameters, stack.parameters, "UpdateStack")
        touched = resources.keys() & self.replaces
        if (resources, parameters) == (stack.resources, stack.parameters) and not touched:
            raise refusal("ValidationError", "No updates are to be performed.", "UpdateStack")
        if not DisableRollback and stack.status.endswith("_FAILED"):
            raise refusal("ValidationError", "please use the disable-rollback parameter", "UpdateStack")
        denied = self._denied(stack, resources)
        if DisableRollback and touched - denied.keys():
            raise refusal("ValidationError", "Replacement type updates not supported", "UpdateStack")
        stack.parameters = parameters if DisableRollback or not self._failed(resources) else stack.parameters
        self._apply(StackName, "UPDATE", resources, denied or self._failed(resources), DisableRollback)

    def delete_stack(self, StackName: str) -> None:
        self._called("delete_stack")
        stack = self._known(StackName, "DeleteStack")
        if stack.is_protected:
            raise refusal("ValidationError", "cannot be deleted while TerminationProtection is enabled", "DeleteStack")
        if failed := self._failed(stack.resources):
            self._end(StackName, "DELETE", failed)
        else:
            del self.stacks[StackName]

    def set_stack_policy(self, StackName: str, StackPolicyBody: str) -> None:
        self._called("set_stack_policy")
        self._known(StackName, "SetStackPolicy").policy = json.loads(StackPolicyBody)

    def update_termination_protection(self, StackName: str, EnableTerminationProtection: bool) -> None:
        self._called("update_termination_protection")
        self._known(StackName, "UpdateTerminationProtection").is_protected = EnableTerminationProtection

    def get_template(self, StackName: str) -> dict[str, str]:
        return {"TemplateBody": yaml.safe_dump({"Resources": self.stacks[StackName].resources})}

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        self._called("describe_stacks")
        stack = self._known(StackName, "DescribeStacks")
        found = {
            "StackStatus": stack.status,
            "Parameters": _parameters("Parameter", stack.parameters),
            "Outputs": _parameters("Output", self.outputs),
            "EnableTerminationProtection": stack.is_protected,
        }
        return {"Stacks": [found]}

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:
        return {"StackEvents": list(reversed(self.events.get(StackName, [])))}

    def get_waiter(self, name: str) -> Waiter:
        """botocore's own, with this one's answers."""
        config: Any = WAITERS.get_waiter("".join(part.capitalize() for part in name.split("_")))
        ask: Any = self.describe_stacks
        return Waiter(name, config, NormalizedOperationMethod(ask))

    def get_paginator(self, operation: str) -> Any:
        class Paginator:
            def paginate(_, **given: str) -> Any:  # noqa: N805 - `self` is the cloud
                yield getattr(self, operation)(**given)

        return Paginator()

    def _known(self, name: str, operation: str) -> Known:
        if name not in self.stacks:
            raise refusal("ValidationError", f"Stack with id {name} does not exist", operation)
        return self.stacks[name]

    def _failed(self, resources: Mapping[str, Any]) -> dict[str, str]:
        return {name: why for name, why in self.fails.items() if name in resources}

    def _denied(self, stack: Known, resources: Mapping[str, Any]) -> dict[str, str]:
        """The changes that the stack's policy forbids, by the resource's name."""
        lost = {name: "Update:Delete" for name in stack.resources if name not in resources}
        lost |= {name: "Update:Replace" for name in resources if name in self.replaces}
        return {
            name: f"Action denied by stack policy: Statement [#1] does not allow [{action}]"
            for name, action in lost.items()
            if _is_denied(stack.policy, action, {**resources, **stack.resources}[name]["Type"])
        }

    def _apply(self, name: str, begun: str, resources: dict[str, Any], failed: Mapping[str, str], keeps: bool) -> None:
        stack = self.stacks[name]
        kept = {one: stack.resources[one] for one in failed if one in stack.resources}
        if keeps or not failed:
            stack.resources = {one: resource for one, resource in resources.items() if one not in failed} | kept
        self._end(name, begun, failed, rolls_back=not keeps)

    def _end(self, name: str, begun: str, failed: Mapping[str, str], rolls_back: bool = False) -> None:
        def event(resource: str, kind: str, status: str, why: str = "") -> None:
            made = {"LogicalResourceId": resource, "ResourceType": kind}
            self.events.setdefault(name, []).append({**made, "ResourceStatus": status, "ResourceStatusReason": why})

        stack = self.stacks[name]
        event(name, "AWS::CloudFormation::Stack", f"{begun}_IN_PROGRESS")
        for resource, why in failed.items():
            event(resource, "AWS::Some::Thing", f"{begun}_FAILED", why)
            event("Another", "AWS::Some::Thing", f"{begun}_FAILED", "Resource creation cancelled")
        rolled_back = "ROLLBACK_COMPLETE" if begun == "CREATE" else "UPDATE_ROLLBACK_COMPLETE"
        after_failure = rolled_back if rolls_back else f"{begun}_FAILED"
        stack.status = after_failure if failed else f"{begun}_COMPLETE"
        event(name, "AWS::CloudFormation::Stack", stack.status)

    def _called(self, operation: str) -> None:
        self.calls.append(operation)
        if interfering := self.interfere.pop(operation, None):
            interfering()


def _read(
    template: str, given: list[dict[str, Any]], before: Mapping[str, str], operation: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Resources and parameters."""
    content = yaml.load(template, Loader=yaml.CSafeLoader)
    parameters = {key: str(one["Default"]) for key, one in content["Parameters"].items() if "Default" in one}
    for one in given:
        key = one["ParameterKey"]
        parameters[key] = before[key] if one.get("UsePreviousValue") else one["ParameterValue"]
    if foreign := parameters.keys() - content["Parameters"].keys():
        raise refusal("ValidationError", f"Parameters: {sorted(foreign)} do not exist in the template", operation)
    if missing := content["Parameters"].keys() - parameters.keys():
        raise refusal("ValidationError", f"Parameters: {sorted(missing)} must have values", operation)
    return content["Resources"], parameters


def _parameters(kind: str, values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{f"{kind}Key": key, f"{kind}Value": value} for key, value in values.items()]


def _is_denied(policy: Mapping[str, Any], action: str, kind: str) -> bool:
    """A denial overrides every permission. If there is a policy, a change that nothing allows is denied too."""
    fitting = [one for one in policy.get("Statement", []) if _fits(one, action, kind)]
    return any(one["Effect"] == "Deny" for one in fitting) or (bool(policy) and not fitting)


def _fits(statement: Mapping[str, Any], action: str, kind: str) -> bool:
    kinds = statement.get("Condition", {}).get("StringEquals", {}).get("ResourceType", [kind])
    return kind in kinds and (action in statement["Action"] or statement["Action"] == "Update:*")
