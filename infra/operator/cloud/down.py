"""`./contest --stage prod down`: removes what runs and costs money; data only after a second confirmation."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.config import contest_path, load_contest_file
from chalicelib.domain.contest import Phase
from chalicelib.domain.operator_log import LogEntry
from infra import policies
from infra.operator import deployment
from infra.operator.cloud import aws_clients, function_removal, stored_data, stored_secrets
from infra.operator.cloud.stack_log import log_stack_act
from infra.operator.cloud.stacks import Stacks
from infra.operator.confirmation import Declined, consent
from infra.operator.deployment import Deployment
from infra.operator.operator_errors import OperatorError
from infra.operator.terminal import signed, typed
from infra.project import Project
from infra.shared_record import SharedRecord

_ENDS = {"egress": "固定出口", "alarms": "告警与看板"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator asked for. `delete_data` and `really` repeat the prefix."""

    stage: str | None
    delete_data: str | None = None
    really: str | None = None
    by: str | None = None
    why: str = ""


def run(asked: Wanted, clients: aws_clients.Clients, project: Project, now: datetime) -> int:
    """Raises OperatorError, ProjectError, Declined, DryRun and botocore's errors. Can be repeated after any failure."""
    wanted = deployment.use_cloud_deployment(asked.stage, project)
    _check_names(wanted, asked)
    caller = aws_clients.print_account(clients, wanted.stage, wanted.prefix)
    stake = _show_data(wanted, clients, now) if asked.delete_data else _in_progress(wanted, clients, now)
    consent(f"部署 {wanted.prefix}：拆除函数和接口，活动随即停止；确定？")
    if stake and not _is_confirmed(wanted, asked, stake):
        raise Declined
    who, what = signed(caller.name, asked.by), "down --delete-data" if asked.delete_data else "down"
    log_stack_act(clients, wanted.prefix, LogEntry(now, who, what, reason=asked.why))
    stacks = Stacks(clients("cloudformation"))
    _remove_functions(wanted, clients, project, now, who)
    _remove_stacks(stacks, wanted, project)
    if asked.delete_data:
        _remove_data(stacks, wanted, clients, now, caller.account)
    else:
        _print_kept_data(wanted, stored_data.unpaid(clients, wanted.prefix))
    for path, kept in stored_secrets.stored_names(clients("ssm"), wanted.secrets_path).items():
        if kept:
            print(f"  密钥保留在 {path} 之下：{'、'.join(kept)}")
    return 0


def _check_names(wanted: Deployment, asked: Wanted) -> None:
    """Raises OperatorError when an option names another prefix, before anything is removed."""
    for option, given in (("--delete-data", asked.delete_data), ("--really", asked.really)):
        if given is not None and given != wanted.prefix:
            raise OperatorError(f"{option} 写的是 {given}，而此环境的前缀是 {wanted.prefix}。什么也没有删。")


def _show_data(wanted: Deployment, clients: aws_clients.Clients, now: datetime) -> str:
    """Prints what the tables hold. Returns a warning that it will be lost. Raises OperatorError."""
    counted = stored_data.census(clients, wanted.prefix)
    for table, items in counted.items.items():
        print(f"  {table}  {items} 条")
    print(f"  未有最终结果的发放  {counted.unpaid} 笔")
    stored_data.refuse_unless_over(load_contest_file(contest_path()), now, counted.unpaid)
    print("  函数的日志也会一并删除；法律要求留存的（网络安全法第二十一条，六个月）请先导出。")
    return "以上数据将全部删除，不可恢复"


def _in_progress(wanted: Deployment, clients: aws_clients.Clients, now: datetime) -> str:
    """Describes what would be interrupted; empty when the contest is not open and no payout is pending."""
    contest, owed = load_contest_file(contest_path()), stored_data.unpaid(clients, wanted.prefix)
    going_on = [f"竞赛 {contest.id} 正在进行"] if contest.window.phase(now) is Phase.OPEN else []
    return "，".join([*going_on, *([f"还有 {owed} 笔发放没有最终结果"] if owed else [])])


def _is_confirmed(wanted: Deployment, asked: Wanted, stake: str) -> bool:
    """Whether the operator typed the prefix or gave it with `--really`. `--yes` does not confirm this."""
    otherwise = f"{stake}。须再写明前缀：加上 --really {wanted.prefix}。"
    return bool(asked.really) or typed(f"{stake}。请输入 {wanted.prefix} 确认：", otherwise) == wanted.prefix


def _remove_functions(
    wanted: Deployment, clients: aws_clients.Clients, project: Project, now: datetime, who: str
) -> None:
    record = SharedRecord(project, wanted, clients("ssm"), who)
    with record.locked(now):
        if done := record.fetch():
            print(f"✓ {done}", flush=True)
        removed = function_removal.remove(wanted.stage, clients, project)
        if done := record.store():
            print(f"✓ {done}", flush=True)
    names = [project.function_name(wanted.stage, function) for function in policies.rights()]
    if left := function_removal.existing_functions(names, clients):
        raise OperatorError(
            f"函数还在，而这里没有它们的部署记录：{'、'.join(left)}。请在保存着 .chalice/deployed/{wanted.stage}.json "
            "的目录里执行 down，或把该文件放回原处。"
        )
    print(f"✓ 函数、接口、规则、角色：{'已删除' if removed else '没有'}", flush=True)


def _remove_stacks(stacks: Stacks, wanted: Deployment, project: Project) -> None:
    _clear_network_settings(stacks, wanted, project)
    for part, what in _ENDS.items():
        removed = stacks.delete(wanted.stack(part))
        print(f"✓ {wanted.stack(part)}（{what}）：{'已删除' if removed else '没有'}", flush=True)
        if removed and part == "egress":
            print("  出口的弹性 IP 保留并继续计费；不再用时请在 EC2 控制台释放。")


def _clear_network_settings(stacks: Stacks, wanted: Deployment, project: Project) -> None:
    """Removes our subnets from the settings before they are deleted; functions naming them could not be deployed."""
    stack = stacks.find(wanted.stack("egress"))
    subnets = project.settings(wanted.stage).get("subnet_ids", [])
    if stack and ",".join(subnets) == stack.outputs.get("SubnetIds"):
        project.write_settings(wanted.stage, wanted.environment, {"subnet_ids": [], "security_group_ids": []})
        policies.write(project)


def _print_kept_data(wanted: Deployment, owed: int) -> None:
    print(f"  数据保留：{wanted.stack('data')} 的表、队列、文件和日志组都还在。")
    if owed:
        print(f"  还有 {owed} 笔发放没有最终结果：再次 up 和 make deploy 之后才会继续。")


def _remove_data(stacks: Stacks, wanted: Deployment, clients: aws_clients.Clients, now: datetime, account: str) -> None:
    # Check again, now that no function can add data.
    stored_data.refuse_unless_over(load_contest_file(contest_path()), now, stored_data.unpaid(clients, wanted.prefix))
    stacks.delete(wanted.stack("data"))
    stored_data.remove(clients, wanted.prefix, account)
    print(f"✓ {wanted.stack('data')}：表、队列、文件、日志组都没有了（AWS 另存所删各表的备份 35 天）", flush=True)
