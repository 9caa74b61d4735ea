"""Chalice's command with a replacement for the import of Swagger documents, which the emulator lacks.

    python -m tests.rehearsal.chalice_cli deploy --stage …

Only the test uses this; a real account gets Chalice's own command. Nothing of the application is imported here:
Chalice imports it from the folder that it deploys.
"""

import sys
from collections.abc import Mapping
from typing import Any

from chalice.awsclient import TypedAWSClient
from chalice.cli import main

from tests.rehearsal.rest_api import import_document, overwrite_document

# The emulator is ready in half a second; botocore would check only every five seconds.
_SOON = {"Delay": 1, "MaxAttempts": 60}


class EmulatorClient(TypedAWSClient):
    """Four methods that replace Chalice's own."""

    def import_rest_api(self, swagger_document: Mapping[str, Any], endpoint_type: str) -> str:
        return import_document(self._client("apigateway"), swagger_document, endpoint_type)

    def update_api_from_swagger(self, rest_api_id: str, swagger_document: Mapping[str, Any]) -> None:
        overwrite_document(self._client("apigateway"), rest_api_id, swagger_document)

    def _wait_for_active(self, function_name: str) -> None:
        waiter = self._client("lambda").get_waiter("function_active")
        waiter.wait(FunctionName=function_name, WaiterConfig=_SOON)

    def _wait_for_function_update(self, function_name: str) -> None:
        waiter = self._client("lambda").get_waiter("function_updated")
        waiter.wait(FunctionName=function_name, WaiterConfig=_SOON)


def put_in_place() -> None:
    """Chalice makes its client in several modules, so its class is changed rather than replaced."""
    for name, method in vars(EmulatorClient).items():
        if callable(method) and hasattr(TypedAWSClient, name):
            setattr(TypedAWSClient, name, method)


if __name__ == "__main__":
    put_in_place()
    sys.exit(main())
