"""Reads the deployed resources, and the data that the deployed functions left in the tables."""

from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tests.rehearsal.cloned_project import PREFIX
from tests.rehearsal.rehearsal_environment import API_STAGE, DOMAIN, RehearsalEnvironment


def functions(env: RehearsalEnvironment) -> dict[str, Any]:
    """Configurations by name."""
    return {one["FunctionName"]: one for one in env.client("lambda").list_functions()["Functions"]}


def rules(env: RehearsalEnvironment) -> dict[str, str]:
    """Schedules by rule, for rules that have a target."""
    events = env.client("events")
    found = events.list_rules(NamePrefix=PREFIX)["Rules"]
    return {
        one["Name"]: one["ScheduleExpression"]
        for one in found
        if events.list_targets_by_rule(Rule=one["Name"])["Targets"]
    }


def subscriptions(env: RehearsalEnvironment) -> dict[str, str]:
    """Functions by queue."""
    found = env.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return {_last(one["EventSourceArn"]): _last(one["FunctionArn"]) for one in found}


def remains(env: RehearsalEnvironment) -> list[str]:
    """Returns the names of all resources that a deployment makes, and that its deletion must remove, once the domain
    exists."""
    roles = env.client("iam").list_roles()["Roles"]
    apis = env.client("apigateway").get_rest_apis()["items"]
    names = [*functions(env), *rules(env), *subscriptions(env), *(role["RoleName"] for role in roles)]
    mapped = env.client("apigateway").get_base_path_mappings(domainName=DOMAIN)["items"]
    ours = [name for name in names if name.startswith(PREFIX)]
    return [*ours, *(api["name"] for api in apis), *(f"{DOMAIN} → {one['restApiId']}" for one in mapped)]


def bind_domain(env: RehearsalEnvironment) -> None:
    """Maps the public address to the API, as docs/deploy.md does."""
    api = env.client("apigateway")
    (deployed,) = api.get_rest_apis()["items"]
    arn = "arn:aws-cn:acm:cn-north-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    api.create_domain_name(domainName=DOMAIN, regionalCertificateArn=arn, endpointConfiguration={"types": ["REGIONAL"]})
    api.create_base_path_mapping(domainName=DOMAIN, restApiId=deployed["id"], stage=API_STAGE)


def switches(env: RehearsalEnvironment, contest_id: str) -> dict[str, Any]:
    """The item of the control table, as plain values; empty when there is none."""
    key = {"contest_id": {"S": contest_id}, "name": {"S": "switches"}}
    found = env.client("dynamodb").get_item(TableName=f"{PREFIX}-control", Key=key, ConsistentRead=True)
    read = TypeDeserializer().deserialize
    return {name: read(value) for name, value in found.get("Item", {}).items()}


def items(env: RehearsalEnvironment) -> dict[str, int]:
    """The number of items in each table."""
    count = env.client("dynamodb").scan
    return {table: int(count(TableName=table, Select="COUNT")["Count"]) for table in tables(env)}


def tables(env: RehearsalEnvironment) -> list[str]:
    return list(env.client("dynamodb").list_tables()["TableNames"])


def queues(env: RehearsalEnvironment) -> list[str]:
    """Their URLs."""
    return list(env.client("sqs").list_queues().get("QueueUrls", []))


def stacks(env: RehearsalEnvironment) -> list[str]:
    """Names of those that are not deleted."""
    found = env.client("cloudformation").describe_stacks()["Stacks"]
    return [one["StackName"] for one in found if one["StackStatus"] != "DELETE_COMPLETE"]


def waiting(env: RehearsalEnvironment, queue: str) -> int:
    """Messages of the queue that have not been processed completely."""
    sqs = env.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-{queue}")["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def function_logs(env: RehearsalEnvironment) -> list[str]:
    """The functions' log lines, each with the function's name."""
    logs = env.client("logs")
    lines = []
    for group in logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{PREFIX}")["logGroups"]:
        name = group["logGroupName"]
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
            for event in page["events"]:
                at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC).strftime("%H:%M:%S")
                lines.append(f"{at} {name.rsplit('/', 1)[-1]} {event['message'].rstrip()}")
    return lines


def _last(arn: str) -> str:
    return arn.rsplit(":", 1)[-1]
