"""Deploys a stack through a change set: what would be done is looked at before anything is done; safe to repeat.

A deployment that fails keeps what it made, and the next run carries on from there. A rollback would leave tables that
no stack knows, because they are retained and protected, and a warm throughput cannot be rolled back at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import yaml
from botocore.exceptions import ClientError

from chalicelib.adapters.clock import new_id
from infra.operator.cloud.stack_words import NEW, READY, UPDATABLE, advice, is_not_begun
from infra.operator.cloud.stacks import Stack, Stacks
from infra.operator.operator_errors import OperatorError, code_of, message_of

_TRIES = 5
_OVERTAKEN = frozenset("AlreadyExistsException ChangeSetNotFound InvalidChangeSetStatus ValidationError".split())
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True, slots=True)
class Change:
    """`action` is Add, Modify or Remove; `replaced` when the resource would be made anew."""

    action: str
    resource: str
    kind: str
    replaced: bool


Check = Callable[[Sequence[Change]], None]
"""Looks at what would be done; raises OperatorError to have nothing done."""


class _Overtaken(Exception):
    """Somebody else changed the stack meanwhile."""


def deploy(stacks: Stacks, name: str, template: str, given: Mapping[str, str], check: Check) -> int:
    """Creates or updates it and waits. Returns how many resources changed, 0 when it was so already.

    `given` are the parameters to set; those set earlier keep their values. Two at once come to the same end.
    Raises OperatorError.
    """
    for _ in range(_TRIES):
        try:
            return _Deployment(stacks, name, template, given, check).run()
        except _Overtaken:
            continue
    raise OperatorError(f"栈 {name} 正由另一处反复更改，请稍后再执行；重复执行是安全的。")


class _Deployment:
    """One try, with a change set of its own."""

    def __init__(self, stacks: Stacks, name: str, template: str, given: Mapping[str, str], check: Check) -> None:
        self._stacks, self._client, self._name = stacks, stacks.client, name
        self._template, self._given, self._check = template, given, check
        self._own = {"StackName": name, "ChangeSetName": f"up-{new_id()}"}

    def run(self) -> int:
        stack = self._stacks.settled(self._name)
        if stack and stack.status not in UPDATABLE | {NEW}:
            raise OperatorError(advice(self._name, stack.status))
        try:
            self._propose(stack)
            changes = self._proposed()
            if changes is None:
                self._drop()
                return self._unchanged(stack)
            self._check(changes)
            return self._execute(changes, stack is not None and stack.status.endswith("_FAILED"))
        except ClientError as error:
            if _is_unchanged(message_of(error)):
                return self._unchanged(stack)
            if code_of(error) in _OVERTAKEN and self._stacks.find(self._name) != stack:
                raise _Overtaken from error
            raise
        except OperatorError:
            self._drop()
            raise

    def _propose(self, stack: Stack | None) -> None:
        fresh = stack is None or stack.status == NEW
        known: Mapping[str, str] = {} if stack is None or fresh else stack.parameters
        # One that the template has no more would be refused.
        declared = yaml.safe_load(self._template)["Parameters"]
        kept = [key for key in known if key in declared and key not in self._given]
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in self._given.items()]
        self._client.create_change_set(
            **self._own,
            ChangeSetType="CREATE" if fresh else "UPDATE",
            TemplateBody=self._template,
            Parameters=parameters + [{"ParameterKey": key, "UsePreviousValue": True} for key in kept],
        )

    def _proposed(self) -> list[Change] | None:
        """None when everything is so already."""
        for _ in self._stacks.looks():
            found = self._client.describe_change_set(**self._own)
            if found["Status"] == "CREATE_COMPLETE":
                return self._changes()
            if found["Status"] == "FAILED":
                reason = found.get("StatusReason", "")
                if _is_unchanged(reason):
                    return None
                raise OperatorError(f"栈 {self._name} 的改动不成立：{reason}")
        raise OperatorError(f"AWS 一直没有算出栈 {self._name} 的改动，请稍后再执行。")

    def _changes(self) -> list[Change]:
        pages = self._client.get_paginator("describe_change_set").paginate(**self._own)
        found = [change["ResourceChange"] for page in pages for change in page["Changes"]]
        return [
            # "Conditional" is let pass: our tables and queues have names of their own, and CloudFormation itself
            # refuses to replace such a one; it says so also where an index is added.
            Change(one["Action"], one["LogicalResourceId"], one["ResourceType"], one.get("Replacement") == "True")
            for one in found
        ]

    def _execute(self, changes: Sequence[Change], unfinished: bool) -> int:
        # Refused by AWS where something is replaced, and demanded where the last run failed.
        keep = unfinished or not any(one.replaced for one in changes)
        before = self._stacks.last_event(self._name)
        self._client.execute_change_set(**self._own, DisableRollback=keep)
        after = self._stacks.settled(self._name, is_not_begun)
        status = after.status if after else "DELETE_COMPLETE"
        if status not in READY:
            raise OperatorError(self._stacks.failure(self._name, status, before))
        return len(changes)

    def _unchanged(self, stack: Stack | None) -> int:
        if stack is None or stack.status.endswith("_FAILED"):
            state = stack.status if stack else NEW
            raise OperatorError(f"栈 {self._name}（{state}）没有建完，而 AWS 看不出有什么要改：请在控制台查看。")
        return 0

    def _drop(self) -> None:
        """Not needed any more; one that stays behind does no harm."""
        try:
            self._client.delete_change_set(**self._own)
        except ClientError:
            return


def _is_unchanged(reason: str) -> bool:
    return any(words in reason for words in _NO_CHANGES)
