"""`./contest up` and `down`: a deployment in the cloud, but for what Chalice deploys."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from typer import Option

from infra.operator.command_line import Noun, flags
from infra.operator.terminal import By, WhyIfAny
from infra.project import CHECKOUT

now = partial(datetime.now, UTC)
stack = Noun(about="部署 / the deployment")


@stack.changes("up")
def up(
    url: Annotated[str | None, Option("--url", help="对外的网址，如 https://quiz.example / public address")] = None,
    alarms: Annotated[
        str | None, Option("--alarms", metavar="TOPIC_ARN", help="告警通知的 SNS 主题 / SNS topic for alarms")
    ] = None,
    egress: Annotated[bool, Option("--egress", help="固定的出口地址 / fixed egress IP for WeChat's whitelist")] = False,
    warm_writes: Annotated[
        int | None, Option("--warm-writes", metavar="N", help="预热：每秒写入 / warm writes per second")
    ] = None,
    warm_reads: Annotated[
        int | None, Option("--warm-reads", metavar="N", help="预热：每秒读取 / warm reads per second")
    ] = None,
    most_claims: Annotated[
        int | None, Option("--most-claims", metavar="N", min=1, help="每分钟领取超过就告警 / alarm above, per minute")
    ] = None,
    most_referrals: Annotated[
        int | None,
        Option("--most-referrals", metavar="N", min=1, help="每分钟拉新超过就告警 / alarm above, per minute"),
    ] = None,
    reason: WhyIfAny = "",
    by: By = None,
) -> int:
    """在云上建好或更新，可重复执行 / create or update, safe to repeat"""
    from infra.operator.cloud import aws_clients
    from infra.operator.cloud.up import Wanted, run

    wanted = Wanted(flags.stage, url, alarms, egress, warm_writes, warm_reads, most_claims, most_referrals, by, reason)
    return run(wanted, aws_clients.clients, CHECKOUT, now())


@stack.changes("down")
def down(
    delete_data: Annotated[
        str | None, Option("--delete-data", metavar="PREFIX", help="连同数据，写明前缀 / delete data too; the prefix")
    ] = None,
    really: Annotated[
        str | None, Option("--really", metavar="PREFIX", help="再次写明前缀，代替询问 / prefix again, for scripts")
    ] = None,
    reason: WhyIfAny = "",
    by: By = None,
) -> int:
    """拆除，保留数据 / remove, keep the data"""
    from infra.operator.cloud import aws_clients
    from infra.operator.cloud.down import Wanted, run

    return run(Wanted(flags.stage, delete_data, really, by, reason), aws_clients.clients, CHECKOUT, now())
