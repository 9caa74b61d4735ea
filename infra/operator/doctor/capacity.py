"""Room for the crowd: Lambda's unreserved concurrency, and the tables' throughput as asked for in the data stack."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.operator.cloud.stacks import Stacks
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.storage import described
from infra.operator.doctor.target import Target
from infra.template import read_template

ROOM, THROUGHPUT = About("并发配额"), About("预热吞吐")
WARMING = "执行 ./contest --stage 环境名 up --warm-writes 数值，等它生效"


def room(target: Target, instances: int) -> Iterator[Finding]:
    free = target.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    if free < instances:
        yield ROOM.wrong(f"未预留的并发只有 {free}，不够 {instances} 个实例", "提高配额，或用较小的 --instances")
    else:
        yield ROOM.ok(f"未预留的并发 {free}，够 {instances} 个实例")


def throughput(target: Target) -> Iterator[Finding]:
    stack = f"{target.prefix}-data"
    asked = _asked(target, stack)
    if asked is None:
        yield THROUGHPUT.untold(f"没有名为 {stack} 的栈，无从知道要求了多少")
    elif not asked["WriteUnitsPerSecond"]:
        yield THROUGHPUT.warning("没有要求预热，每张表从每秒 4000 次写起步", f"人数多时{WARMING}")
    else:
        names = warmed(target.prefix)
        faults = [fault for name, indexes in names.items() for fault in _faults(target, name, indexes, asked)]
        yield from THROUGHPUT.unless(faults, f"{len(names)} 张表已达到每秒写 {asked['WriteUnitsPerSecond']}")


def warmed(prefix: str) -> dict[str, list[str]]:
    """Tables that the template warms -> those of their indexes that it warms too."""
    tables = [one for one in read_template()["Resources"].values() if one["Type"] == "AWS::DynamoDB::Table"]
    return {
        table["TableName"]["Fn::Sub"].replace("${Prefix}", prefix): [
            index["IndexName"] for index in table.get("GlobalSecondaryIndexes", []) if "WarmThroughput" in index
        ]
        for table in (one["Properties"] for one in tables)
        if "WarmThroughput" in table
    }


def short(asked: Mapping[str, int], reported: Mapping[str, Any]) -> str:
    """What is missing, empty for nothing."""
    less = [name for name, units in asked.items() if reported.get(name, 0) < units]
    words = {"WriteUnitsPerSecond": "写", "ReadUnitsPerSecond": "读"}
    return "，".join(f"{words[name]} {reported.get(name, 0)}，要求 {asked[name]}" for name in less)


def _asked(target: Target, stack: str) -> dict[str, int] | None:
    """None when there is no such stack."""
    found = Stacks(target.client("cloudformation")).find(stack)
    if found is None:
        return None
    writes, reads = (int(found.parameters.get(name, 0)) for name in ("WarmWrites", "WarmReads"))
    return {"WriteUnitsPerSecond": writes, "ReadUnitsPerSecond": reads}


def _faults(target: Target, name: str, indexes: list[str], asked: Mapping[str, int]) -> Iterator[Finding]:
    table = described(target, name) or {}
    parts = {name: table.get("WarmThroughput", {})}
    for index in table.get("GlobalSecondaryIndexes", []):
        if index["IndexName"] in indexes:
            parts[f"{name} 的索引 {index['IndexName']}"] = index.get("WarmThroughput", {})
    for part, reported in parts.items():
        if less := short(asked, reported):
            yield THROUGHPUT.wrong(f"{part}：{less}", WARMING)
