"""Compares what the deployment has with what the model of the opening says that so many people need."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from infra.operator.cloud.stacks import Stacks
from infra.operator.cloud.up import LEAST
from infra.operator.doctor.check_runner import Check
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import Target

CROWD = About("预计人数")
QUOTA = "超过 40,000 先申请单表读写的配额"


def check(people: int) -> Check:
    return Check(CROWD.subject, partial(settings, people=people), "开幕的容量只在云端")


def settings(target: Target, people: int) -> Iterator[Finding]:
    from infra.opening import derived  # only where asked for

    needed, largest = derived.for_people(people), max(derived.read())
    if people > largest:
        yield CROWD.warning(
            f"{people:,} 人超出推算过的 {largest:,} 人", "以下按后者核对；先推算：make simulate-opening"
        )
    faults = [
        CROWD.warning(f"{what} {there:,}，{people:,} 人需要 {int(needed[name]):,}", remedy)
        for name, what, there, remedy in _there(target)
        if there < needed[name]
    ]
    yield from CROWD.unless(faults, f"{people:,} 人所需的并发、网关与预热吞吐都有")


def _there(target: Target) -> Iterator[tuple[str, str, int, str]]:
    """Yields each derived setting's name, its name for operators, what there is, and how to get more."""
    account = target.client("lambda").get_account_settings()["AccountLimit"]
    yield "concurrency", "Lambda 并发", int(account["ConcurrentExecutions"]), "提前几周申请提高并发配额"
    quota = "申请提高 API Gateway 的配额，再设 api_gateway_requests 并部署"
    throttle: dict[str, Any] = target.client("apigateway").get_account().get("throttleSettings", {})
    wanted = int(target.config["stages"][target.stage].get("api_gateway_requests", 10_000))
    yield "gateway_requests", "API Gateway 每秒请求", min(wanted, int(throttle.get("rateLimit", wanted))), quota
    stack = Stacks(target.client("cloudformation")).find(f"{target.prefix}-data")
    warm = {name: int(stack.parameters.get(name, 0)) if stack else 0 for name in ("WarmWrites", "WarmReads")}
    writes, reads = (max(LEAST[name], given if warm["WarmWrites"] else 0) for name, given in warm.items())
    yield "warm_writes", "预热的每秒写", writes, f"./contest up --warm-writes 数值；{QUOTA}"
    yield "warm_reads", "预热的每秒读", reads, f"./contest up --warm-writes 数值 --warm-reads 数值；{QUOTA}"
