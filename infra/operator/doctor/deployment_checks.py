"""Compares what is deployed with this checkout; checks dead letters, ringing alarms and capacity."""

from collections.abc import Iterator, Mapping

from infra.operator import compared_functions, compared_stacks
from infra.operator.cloud.stacks import Stacks
from infra.operator.comparison import Fault, listed
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import DEPLOY
from infra.project import event_sources
from infra.schedules import described, parse

TABLES, QUEUES, DEAD, THROUGHPUT = About("数据表"), About("队列"), About("死信队列"), About("预热吞吐")
BUCKET = About("工作台的桶")
FUNCTIONS, EGRESS, TRIGGERS, RULES = About("函数"), About("出口地址"), About("队列触发"), About("定时规则")
ALARMS, TOPIC, QUOTA = About("告警"), About("告警通知"), About("并发配额")
UNRESERVED_AT_LEAST, ADVISED = 100, 1000
"""The concurrency Lambda keeps unreserved, and the quota that docs/operate-functions.md recommends."""


def tables(target: Target) -> Iterator[Finding]:
    if target.is_local:
        compared = compared_stacks.local_tables(target.client, target.prefix)
    else:
        compared = compared_stacks.tables(target.client, target.prefix, _stack_parameters(target))
    yield from TABLES.of_all(compared.faults(), f"{len(compared.expected)} 张，与模板一致")


def throughput(target: Target) -> Iterator[Finding]:
    """Returns whether warm throughput was requested; the check of the tables reports whether it is reached."""
    writes = int(_stack_parameters(target).get("WarmWrites", 0))
    if writes:
        yield THROUGHPUT.ok(f"要求每秒写 {writes}；是否达到，见“数据表”")
    else:
        advice = "人数多时执行 ./contest --stage 环境名 up --warm-writes 数值，等它生效"
        yield THROUGHPUT.warning("没有要求预热，每张表从每秒 4000 次写起步", advice)


def queues(target: Target) -> Iterator[Finding]:
    compared = compared_stacks.queue_settings(target.client, target.prefix)
    yield from QUEUES.of_all(compared.faults(), f"{len(compared.expected)} 个，死信队列已接好")
    ends = sorted({str(one["死信队列"]) for one in compared.expected.values() if one["死信队列"]})
    found = {name: compared_stacks.queue_attributes(target.client("sqs"), name) or {} for name in ends}
    waiting = {name: int(one.get("ApproximateNumberOfMessages", 0)) for name, one in found.items()}
    full = [
        DEAD.wrong(f"{name} 有 {count} 条消息", "查明原因，修好后在 SQS 控制台重新投递（redrive）")
        for name, count in waiting.items()
        if count
    ]
    yield from DEAD.unless(full, "空")


def bucket(target: Target) -> Iterator[Finding]:
    if target.is_local:
        compared = compared_stacks.local_bucket(target.client, target.prefix)
    else:
        account = str(target.client("sts").get_caller_identity()["Account"])
        compared = compared_stacks.bucket(target.client, target.prefix, account)
    yield from BUCKET.of_all(compared.faults(), f"{listed(list(compared.expected))}，与模板一致")


def functions(target: Target) -> Iterator[Finding]:
    deployed = compared_functions.deployed_functions(target.client, target.stage)
    faults = list(compared_functions.functions(deployed, target.stage).faults())
    configurations = {name: one["Configuration"] for name, one in deployed.items() if one}
    if len({one.get("CodeSha256") for one in configurations.values()}) > 1:
        faults.append(Fault("各函数", "的代码不是同一版本，上次部署没有做完", DEPLOY))
    yield from FUNCTIONS.of_all(faults, f"{len(deployed)} 个，状态、并发、环境变量都与 .chalice/config.json 一致")
    outside = [name for name, one in configurations.items() if not one.get("VpcConfig", {}).get("SubnetIds")]
    if outside:
        advice = "微信的 IP 白名单需要固定地址：部署 infra/cloudformation/egress.yaml 并接入"
        yield EGRESS.warning(f"{listed(outside)} 不经固定出口", advice)
    elif configurations:
        yield EGRESS.ok("函数都在 VPC 内，经固定出口访问微信")


def triggers(target: Target) -> Iterator[Finding]:
    compared = compared_functions.triggers(target.client, target.stage, target.prefix)
    yield from TRIGGERS.of_all(compared.faults(), "、".join(compared.expected))


def rules(target: Target) -> Iterator[Finding]:
    """Compares the rules, and reports when each runs next."""
    yield from RULES.of_all(compared_functions.rules(target.client, target.stage).faults(), "与竞赛配置一致")
    for source in event_sources():
        if source.schedule:
            yield RULES.ok(f"{source.function} {described(parse(source.schedule), target.now())}")


def alarms(target: Target) -> Iterator[Finding]:
    compared = compared_stacks.alarms(target.client, target.prefix)
    yield from ALARMS.of_all(compared.faults(), f"{len(compared.expected)} 个，都有通知")
    found = compared_stacks.described_alarms(target.client("cloudwatch"), list(compared.expected))
    if ringing := [one["AlarmName"] for one in found if one["StateValue"] == "ALARM"]:
        yield ALARMS.warning(f"正在响：{'、'.join(ringing)}", "告警说明里写有处理办法")
    for topic in sorted({action for one in found for action in one["AlarmActions"] if ":sns:" in action}):
        attributes = target.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
        name = topic.rsplit(":", 1)[-1]
        if int(attributes.get("SubscriptionsConfirmed", 0)):
            yield TOPIC.ok(f"{name} 有 {attributes['SubscriptionsConfirmed']} 个已确认的订阅")
        else:
            yield TOPIC.wrong(f"{name} 没有已确认的订阅，没有人会被叫醒", "订阅该主题并确认")


def quota(target: Target) -> Iterator[Finding]:
    limit = target.client("lambda").get_account_settings()["AccountLimit"]
    total, free = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    reserved = sum(one.get("reserved_concurrency", 0) for one in target.config["lambda_functions"].values())
    what = f"账号 {total}，未预留 {free}"
    if total < reserved + UNRESERVED_AT_LEAST:
        yield QUOTA.wrong(f"{what}：少于所需的 {reserved + UNRESERVED_AT_LEAST}", "立即申请提高 Lambda 并发配额")
    elif total < ADVISED:
        yield QUOTA.warning(f"{what}：少于建议的 {ADVISED}", "尽早申请提高 Lambda 并发配额")
    else:
        yield QUOTA.ok(what)


def spare_concurrency(target: Target, instances: int) -> Iterator[Finding]:
    free = target.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    if free < instances:
        yield QUOTA.wrong(f"未预留的并发只有 {free}，不够 {instances} 个实例", "提高配额，或用较小的 --instances")
    else:
        yield QUOTA.ok(f"未预留的并发 {free}，够 {instances} 个实例")


def _stack_parameters(target: Target) -> Mapping[str, str]:
    """Returns the parameters of the data stack; empty without one, so that the template's defaults apply."""
    stack = Stacks(target.client("cloudformation")).find(f"{target.prefix}-data")
    return stack.parameters if stack else {}
