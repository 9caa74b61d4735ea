"""Creates on local engines what `infra/cloudformation/resources.yaml` makes in the cloud: tables, queues, a bucket."""

import json
from typing import TYPE_CHECKING, Any

from infra.template import Queue, bucket, queues, tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sqs import SQSClient

REGION_WITHOUT_CONSTRAINT = "us-east-1"
"""S3 refuses to be told this region's name."""


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


def create_bucket(s3: Any, prefix: str, origin: str, account: str = "") -> str:
    """Creates the desk's bucket, into which pages of `origin` may send files. Returns its name. May be repeated."""
    wanted, region = bucket(prefix, account, origin), s3.meta.region_name
    if wanted.name not in _buckets(s3):
        place = {} if region == REGION_WITHOUT_CONSTRAINT else {"LocationConstraint": region}
        s3.create_bucket(Bucket=wanted.name, **({"CreateBucketConfiguration": place} if place else {}))
    s3.put_bucket_cors(Bucket=wanted.name, CORSConfiguration={"CORSRules": list(wanted.cors)})
    return wanted.name


def delete_bucket(s3: Any, name: str) -> None:
    """Deletes the bucket with its files. A missing one is not an error."""
    if name not in _buckets(s3):
        return
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
        if keys := [{"Key": one["Key"]} for one in page.get("Contents", [])]:
            s3.delete_objects(Bucket=name, Delete={"Objects": keys})
    s3.delete_bucket(Bucket=name)


def _buckets(s3: Any) -> set[str]:
    return {one["Name"] for one in s3.list_buckets()["Buckets"]}


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
