"""Reads `infra/cloudformation/resources.yaml`: which tables and queues it describes, as the arguments that create them.

Nothing here talks to AWS. What is not understood is refused with `TemplateError`, so that the local stack
never silently lacks something the cloud has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

RESOURCES = Path(__file__).parent / "cloudformation" / "resources.yaml"

_TABLE_ARGUMENTS = frozenset(
    "TableName BillingMode AttributeDefinitions KeySchema GlobalSecondaryIndexes LocalSecondaryIndexes".split()
)
# Settings of the cloud alone: no local engine keeps backups, protects or bills anything.
_TABLE_CLOUD_ONLY = frozenset(
    "PointInTimeRecoverySpecification DeletionProtectionEnabled Tags WarmThroughput OnDemandThroughput".split()
)
_QUEUE_ATTRIBUTES = frozenset(
    "DelaySeconds MaximumMessageSize MessageRetentionPeriod ReceiveMessageWaitTimeSeconds"
    " SqsManagedSseEnabled VisibilityTimeout".split()
)


class TemplateError(ValueError):
    """The template holds something that cannot be created locally."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue to create: `attributes` as CreateQueue takes them, all strings, without the redrive policy.

    `dead_letter` names the queue for messages received `max_receives` times; its ARN is known only once it
    exists. None means that there is no redrive policy.
    """

    name: str
    attributes: Mapping[str, str]
    dead_letter: str | None = None
    max_receives: int = 0


@dataclass(frozen=True, slots=True)
class Provision:
    """`tables`: arguments of CreateTable. `ttl`: the attribute that holds the expiry, by table name.

    `queues` are in the order to create them: dead-letter queues first. `log_groups`: their names.
    """

    tables: tuple[Mapping[str, Any], ...]
    ttl: Mapping[str, str]
    queues: tuple[Queue, ...]
    log_groups: tuple[str, ...]


def read_template(path: Path = RESOURCES) -> Mapping[str, Any]:
    """The template as plain data. Raises `TemplateError` on short forms (`!Sub`): not plain YAML."""
    try:
        template = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise TemplateError(f"{path.name} is not plain YAML: {error}") from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise TemplateError(f"{path.name} has no Resources")
    return template


def wanted(prefix: str) -> Provision:
    """What our own template makes for a deployment."""
    return provision(read_template(), prefix)


def provision(template: Mapping[str, Any], prefix: str) -> Provision:
    """What to create when the parameter `Prefix` is `prefix`; resources of other types are passed over.

    Raises `TemplateError` on intrinsics and properties that are unknown here.
    """
    resources: Mapping[str, Any] = template["Resources"]
    tables: list[Mapping[str, Any]] = []
    ttl: dict[str, str] = {}
    queues: list[Queue] = []
    log_groups: list[str] = []
    for name, resource in resources.items():
        if resource["Type"] == "AWS::DynamoDB::Table":
            properties = _resolved(_local(resource["Properties"]), prefix)
            tables.append(_table(name, properties))
            if expiry := properties.get("TimeToLiveSpecification"):
                ttl[properties["TableName"]] = expiry["AttributeName"]
        elif resource["Type"] == "AWS::SQS::Queue":
            queues.append(_queue(name, resources, prefix))
        elif resource["Type"] == "AWS::Logs::LogGroup":
            log_groups.append(_resolved(resource["Properties"]["LogGroupName"], prefix))
    queues.sort(key=lambda queue: queue.dead_letter is not None)
    return Provision(tuple(tables), ttl, tuple(queues), tuple(log_groups))


def _local(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A table's properties, and its indexes', without those of the cloud alone, whose conditions stay unresolved."""
    kept = {key: value for key, value in properties.items() if key not in _TABLE_CLOUD_ONLY}
    if indexes := kept.get("GlobalSecondaryIndexes"):
        kept["GlobalSecondaryIndexes"] = [_local(index) for index in indexes]
    return kept


def _table(name: str, properties: Mapping[str, Any]) -> Mapping[str, Any]:
    _refuse_unknown(
        name,
        properties,
        _TABLE_ARGUMENTS | {"SSESpecification", "TimeToLiveSpecification"},
    )
    arguments = {key: value for key, value in properties.items() if key in _TABLE_ARGUMENTS}
    if encryption := properties.get("SSESpecification"):
        # CloudFormation says SSEEnabled where CreateTable says Enabled; the rest is alike.
        rest = {key: value for key, value in encryption.items() if key != "SSEEnabled"}
        arguments["SSESpecification"] = {"Enabled": encryption["SSEEnabled"], **rest}
    return arguments


def _queue(name: str, resources: Mapping[str, Any], prefix: str) -> Queue:
    properties = {key: value for key, value in resources[name]["Properties"].items() if key != "Tags"}
    redrive = properties.pop("RedrivePolicy", None)
    properties = _resolved(properties, prefix)
    _refuse_unknown(name, properties, _QUEUE_ATTRIBUTES | {"QueueName"})
    attributes = {key: _text(value) for key, value in properties.items() if key in _QUEUE_ATTRIBUTES}
    if redrive is None:
        return Queue(properties["QueueName"], attributes)
    match redrive:
        case {"deadLetterTargetArn": {"Fn::GetAtt": [str(target), "Arn"]}, "maxReceiveCount": int(times)}:
            dead = resources.get(target, {})
        case _:
            raise TemplateError(f"{name}: a redrive policy of another form than expected: {redrive}")
    if dead.get("Type") != "AWS::SQS::Queue" or "RedrivePolicy" in dead["Properties"]:
        raise TemplateError(f"{name}: {target} is no queue that ends there")
    return Queue(properties["QueueName"], attributes, _resolved(dead["Properties"]["QueueName"], prefix), times)


def _resolved(value: Any, prefix: str) -> Any:
    """The value with `Prefix` put in. Raises `TemplateError` on any other reference or intrinsic."""
    match value:
        case {"Ref": "Prefix"}:
            return prefix
        case {"Fn::Sub": str(text)} if "${" not in text.replace("${Prefix}", ""):
            return text.replace("${Prefix}", prefix)
        case dict() if any(key == "Ref" or key.startswith("Fn::") for key in value):
            raise TemplateError(f"an intrinsic that is not known here: {value}")
        case dict():
            return {key: _resolved(item, prefix) for key, item in value.items()}
        case list():
            return [_resolved(item, prefix) for item in value]
    return value


def _text(value: bool | int | str) -> str:
    """SQS takes every attribute as a string."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_unknown(name: str, properties: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(properties.keys() - known):
        raise TemplateError(f"{name}: properties that are not known here: {', '.join(unknown)}")
