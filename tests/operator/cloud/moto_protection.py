"""Termination protection, which moto's CloudFormation stores but cannot change."""

from typing import Any

from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult


def update_termination_protection(self: Any) -> ActionResult:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection")
    return ActionResult({"StackId": stack.stack_id})


def add_to_moto() -> None:
    responses: Any = CloudFormationResponse
    responses.update_termination_protection = update_termination_protection
