"""The operator's steps of the rehearsal, in the order of docs/deploy.md. Each returns a summary."""

import time
from datetime import UTC, datetime, timedelta

from infra.local.processes import LocalError
from tests.rehearsal import deployed_resources as deployed
from tests.rehearsal.checks import clock, cron_of, same
from tests.rehearsal.cloned_project import PREFIX, SECRETS_PATH, whole_minute
from tests.rehearsal.run_state import RunState
from tests.rehearsal.secret_values import put_secrets

HANDLERS = frozenset(
    "app.app app.pay app.take_later app.sweep app.reconcile app.open_contest app.close_contest app.office"
    " app.probe".split()
)
_DAY = timedelta(days=1)
# Between choosing the opening and the opening there are two builds on a quiet machine and three on a busy one; between
# choosing the closing and the closing, up to two deployments. The other steps in between need some seconds more.
_SECONDS, _BUILDS, _DEPLOYMENTS = 12, 3.0, 2.5
_DELETION = ("down", "--delete-data", PREFIX, "--really", PREFIX)


class OperatorSteps:
    """A step raises when a check fails."""

    def __init__(self, run: RunState) -> None:
        self.run, self.env = run, run.env

    def up(self) -> str:
        said = self.env.contest("up", "--url", self.env.address)
        missing = [name for name in self.env.secrets if name in said]
        same("还缺的密钥", missing, list(self.env.secrets))
        return f"{len(deployed.tables(self.env))} 张表，{len(missing)} 项密钥待存入"

    def store_secrets(self) -> str:
        put_secrets(self.env.client("ssm"), SECRETS_PATH, self.env.secrets)
        said = self.env.contest("up")
        same("还缺的密钥", [name for name in self.env.secrets if name in said], [])
        if "没有变化" not in said:
            raise LocalError(f"第二次 up 有了变化：\n{said}")
        return "已存入；再次 up 没有变化"

    def build(self) -> str:
        began = time.monotonic()
        self.env.build()
        self.run.seconds = time.monotonic() - began
        return f"{self.run.seconds:.0f} 秒"

    def set_opening(self) -> str:
        soon = timedelta(seconds=_SECONDS + _BUILDS * self.run.seconds)
        opens_at = whole_minute(datetime.now(UTC), soon)
        self.run.set_window(opens_at, opens_at + _DAY)
        return clock(opens_at)

    def lay_plan(self) -> str:
        self.env.contest("plan", "lay")
        return self.env.contest("plan", "activate").strip()

    def deploy(self) -> str:
        self._deploy()
        self.run.deployed = deployed.functions(self.env)
        same("函数", {one["Handler"] for one in self.run.deployed.values()}, HANDLERS)
        same(
            "订阅",
            deployed.subscriptions(self.env),
            {f"{PREFIX}-payouts": f"{PREFIX}-pay", f"{PREFIX}-later": f"{PREFIX}-take_later"},
        )
        rules = deployed.rules(self.env)
        same("开幕规则", rules[f"{PREFIX}-open_contest-event"], cron_of(self.run.opens_at))
        same("闭幕规则", rules[f"{PREFIX}-close_contest-event"], cron_of(self.run.closes_at))
        size = max(one["CodeSize"] for one in self.run.deployed.values()) / 1e6
        return f"{len(self.run.deployed)} 个函数（{size:.1f} MB），{len(rules)} 条定时规则，{self.run.seconds:.0f} 秒"

    def bind_domain(self) -> str:
        deployed.bind_domain(self.env)
        self.env.set_gateway()
        began = time.monotonic()
        same("阶段", self.run.first.contest()["phase"], "announced")
        return f"冷启动 {time.monotonic() - began:.1f} 秒"

    def keep_the_data(self) -> str:
        """While people take part, a "yes" does not stop the contest, and nothing deletes its data."""
        before = deployed.remains(self.env)
        self.env.refused_contest("down")
        said = self.env.refused_contest(*_DELETION)
        same("拒绝之后", deployed.remains(self.env), before)
        return said

    def deploy_again(self) -> str:
        soon = timedelta(seconds=_SECONDS + _DEPLOYMENTS * self.run.seconds)
        self.run.set_window(self.run.opens_at, whole_minute(datetime.now(UTC), soon))
        self._deploy()
        before, now = self.run.deployed, deployed.functions(self.env)
        same("函数", set(now), set(before))
        same("闭幕规则", deployed.rules(self.env)[f"{PREFIX}-close_contest-event"], cron_of(self.run.closes_at))
        changed = sum(one["CodeSha256"] != before[name]["CodeSha256"] for name, one in now.items())
        return f"{changed} 个函数的代码已更新，{self.run.seconds:.0f} 秒，{clock(self.run.closes_at)} 闭幕"

    def down(self) -> str:
        kept = deployed.items(self.env)
        kept[f"{PREFIX}-books"] += 1  # the command's own entry in the log
        self.env.contest("down")
        same("残留", deployed.remains(self.env), [])
        same("数据", deployed.items(self.env), kept)
        return "函数、接口、路径映射、规则、角色、订阅均已删除；数据 " + "、".join(f"{t} {n}" for t, n in kept.items())

    def delete_data(self) -> str:
        self.env.contest(*_DELETION)
        same("残留", [*deployed.tables(self.env), *deployed.queues(self.env), *deployed.stacks(self.env)], [])
        self.env.contest(*_DELETION)
        kept = self.env.client("ssm").describe_parameters()["Parameters"]
        same("密钥", len(kept), len(self.env.secrets))
        return "表、队列、日志组和栈均已删除，密钥保留；再次执行也无妨"

    def _deploy(self) -> None:
        began = time.monotonic()
        self.env.deploy()
        self.run.seconds = time.monotonic() - began
