"""Alarms watch existing queues, functions, tables and metrics by their real names, and say what to do."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.opening import cost
from infra.project import ROOT
from infra.template import read_template
from tests.infra.test_functions import FUNCTIONS
from tests.infra.test_logs import METRICS
from tests.support.commands import unknown

TEMPLATE: dict[str, Any] = yaml.safe_load(
    (ROOT / "infra" / "cloudformation" / "alarms.yaml").read_text(encoding="utf-8")
)
ALARMS = {
    name: resource["Properties"]
    for name, resource in TEMPLATE["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}
DASHBOARD = TEMPLATE["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
COMMAND = re.compile(r"\./contest (?:--stage STAGE )?((?:payouts|plan|menu) \w+|\w+(?: --[a-z-]+)?)")


def watched(alarm: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Namespace, metric and dimensions, the prefix written as `$`."""
    single = [alarm] if "MetricName" in alarm else []
    for metric in [*single, *(one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one)]:
        dimensions = {one["Name"]: plain(one["Value"]) for one in metric["Dimensions"]}
        yield metric["Namespace"], metric["MetricName"], dimensions


def plain(value: Any) -> str:
    return str(value) if isinstance(value, str) else str(value.get("Fn::Sub", "$")).replace("${Prefix}", "$")


MANUALS = [ROOT / "docs" / "operate.md", ROOT / "docs" / "zh" / "运维手册.md"]
COSTS = [ROOT / "docs" / "capacity.md", ROOT / "docs" / "zh" / "承载与费用.md"]

ALL = [one for alarm in ALARMS.values() for one in watched(alarm)]


def names(dimension: str) -> set[str]:
    return {found[dimension] for _, _, found in ALL if dimension in found}


def of_the_template(kind: str, name: str) -> set[str]:
    resources = read_template()["Resources"].values()
    return {plain(one["Properties"][name]) for one in resources if one["Type"] == kind}


def test_they_watch_every_function_queue_and_table() -> None:
    # Operators see at once when their own command fails to invoke `probe` or to use the table `books`.
    functions = {"$" if name == "api_handler" else f"$-{name}" for name in FUNCTIONS if name != "probe"}
    for kind in ("Errors", "Throttles"):
        assert {found["FunctionName"] for _, name, found in ALL if name == kind} == functions
    assert names("QueueName") == of_the_template("AWS::SQS::Queue", "QueueName")
    assert names("TableName") == of_the_template("AWS::DynamoDB::Table", "TableName") - {"$-books"}


def test_throttled_indexes_are_seen_too() -> None:
    """A write that an index refuses is reported with the index's name, and a claim waits for it too."""
    refused = {found.get("GlobalSecondaryIndexName") for _, name, found in ALL if name == "WriteThrottleEvents"}
    tables = [one for one in read_template()["Resources"].values() if one["Type"] == "AWS::DynamoDB::Table"]
    indexes = [index["IndexName"] for one in tables for index in one["Properties"].get("GlobalSecondaryIndexes", [])]
    assert refused == {None, *indexes}


@pytest.mark.parametrize("name", ALARMS)
def test_no_alarm_has_more_metrics_than_cloudwatch_takes(name: str) -> None:
    """Ten, without the expressions."""
    assert len(list(watched(ALARMS[name]))) <= 10


def test_our_own_metrics_are_really_told() -> None:
    ours = {name for namespace, name, _ in ALL if namespace == "Contest"}
    shown = {row[1] for row in dashboard_rows() if row[0] == "Contest"}
    assert ours <= METRICS
    assert ours | shown == METRICS


STATISTICS: dict[str, Callable[[list[float]], float]] = {"Sum": sum, "Maximum": max, "Minimum": min, "SampleCount": len}


def rings(alarm: dict[str, Any], minutes: Sequence[Sequence[float]]) -> bool:
    """Returns whether an alarm is on after these minutes, given what was measured in each."""
    return all(
        _figure(alarm, [value for minute in minutes[begin : begin + period] for value in minute]) >= alarm["Threshold"]
        for period in [_seconds(alarm) // 60]
        for begin in range(len(minutes) - period * alarm["EvaluationPeriods"], len(minutes), period)
    )


def _seconds(alarm: dict[str, Any]) -> int:
    return int(alarm["Period"] if "Period" in alarm else alarm["Metrics"][1]["MetricStat"]["Period"])


def _figure(alarm: dict[str, Any], values: list[float]) -> float:
    if "Statistic" in alarm:
        return STATISTICS[alarm["Statistic"]](values or [0])
    names = {one["Id"]: STATISTICS[one["MetricStat"]["Stat"]](values) for one in alarm["Metrics"][1:]}
    return float(eval(alarm["Metrics"][0]["Expression"], {"IF": lambda when, yes, no: yes if when else no}, names))


HOURS_DUE = [[minute] for minute in range(200)]
Minutes = Sequence[Sequence[float]]
OUTAGES: dict[str, tuple[Minutes, Minutes]] = {
    "PayoutsOverdue": (HOURS_DUE[:125], HOURS_DUE[:120]),
    "PayoutsStopped": ([[1]] * 60, [[0]] + [[1]] * 59),
    "AnswersDoubtful": ([[1]] * 15, [[1, 1, 1]] * 5 + [[]] * 5 + [[1, 1, 1]] * 5),
    "SignInsFailed": ([[1, 1, 0, 0]] * 10, [[1, 0, 0, 0]] * 10),
    "CallbacksRefused": ([[1, 1]] * 5, [[1]] * 5),
    "OwnServerFailing": ([[1]] * 5, [[1]] * 4 + [[]]),
    "MessagesUnreadable": ([[1]] * 15, [[1]] * 9 + [[]] * 6),
}
"""What is measured in each minute: of an outage that rings, and of less, which does not."""


@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_rings_and_a_single_failure_does_not(name: str) -> None:
    outage, less = OUTAGES[name]
    assert rings(ALARMS[name], outage)
    assert not rings(ALARMS[name], less)


@pytest.mark.parametrize(
    ("name", "parameter"), [("ClaimsMany", "ClaimsAMinute"), ("ReferralsMany", "ReferralsAMinute")]
)
def test_more_than_the_configured_rate_rings_and_the_default_never(name: str, parameter: str) -> None:
    assert ALARMS[name]["Threshold"] == {"Ref": parameter}
    assert ALARMS[name]["ComparisonOperator"] == "GreaterThanThreshold"
    configured = {**ALARMS[name], "Threshold": 601}  # `rings` compares with "or equal"
    assert rings(configured, [[1] * 601] * 3)
    assert not rings(configured, [[1] * 601] * 2 + [[1] * 600])
    most_people = 500_000
    assert TEMPLATE["Parameters"][parameter]["Default"] > most_people


def test_a_few_failed_sign_ins_at_night_do_not_ring() -> None:
    assert not rings(ALARMS["SignInsFailed"], [[1], []] * 5)


@pytest.mark.parametrize(("requests", "calls", "ring"), [(60_000, 57_000, 1), (60_000, 57_100, 0), (990, 0, 0)])
def test_requests_that_reach_no_function_ring(requests: int, calls: int, ring: int) -> None:
    alarm = ALARMS["RequestsRefused"]
    names = {"IF": lambda when, yes, no: yes if when else no, "requests": requests, "calls": calls}
    assert (eval(alarm["Metrics"][0]["Expression"], names) >= alarm["Threshold"]) is bool(ring)


def test_the_price_counts_the_alarms_and_their_metrics() -> None:
    assert len(ALL) == cost.ALARM_METRICS
    for manual, words in zip(COSTS, ("{} alarms on {} metrics", "{} 个告警共 {} 项指标"), strict=True):
        assert words.format(len(ALARMS), len(ALL)) in manual.read_text(encoding="utf-8")


def dashboard_rows() -> Iterator[list[Any]]:
    for widget in json.loads(DASHBOARD)["widgets"]:
        yield from widget["properties"]["metrics"]


@pytest.mark.parametrize("name", ALARMS)
def test_each_says_what_to_do_and_tells_somebody(name: str) -> None:
    alarm = ALARMS[name]
    text = alarm["AlarmDescription"]
    assert 40 < len(text) <= 1024
    assert re.search("[\u4e00-\u9fff]", text)
    for commanded in COMMAND.findall(text):
        assert not unknown(commanded), commanded
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]
    assert alarm["TreatMissingData"] == ("breaching" if name == "SweepSilent" else "notBreaching")


@pytest.mark.parametrize("manual", MANUALS, ids=lambda path: path.stem)
def test_the_manuals_explain_each_alarm_and_no_other(manual: Path) -> None:
    table = re.split(r"^#+ (?:Alarms|告警)$", manual.read_text(encoding="utf-8"), flags=re.MULTILINE)[1].split("\n#")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    explained = [name for cell in cells for name in re.findall(r"`([a-z-]+)`", cell)]
    assert sorted(explained) == sorted(plain(alarm["AlarmName"]).removeprefix("$-") for alarm in ALARMS.values())
