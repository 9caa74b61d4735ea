"""Creates the tables and queues of the cloud's template, `infra/cloudformation/resources.yaml`, on local engines."""

import json
from typing import TYPE_CHECKING, Any

from infra.template import Queue, queues, tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient


def create_all(dynamodb: "DynamoDBClient", sqs: "SQSClient", prefix: str) -> None:
    """Creates missing tables and queues, and waits until the tables are active. Leaves existing ones unchanged."""
    create_tables(dynamodb, prefix)
    create_queues(sqs, prefix)


def create_tables(dynamodb: "DynamoDBClient", prefix: str) -> None:
    """Creates the tables only, for tests that need no queue."""
    wanted = tables(prefix)
    for arguments in wanted:
        try:
            dynamodb.create_table(**arguments)
        except dynamodb.exceptions.ResourceInUseException:
            continue
    for arguments in wanted:
        pace: Any = {"Delay": 1, "MaxAttempts": 60}
        dynamodb.get_waiter("table_exists").wait(TableName=arguments["TableName"], WaiterConfig=pace)


def create_queues(sqs: "SQSClient", prefix: str) -> None:
    """Creates the queues only."""
    for queue in queues(prefix):
        if _queue_url(sqs, queue.name) is None:
            sqs.create_queue(QueueName=queue.name, Attributes=_attributes(sqs, queue))


def delete_all(dynamodb: "DynamoDBClient", sqs: "SQSClient", prefix: str) -> None:
    """Deletes the tables and queues of `prefix` with their contents. Missing ones are not an error."""
    delete_tables(dynamodb, prefix)
    for queue in queues(prefix):
        if url := _queue_url(sqs, queue.name):
            sqs.delete_queue(QueueUrl=url)


def delete_tables(dynamodb: "DynamoDBClient", prefix: str) -> None:
    """Deletes the tables only."""
    for arguments in tables(prefix):
        try:
            dynamodb.delete_table(TableName=arguments["TableName"])
        except dynamodb.exceptions.ResourceNotFoundException:
            continue


def _queue_url(sqs: "SQSClient", name: str) -> str | None:
    try:
        return sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        return None


def _attributes(sqs: "SQSClient", queue: Queue) -> dict[Any, str]:
    """Returns the attributes including the redrive policy, so that no queue ever exists without it."""
    if not queue.dead_letter:
        return dict(queue.attributes)
    url = sqs.get_queue_url(QueueName=queue.dead_letter)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": queue.max_receives})
    return {**queue.attributes, "RedrivePolicy": redrive}
