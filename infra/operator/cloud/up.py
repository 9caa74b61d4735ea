"""`./contest --stage prod up`: deploys the stacks and writes the stage's settings for Chalice."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import yaml

from chalicelib.domain.operator_log import LogEntry
from chalicelib.pay_settings import PAY_SECRET_NAMES
from infra import policies, template
from infra.operator import compared_stacks, deployment
from infra.operator.cloud import aws_clients, stored_data, stored_secrets
from infra.operator.cloud.stack_log import log_stack_act
from infra.operator.cloud.stacks import DATA, PLANNED, Stacks
from infra.operator.comparison import grouped_by_fault
from infra.operator.confirmation import consent
from infra.operator.deployment import Deployment
from infra.operator.operator_errors import OperatorError
from infra.operator.terminal import signed
from infra.project import TEMPLATES, Project

LEAST = {"WarmWrites": 4000, "WarmReads": 12000}
"""The throughput of a new table; AWS accepts no lower values."""
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for; None and False leave a part as it is."""

    stage: str | None
    url: str | None = None
    alarms: str | None = None
    egress: bool = False
    warm_writes: int | None = None
    warm_reads: int | None = None
    most_claims: int | None = None
    most_referrals: int | None = None
    by: str | None = None
    why: str = ""

    @property
    def alarms_given(self) -> dict[str, str]:
        """Returns the parameters of the alarms' stack that the operator gave."""
        given = {
            "AlarmTopic": self.alarms,
            "ClaimsAMinute": self.most_claims,
            "ReferralsAMinute": self.most_referrals,
        }
        return {name: str(value) for name, value in given.items() if value is not None}


def run(asked: Wanted, clients: aws_clients.Clients, project: Project, now: datetime) -> int:
    """Raises OperatorError, ProjectError, Declined, DryRun and botocore's errors. Can be repeated after any failure."""
    meant = deployment.use_cloud_deployment(asked.stage, project, asked.url)
    wanted = replace(meant, url=deployment.public_url(meant.url))
    if asked.alarms and not _TOPIC.fullmatch(asked.alarms):
        raise OperatorError(f"这不是 SNS 主题的 ARN：{asked.alarms}")
    caller = aws_clients.print_account(clients, wanted.stage, wanted.prefix)
    consent(f"部署 {wanted.prefix}：部署到云？")
    stacks = Stacks(clients("cloudformation"))
    if asked.alarms_given and not asked.alarms and not _is_deployed(stacks, wanted.stack("alarms")):
        raise OperatorError("还没有告警：--most-claims、--most-referrals 须与 --alarms 一起给出。")
    _data(stacks, wanted, asked, stored_data.tables(clients, wanted.prefix))
    who = signed(caller.name, asked.by)
    log_stack_act(clients, wanted.prefix, LogEntry(now, who, "up", new=wanted.url, reason=asked.why))
    vpc = _egress(stacks, wanted, asked.egress)
    _alarms(stacks, wanted, asked.alarms_given)
    variables = {**wanted.environment, "OFFICE_BUCKET": template.bucket(wanted.prefix, caller.account).name}
    written = project.write_settings(wanted.stage, variables, vpc)
    policies.write(project)
    _compare(clients, stacks, wanted)
    print(f"✓ .chalice/config.json 的 {wanted.stage}：{'已写入' if written else '没有变化'}；权限文件已生成")
    _print_next_steps(wanted, stored_secrets.stored_names(clients("ssm"), wanted.secrets_path))
    return 0


def _data(stacks: Stacks, wanted: Deployment, asked: Wanted, tables: Sequence[str]) -> None:
    """`tables` must be listed before the stack is looked up: a stack always exists before its tables."""
    name = wanted.stack("data")
    before = stacks.find(name)
    if tables and (before is None or before.status == PLANNED):
        raise OperatorError(
            f"表已存在，而栈 {name} 没有了：{'、'.join(tables)}。若是 down --delete-data 中断了，请再执行一次；"
            "否则数据都还在，请先在 CloudFormation 控制台用 resources.yaml 把现有资源导入这个名字的栈。"
        )
    throughput = {"WarmWrites": asked.warm_writes, "WarmReads": asked.warm_reads}
    warm = {key: value for key, value in throughput.items() if value is not None}
    _check_warm(warm, before.parameters if before else {})
    given = {"Prefix": wanted.prefix, "Origin": wanted.url, **{key: str(value) for key, value in warm.items()}}
    wanted_template = _template("resources")
    if before and before.is_deployed:
        _refuse_losses(stacks, name, wanted_template)
    _report(name, "表、队列、日志组", stacks.deploy(name, wanted_template, given, holds_data=True))


def _egress(stacks: Stacks, wanted: Deployment, asked: bool) -> Mapping[str, list[str]]:
    """Returns the functions' network settings; empty without our egress stack, which leaves the file unchanged."""
    name = wanted.stack("egress")
    if not asked and not _is_deployed(stacks, name):
        return {}
    _report(name, "固定出口", stacks.deploy(name, _template("egress"), {"Prefix": wanted.prefix}))
    stack = stacks.find(name)
    outputs = stack.outputs if stack else {}
    print(f"  出口地址 {outputs['WhitelistAddress']}：填入公众号的 IP 白名单和商户平台的 API 安全设置")
    return {"subnet_ids": outputs["SubnetIds"].split(","), "security_group_ids": outputs["SecurityGroupIds"].split(",")}


def _alarms(stacks: Stacks, wanted: Deployment, given: Mapping[str, str]) -> None:
    name = wanted.stack("alarms")
    if given or _is_deployed(stacks, name):
        _report(name, "告警与看板", stacks.deploy(name, _template("alarms"), {"Prefix": wanted.prefix, **given}))


def _compare(clients: aws_clients.Clients, stacks: Stacks, wanted: Deployment) -> None:
    """Prints differences from the templates: an update does not revert manual changes."""
    data = stacks.find(wanted.stack("data"))
    compared = [
        compared_stacks.tables(clients, wanted.prefix, data.parameters if data else {}),
        compared_stacks.queue_settings(clients, wanted.prefix),
    ]
    if _is_deployed(stacks, wanted.stack("alarms")):
        compared.append(compared_stacks.alarms(clients, wanted.prefix))
    for what, remedy in grouped_by_fault(fault for one in compared for fault in one.faults()):
        print(f"! {what}。{remedy}")


def _is_deployed(stacks: Stacks, name: str) -> bool:
    found = stacks.find(name)
    return found is not None and found.is_deployed


def _check_warm(warm: Mapping[str, int], before: Mapping[str, str]) -> None:
    """Raises OperatorError for values that AWS would reject halfway through the update."""
    for key, value in warm.items():
        option = "--" + re.sub("([a-z])([A-Z])", r"\1-\2", key).lower()
        known = int(before.get(key, "0"))
        if value < LEAST[key]:
            raise OperatorError(f"{option} 至少为 {LEAST[key]}，那是表一开始就有的。")
        if value < known:
            raise OperatorError(f"{option} 只能提高：现在是 {known}，不能降到 {value}。")
    if "WarmReads" in warm and "WarmWrites" not in warm and int(before.get("WarmWrites", "0")) == 0:
        raise OperatorError("--warm-reads 须与 --warm-writes 一起给出。")


def _refuse_losses(stacks: Stacks, name: str, template: str) -> None:
    """Raises OperatorError when this template lacks a data resource of the deployed one."""
    deployed = yaml.load(stacks.client.get_template(StackName=name)["TemplateBody"], Loader=yaml.CSafeLoader)[
        "Resources"
    ]
    kept = yaml.load(template, Loader=yaml.CSafeLoader)["Resources"]
    if lost := [one for one, resource in deployed.items() if resource["Type"] in DATA and one not in kept]:
        raise OperatorError(
            f"模板的改动会删除数据：{'、'.join(lost)}。没有执行；"
            "请恢复 infra/cloudformation/resources.yaml 中的这些部分。"
        )


def _template(name: str) -> str:
    return (TEMPLATES / f"{name}.yaml").read_text(encoding="utf-8")


def _report(name: str, what: str, changed: bool) -> None:
    print(f"✓ {name}（{what}）：{'已建好或更新' if changed else '没有变化'}", flush=True)


def _print_next_steps(wanted: Deployment, there: stored_secrets.Names) -> None:
    steps = []
    for path, names in stored_secrets.expected_names(wanted.secrets_path).items():
        if missing := [name for name in names if name not in there[path]]:
            steps.append(f"存入还缺的密钥，在 {path} 之下（见 docs/deploy.md）：{'、'.join(missing)}")
    if astray := [name for name in there[wanted.secrets_path] if name in PAY_SECRET_NAMES]:
        steps.append(f"删除 {wanted.secrets_path} 之下的支付密钥，那里所有函数都读得到：{'、'.join(astray)}")
    if wanted.url.endswith(".example"):
        steps.insert(0, f"网址还是 {wanted.url}：用 --url 给出真实的网址，再执行一次 up")
    steps += [f"make deploy STAGE={wanted.stage}", f"./contest --stage {wanted.stage} doctor"]
    print("接下来：", *(f"  {number}. {step}" for number, step in enumerate(steps, 1)), sep="\n")
