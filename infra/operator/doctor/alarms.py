"""The alarms of `infra/cloudformation/alarms.yaml`: there, heard by somebody, and which of them ring now."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.operator.doctor.findings import About, Finding, listed
from infra.operator.doctor.remedies import ALARM_STACK
from infra.operator.doctor.target import Target
from infra.template import read_template

ALARMS, TOPIC = About("告警"), About("告警通知")
TEMPLATE = Path(__file__).parents[2] / "cloudformation" / "alarms.yaml"


def names(prefix: str) -> list[str]:
    resources = read_template(TEMPLATE)["Resources"].values()
    texts = [one["Properties"]["AlarmName"]["Fn::Sub"] for one in resources if one["Type"] == "AWS::CloudWatch::Alarm"]
    return [text.replace("${Prefix}", prefix) for text in texts]


def alarms(target: Target) -> Iterator[Finding]:
    wanted = names(target.prefix)
    pages = target.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNames=wanted)
    found = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}
    yield from ALARMS.unless(_faults(wanted, found), f"{len(wanted)} 个，都有通知，没有在响的")
    for topic in sorted({action for alarm in found.values() for action in alarm["AlarmActions"] if ":sns:" in action}):
        attributes = target.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
        name = topic.rsplit(":", 1)[-1]
        if int(attributes.get("SubscriptionsConfirmed", 0)):
            yield TOPIC.ok(f"{name} 有 {attributes['SubscriptionsConfirmed']} 个已确认的订阅")
        else:
            yield TOPIC.wrong(f"{name} 没有已确认的订阅，没有人会被叫醒", "订阅该主题并确认")


def _faults(wanted: Sequence[str], found: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    if missing := [name for name in wanted if name not in found]:
        yield ALARMS.wrong(f"缺少 {listed(missing)}", ALARM_STACK)
    deaf = [name for name, one in found.items() if not (one["ActionsEnabled"] and one["AlarmActions"])]
    if deaf:
        yield ALARMS.wrong(f"没有通知：{listed(deaf)}", ALARM_STACK)
    if ringing := [name for name, one in found.items() if one["StateValue"] == "ALARM"]:
        yield ALARMS.warning(f"正在响：{'、'.join(ringing)}", "告警说明里写有处理办法")
