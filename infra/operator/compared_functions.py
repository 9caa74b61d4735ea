"""Compares functions, queue triggers and rules: what Chalice would deploy, and what AWS reports."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from infra.operator.cloud.aws_clients import Clients
from infra.operator.comparison import Comparison, Settings
from infra.operator.operator_errors import DEPLOY, unless_missing
from infra.project import CHECKOUT, event_sources


def deployed_functions(clients: Clients, stage: str) -> dict[str, Mapping[str, Any] | None]:
    """Returns GetFunction's answer by the function's name in Chalice's configuration; None when it is missing."""
    get = clients("lambda").get_function
    names = {name: CHECKOUT.function_name(stage, name) for name in CHECKOUT.config()["lambda_functions"]}
    return {name: unless_missing(partial(get, FunctionName=deployed)) for name, deployed in names.items()}


def functions(deployed: Mapping[str, Mapping[str, Any] | None], stage: str) -> Comparison:
    environment = CHECKOUT.settings(stage).get("environment_variables", {})
    usual = {"状态": "Active", "上次更新": "Successful", "环境变量": environment}
    reserved = CHECKOUT.config()["lambda_functions"]
    expected = {name: {**usual, "预留并发": one.get("reserved_concurrency")} for name, one in reserved.items()}

    def read(name: str) -> Settings | None:
        found = deployed[name]
        if found is None:
            return None
        configuration, state = found["Configuration"], found["Configuration"].get("State", "Active")
        return {
            "状态": "Active" if state == "Inactive" else state,  # idle; the next call activates it
            "上次更新": configuration.get("LastUpdateStatus", "Successful"),
            "环境变量": configuration.get("Environment", {}).get("Variables", {}),
            "预留并发": found.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        }

    return Comparison(expected, read, DEPLOY, f"稍等再查；预留并发若是运行中为止损而改，可以不管；否则{DEPLOY}")


def triggers(clients: Clients, stage: str, prefix: str) -> Comparison:
    """Each trigger is named `queue → function`."""
    sources = {f"{prefix}-{one.queue.rsplit('-', 1)[-1]} → {one.function}": one for one in event_sources() if one.queue}
    expected = {name: {"状态": "Enabled", "最大并发": one.at_most} for name, one in sources.items()}

    def read(name: str) -> Settings | None:
        function = CHECKOUT.function_name(stage, sources[name].function)
        found = clients("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
        queue = name.partition(" ")[0]
        for one in found:
            if one["EventSourceArn"].rsplit(":", 1)[-1] == queue:
                return {"状态": one["State"], "最大并发": (one.get("ScalingConfig") or {}).get("MaximumConcurrency")}
        return None

    return Comparison(expected, read, DEPLOY, f"停用的在 Lambda 控制台启用；否则{DEPLOY}")


def rules(clients: Clients, stage: str) -> Comparison:
    sources = {CHECKOUT.function_name(stage, one.function): one.schedule for one in event_sources() if one.schedule}
    expected = {
        f"{function}-event": {"状态": "ENABLED", "时间": schedule, "目标": function}
        for function, schedule in sources.items()
    }

    def read(name: str) -> Settings | None:
        events = clients("events")
        rule = unless_missing(lambda: events.describe_rule(Name=name))
        if rule is None:
            return None
        targets = [one["Arn"].rsplit(":", 1)[-1] for one in events.list_targets_by_rule(Rule=name)["Targets"]]
        target = next(iter(targets), None)
        return {"状态": rule["State"], "时间": rule.get("ScheduleExpression"), "目标": target}

    return Comparison(expected, read, DEPLOY, DEPLOY)
