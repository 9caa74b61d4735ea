"""The IAM action and resource of each AWS call, recorded in botocore's client."""

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any

from botocore.client import BaseClient

from tests.support.engines import REGION

ACCOUNT = "123456789012"
Asked = tuple[str, str]
"""An action and the ARN of what it acts on, of the partition of China."""
PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
"""A transaction's part -> the action that IAM wants for it."""


@contextmanager
def recorded() -> Iterator[set[Asked]]:
    """Records the requests of all clients in this process while the block runs."""
    found: set[Asked] = set()
    client: Any = BaseClient  # the stubs lack its methods
    original = client._make_api_call

    def call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        found.update(asked(self.meta.service_model.service_name, operation, arguments))
        return original(self, operation, arguments)

    client._make_api_call = call
    try:
        yield found
    finally:
        client._make_api_call = original


def asked(service: str, operation: str, arguments: dict[str, Any]) -> Iterator[Asked]:
    """Raises KeyError for an unknown call: look up its IAM action and add it."""
    if operation in ("TransactWriteItems", "TransactGetItems"):
        for item in arguments["TransactItems"]:
            for part, about in item.items():
                yield f"dynamodb:{PARTS[part]}", arn("dynamodb", f"table/{about['TableName']}")
    elif service == "dynamodb":
        index = f"/index/{arguments['IndexName']}" if "IndexName" in arguments else ""
        yield f"dynamodb:{operation}", arn("dynamodb", f"table/{arguments['TableName']}{index}")
    elif service == "sqs":
        name = arguments.get("QueueName") or arguments["QueueUrl"].rsplit("/", 1)[-1]
        yield f"sqs:{operation}", arn("sqs", name)
    elif service == "s3":
        yield f"s3:{operation}", f"arn:aws-cn:s3:::{arguments['Bucket']}/{arguments['Key']}"
    else:
        for name in arguments["Names"]:
            yield f"{service}:{operation}", arn(service, f"parameter{name}")


def arn(service: str, resource: str) -> str:
    return f"arn:aws-cn:{service}:{REGION}:{ACCOUNT}:{resource}"


def grants(document: dict[str, Any]) -> set[Asked]:
    """Yields each action of a policy with each of its resources; patterns are not expanded."""
    return {
        (action, resource)
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def allows(grant: Asked, wanted: Asked) -> bool:
    return grant[0] == wanted[0] and fnmatchcase(wanted[1], grant[1])
