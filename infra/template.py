"""Reads our CloudFormation templates as AWS does: resolves parameters and conditions.

Raises `TemplateError` for anything unknown, so that the local stack never silently lacks something that the cloud has.
Nothing here calls AWS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from infra.project import TEMPLATES

RESOURCES = TEMPLATES / "resources.yaml"
TABLE, QUEUE, BUCKET = "AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket"

_TABLE_ARGUMENTS = frozenset("TableName BillingMode AttributeDefinitions KeySchema GlobalSecondaryIndexes".split())
# Settings for the cloud only: local engines have no backups, protection or billing.
_CLOUD_ONLY = frozenset(
    "PointInTimeRecoverySpecification DeletionProtectionEnabled Tags WarmThroughput OnDemandThroughput".split()
)
_QUEUE_ATTRIBUTES = frozenset(
    "DelaySeconds MaximumMessageSize MessageRetentionPeriod ReceiveMessageWaitTimeSeconds"
    " SqsManagedSseEnabled VisibilityTimeout".split()
)
_CORS = {
    "AllowedOrigins": "AllowedOrigins",
    "AllowedMethods": "AllowedMethods",
    "AllowedHeaders": "AllowedHeaders",
    "MaxAge": "MaxAgeSeconds",
}
"""CloudFormation's names of a rule's parts, and S3's."""
_REMOVED = object()
"""Marks a property that a condition removes."""

Properties = Mapping[str, Any]


class TemplateError(ValueError):
    """The template contains something this module does not support."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue. `attributes` are CreateQueue's, all strings, without the redrive policy.

    `dead_letter` is the queue that takes messages received `max_receives` times; empty without a redrive policy.
    """

    name: str
    attributes: Mapping[str, str]
    dead_letter: str = ""
    max_receives: int = 0


@cache
def read_template(path: Path = RESOURCES) -> Mapping[str, Any]:
    """Returns the template as plain data. Raises `TemplateError` on short forms (`!Sub`): not plain YAML."""
    try:
        template = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise TemplateError(f"{path.name} is not plain YAML: {error}") from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise TemplateError(f"{path.name} has no Resources")
    return template


def resources(template: Mapping[str, Any], kind: str, **parameters: str) -> list[Properties]:
    """Returns the properties of each resource of this type. Missing parameters take their defaults."""
    resolver = _Resolver(template, parameters)
    found = [one for one in template["Resources"].values() if one["Type"] == kind]
    return [resolver.value(one["Properties"]) for one in found]


def tables(prefix: str, template: Mapping[str, Any] | None = None) -> list[Properties]:
    """Returns the arguments of CreateTable for each table."""
    found = resources(template or read_template(), TABLE, Prefix=prefix)
    return [_table(properties) for properties in found]


def queues(prefix: str, template: Mapping[str, Any] | None = None) -> list[Queue]:
    """Returns the queues in order of creation: dead-letter queues first."""
    found = [_queue(properties) for properties in resources(template or read_template(), QUEUE, Prefix=prefix)]
    ends = {queue.name for queue in found if not queue.dead_letter}
    if lost := {queue.dead_letter for queue in found if queue.dead_letter} - ends:
        raise TemplateError(f"no queue to use as dead-letter queue: {', '.join(lost)}")
    return sorted(found, key=lambda queue: queue.dead_letter != "")


@dataclass(frozen=True, slots=True)
class Bucket:
    """`cors` are the rules of PutBucketCors."""

    name: str
    cors: Sequence[Properties]


def bucket(prefix: str, account: str = "", origin: str = "https://contest.example") -> Bucket:
    """Returns the desk's bucket. Local ones have no account in their names."""
    given = {"Prefix": prefix, "Origin": origin, "AWS::AccountId": account}
    (found,) = resources(read_template(), BUCKET, **given)
    rules = [{_CORS[key]: value for key, value in one.items()} for one in found["CorsConfiguration"]["CorsRules"]]
    return Bucket(str(found["BucketName"]).removesuffix("-"), rules)


def log_groups(prefix: str) -> list[str]:
    found = resources(read_template(), "AWS::Logs::LogGroup", Prefix=prefix)
    return [str(properties["LogGroupName"]) for properties in found]


def _table(properties: Properties) -> Properties:
    _refuse_unknown(properties, _TABLE_ARGUMENTS | _CLOUD_ONLY | {"SSESpecification"})
    arguments = {key: value for key, value in properties.items() if key in _TABLE_ARGUMENTS}
    if indexes := arguments.get("GlobalSecondaryIndexes"):
        kept = [{key: value for key, value in index.items() if key not in _CLOUD_ONLY} for index in indexes]
        arguments["GlobalSecondaryIndexes"] = kept
    if encryption := properties.get("SSESpecification"):
        # CloudFormation's SSEEnabled is CreateTable's Enabled.
        arguments["SSESpecification"] = {"Enabled": encryption["SSEEnabled"]}
    return arguments


def _queue(properties: Properties) -> Queue:
    _refuse_unknown(properties, _QUEUE_ATTRIBUTES | {"QueueName", "RedrivePolicy", "Tags"})
    attributes = {key: _text(value) for key, value in properties.items() if key in _QUEUE_ATTRIBUTES}
    match properties.get("RedrivePolicy"):
        case None:
            return Queue(properties["QueueName"], attributes)
        case {"deadLetterTargetArn": str(target), "maxReceiveCount": int(times)}:
            return Queue(properties["QueueName"], attributes, target, times)
    raise TemplateError(f"unsupported redrive policy: {properties['RedrivePolicy']}")


def _text(value: bool | int | str) -> str:
    """Converts a value to a string, as SQS requires of every attribute."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_unknown(properties: Properties, known: frozenset[str]) -> None:
    if unknown := sorted(properties.keys() - known):
        raise TemplateError(f"unsupported properties: {', '.join(unknown)}")


class _Resolver:
    """Resolves the intrinsic functions our templates use. The ARN of a queue becomes the queue's name."""

    def __init__(self, template: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        declared = template.get("Parameters", {})
        defaults = {name: one["Default"] for name, one in declared.items() if "Default" in one}
        self._template, self._parameters = template, {**defaults, **parameters}

    def value(self, value: Any) -> Any:
        match value:
            case {"Ref": "AWS::NoValue"}:
                return _REMOVED
            case {"Ref": name} if name in self._parameters:
                return self._parameters[name]
            case {"Fn::Sub": str(text)}:
                return self._substituted(text)
            case {"Fn::If": [condition, yes, no]} if condition in self._template.get("Conditions", {}):
                return self.value(yes if self._is_true(self._template["Conditions"][condition]) else no)
            case {"Fn::GetAtt": [name, "Arn"]} if self._type_of(name) == QUEUE:
                return self.value(self._template["Resources"][name]["Properties"]["QueueName"])
            case dict() if any(key == "Ref" or key.startswith("Fn::") for key in value):
                raise TemplateError(f"unsupported intrinsic function: {value}")
            case dict():
                inner = {key: self.value(item) for key, item in value.items()}
                return {key: item for key, item in inner.items() if item is not _REMOVED}
            case list():
                return [self.value(item) for item in value]
        return value

    def _substituted(self, text: str) -> str:
        for name, value in self._parameters.items():
            text = text.replace(f"${{{name}}}", str(value))
        if "${" in text:
            raise TemplateError(f"unsupported intrinsic function: {text}")
        return text

    def _type_of(self, name: str) -> str:
        return str(self._template["Resources"].get(name, {}).get("Type"))

    def _is_true(self, condition: Any) -> bool:
        match condition:
            case {"Fn::Not": [inner]}:
                return not self._is_true(inner)
            case {"Fn::Equals": [one, other]}:
                return str(self.value(one)) == str(self.value(other))
        raise TemplateError(f"unsupported condition: {condition}")
