"""A CloudFormation that is played: stacks change when told so, fail when told so, and record what was asked.

`tests/operator/cloud/test_contract.py` holds it against moto's, as far as that one goes.
"""

# ruff: noqa: N803 - the arguments have boto3's names

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from botocore.exceptions import ClientError


def refusal(code: str, message: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@dataclass
class Known:
    status: str
    parameters: dict[str, str] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)


@dataclass
class ChangeSet:
    stack: str
    parameters: dict[str, str]
    resources: dict[str, Any]
    changes: list[dict[str, Any]]


@dataclass
class FakeCloudFormation:
    """`fails`: why a resource cannot be made or deleted, by its name. `replaces`: those an update would make anew.

    `interfere` is called once, with the operation's name, before the operation it is told for.
    """

    stacks: dict[str, Known] = field(default_factory=dict)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    events: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    fails: dict[str, str] = field(default_factory=dict)
    replaces: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    interfere: dict[str, Callable[[], None]] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    def create_change_set(
        self,
        StackName: str,
        ChangeSetName: str,
        ChangeSetType: str,
        TemplateBody: str,
        Parameters: list[dict[str, Any]],
    ) -> None:
        self._called("create_change_set")
        stack = self.stacks.get(StackName)
        fresh = stack is None or stack.status == "REVIEW_IN_PROGRESS"
        if (ChangeSetType == "CREATE") != fresh:
            raise refusal("ValidationError", f"Stack [{StackName}] is not as the change set has it", "CreateChangeSet")
        stack = self.stacks.setdefault(StackName, Known("REVIEW_IN_PROGRESS"))
        if stack.status.endswith("_IN_PROGRESS") and not fresh:
            raise refusal("ValidationError", f"Stack:{StackName} is in {stack.status} state", "CreateChangeSet")
        template = yaml.safe_load(TemplateBody)
        parameters = {key: str(one["Default"]) for key, one in template["Parameters"].items() if "Default" in one}
        for one in Parameters:
            key = one["ParameterKey"]
            parameters[key] = stack.parameters[key] if one.get("UsePreviousValue") else one["ParameterValue"]
        if foreign := parameters.keys() - template["Parameters"].keys():
            raise refusal("ValidationError", f"Parameters: {sorted(foreign)} do not exist", "CreateChangeSet")
        if missing := template["Parameters"].keys() - parameters.keys():
            raise refusal("ValidationError", f"Parameters: {sorted(missing)} must have values", "CreateChangeSet")
        changes = self._changes(stack, template["Resources"], parameters)
        self.change_sets[ChangeSetName] = ChangeSet(StackName, parameters, template["Resources"], changes)

    def describe_change_set(self, StackName: str, ChangeSetName: str) -> dict[str, Any]:
        self._called("describe_change_set")
        if ChangeSetName not in self.change_sets:
            raise refusal("ChangeSetNotFound", f"ChangeSet [{ChangeSetName}] does not exist", "DescribeChangeSet")
        found = self.change_sets[ChangeSetName]
        if found.changes:
            return {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": one} for one in found.changes]}
        return {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes.", "Changes": []}

    def delete_change_set(self, StackName: str, ChangeSetName: str) -> None:
        self._called("delete_change_set")
        if self.change_sets.pop(ChangeSetName, None) is None:
            raise refusal("ChangeSetNotFound", f"ChangeSet [{ChangeSetName}] does not exist", "DeleteChangeSet")

    def execute_change_set(self, StackName: str, ChangeSetName: str, DisableRollback: bool) -> None:
        self._called("execute_change_set")
        if ChangeSetName not in self.change_sets:
            raise refusal("ChangeSetNotFound", f"ChangeSet [{ChangeSetName}] does not exist", "ExecuteChangeSet")
        wanted = self.change_sets[ChangeSetName]
        if DisableRollback and any(change.get("Replacement") == "True" for change in wanted.changes):
            raise refusal("ValidationError", "Replacement type updates not supported", "ExecuteChangeSet")
        if not DisableRollback and self.stacks[StackName].status.endswith("_FAILED"):
            raise refusal("ValidationError", "please use the disable-rollback parameter", "ExecuteChangeSet")
        # Whatever else was planned for the stack was planned for what it is no more.
        self.change_sets = {name: one for name, one in self.change_sets.items() if one.stack != StackName}
        stack = self.stacks[StackName]
        begun = "CREATE" if stack.status == "REVIEW_IN_PROGRESS" else "UPDATE"
        stack.parameters = wanted.parameters
        failed = {name: why for name, why in self.fails.items() if name in wanted.resources}
        stack.resources = {name: one for name, one in wanted.resources.items() if name not in failed}
        self._end(StackName, begun, failed, rolls_back=not DisableRollback)

    def delete_stack(self, StackName: str) -> None:
        self._called("delete_stack")
        failed = {name: why for name, why in self.fails.items() if name in self.stacks[StackName].resources}
        if failed:
            self._end(StackName, "DELETE", failed)
        else:
            del self.stacks[StackName]

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        self._called("describe_stacks")
        if StackName not in self.stacks:
            raise refusal("ValidationError", f"Stack with id {StackName} does not exist", "DescribeStacks")
        stack = self.stacks[StackName]
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()]
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        return {"Stacks": [{"StackStatus": stack.status, "Parameters": parameters, "Outputs": outputs}]}

    def get_paginator(self, operation: str) -> Any:
        class Paginator:
            def paginate(_, **given: str) -> Any:  # noqa: N805 - `self` is the cloud
                yield getattr(self, operation)(**given)

        return Paginator()

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:
        return {"StackEvents": list(reversed(self.events.get(StackName, [])))}

    def _changes(self, stack: Known, resources: Mapping[str, Any], parameters: dict[str, str]) -> list[dict[str, Any]]:
        def change(action: str, name: str, one: Any, replaced: bool = False) -> dict[str, Any]:
            said = {"Replacement": str(replaced)} if action == "Modify" else {}
            return {"Action": action, "LogicalResourceId": name, "ResourceType": one["Type"], **said}

        added = [change("Add", name, one) for name, one in resources.items() if name not in stack.resources]
        removed = [change("Remove", name, one) for name, one in stack.resources.items() if name not in resources]
        touched = [
            change("Modify", name, one, name in self.replaces)
            for name, one in resources.items()
            if name in stack.resources
            and (one != stack.resources[name] or parameters != stack.parameters or name in self.replaces)
        ]
        return added + removed + touched

    def _end(self, name: str, begun: str, failed: Mapping[str, str], rolls_back: bool = False) -> None:
        def event(resource: str, kind: str, status: str, why: str = "") -> None:
            number = str(sum(map(len, self.events.values())))
            said = {"ResourceStatus": status, "ResourceStatusReason": why}
            told = self.events.setdefault(name, [])
            told.append({"EventId": number, "LogicalResourceId": resource, "ResourceType": kind, **said})

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
