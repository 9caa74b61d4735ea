"""The deployed functions, what they are fed by, and the account's room for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.operator.doctor.findings import About, Fault, Finding, listed
from infra.operator.doctor.remedies import DEPLOY
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import code_of
from infra.project import CHECKOUT, event_sources

FUNCTIONS, QUOTA, MAPPINGS, EGRESS = About("函数"), About("并发配额"), About("队列触发"), About("出口地址")
UNRESERVED_AT_LEAST, ADVISED = 100, 1000
"""What Lambda keeps unreserved, and the quota that docs/operate-functions.md counts on."""


def functions(target: Target) -> Iterator[Finding]:
    environment = target.config["stages"].get(target.stage, {}).get("environment_variables", {})
    deployed = {name: _deployed(target, name) for name in target.config["lambda_functions"]}
    faults = [
        fault
        for name, settings in target.config["lambda_functions"].items()
        for fault in _faults(name, settings, environment, deployed[name])
    ]
    if len({one["Configuration"].get("CodeSha256") for one in deployed.values() if one}) > 1:
        faults.append(Fault("各函数", "的代码不是同一版本，上次部署没有做完", DEPLOY))
    yield from FUNCTIONS.of_all(faults, f"{len(deployed)} 个，状态、并发、环境变量都与 .chalice/config.json 一致")
    outside = [
        n for n, one in deployed.items() if one and not one["Configuration"].get("VpcConfig", {}).get("SubnetIds")
    ]
    if outside:
        yield EGRESS.warning(
            f"{listed(outside)} 不经固定出口",
            "微信的 IP 白名单需要固定地址：部署 infra/cloudformation/egress.yaml 并接入",
        )
    elif any(deployed.values()):
        yield EGRESS.ok("函数都在 VPC 内，经固定出口访问微信")


def quota(target: Target) -> Iterator[Finding]:
    limit = target.client("lambda").get_account_settings()["AccountLimit"]
    total, free = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    reserved = sum(one.get("reserved_concurrency", 0) for one in target.config["lambda_functions"].values())
    told = f"账号 {total}，未预留 {free}"
    if total < reserved + UNRESERVED_AT_LEAST:
        yield QUOTA.wrong(f"{told}：少于所需的 {reserved + UNRESERVED_AT_LEAST}", "立即申请提高 Lambda 并发配额")
    elif total < ADVISED:
        yield QUOTA.warning(f"{told}：少于建议的 {ADVISED}", "尽早申请提高 Lambda 并发配额")
    else:
        yield QUOTA.ok(told)


def mappings(target: Target) -> Iterator[Finding]:
    sources = queue_sources(target.prefix)
    faults = [fault for name, queue in sources.items() for fault in _mapping_faults(target, name, queue)]
    yield from MAPPINGS.unless(faults, "、".join(f"{queue} → {name}" for name, (queue, _) in sources.items()))


def queue_sources(prefix: str) -> dict[str, tuple[str, int | None]]:
    """Function -> its queue and the most that it fetches at once, as the application registers them."""
    return {
        source.function: (f"{prefix}-{source.queue.rsplit('-', 1)[-1]}", source.at_most)
        for source in event_sources()
        if source.queue
    }


def deployed_name(target: Target, name: str) -> str:
    return CHECKOUT.function_name(target.stage, name)


def _deployed(target: Target, name: str) -> Mapping[str, Any] | None:
    try:
        return dict(target.client("lambda").get_function(FunctionName=deployed_name(target, name)))
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return None
        raise


def _faults(
    name: str, settings: Mapping[str, Any], environment: Mapping[str, str], deployed: Mapping[str, Any] | None
) -> Iterator[Fault]:
    if deployed is None:
        yield Fault(name, "没有部署", DEPLOY)
        return
    found = deployed["Configuration"]
    if found.get("State", "Active") not in ("Active", "Inactive"):  # inactive: idle, and woken by the next call
        yield Fault(name, f"的状态是 {found['State']}", "稍等再查；仍如此则" + DEPLOY)
    if found.get("LastUpdateStatus", "Successful") != "Successful":
        yield Fault(name, f"上次更新：{found['LastUpdateStatus']}", "稍等再查；仍如此则" + DEPLOY)
    reserved = deployed.get("Concurrency", {}).get("ReservedConcurrentExecutions")
    if reserved != settings.get("reserved_concurrency"):
        words = f"的预留并发是 {reserved}，应为 {settings.get('reserved_concurrency')}"
        yield Fault(name, words, "运行中的止损除外；否则" + DEPLOY)
    theirs = found.get("Environment", {}).get("Variables", {})
    other = sorted(n for n in {*environment, *theirs} if environment.get(n) != theirs.get(n))
    if other:
        yield Fault(name, f"的环境变量与 .chalice/config.json 不同：{'、'.join(other)}", DEPLOY)


def _mapping_faults(target: Target, name: str, wanted: tuple[str, int | None]) -> Iterator[Finding]:
    queue, most = wanted
    found = target.client("lambda").list_event_source_mappings(FunctionName=deployed_name(target, name))
    here = [one for one in found["EventSourceMappings"] if one["EventSourceArn"].rsplit(":", 1)[-1] == queue]
    if not here:
        yield MAPPINGS.wrong(f"{queue} 没有接到 {name}", DEPLOY)
    for one in here:
        if one["State"] != "Enabled":
            yield MAPPINGS.wrong(f"{queue} → {name} 的状态是 {one['State']}", "在 Lambda 控制台启用触发器")
        at_most = (one.get("ScalingConfig") or {}).get("MaximumConcurrency")
        if at_most != most:
            yield MAPPINGS.wrong(f"{queue} → {name} 的最大并发是 {at_most}，应为 {most}", DEPLOY)
