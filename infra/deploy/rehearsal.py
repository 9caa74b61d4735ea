"""The rehearsal, step by step: deploy, open, play, deploy again, close, delete. Each step says what it saw."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.config import load_contest_file
from chalicelib.domain.bank import parse_bank
from infra.deploy import cloud
from infra.deploy.checks import clock, cron_of, same, sleep_until, until
from infra.deploy.citizen import citizen_of
from infra.deploy.site import Site
from infra.deploy.staging import PREFIX, contest_file, set_window, whole_minute
from infra.local.event_shapes import scheduled_event

Step = tuple[str, Callable[[], str]]

HANDLERS = frozenset(
    "app.app app.pay app.take_later app.sweep app.reconcile app.open_contest app.close_contest".split()
)
_RULE_SECONDS, _DAY = 40.0, timedelta(days=1)
# At least; a deployment takes ten seconds here, and three times as many on a busy machine.
_OPENS_IN = timedelta(seconds=60)
_OWN = "信用查询"


class Rehearsal:
    """The steps and what one hands to the next. A step raises when something is not as it must be."""

    def __init__(self, site: Site) -> None:
        self.site = site
        tomorrow = whole_minute(datetime.now(UTC), _DAY)
        set_window(site.tree, tomorrow, tomorrow + _DAY)
        contest = load_contest_file(contest_file(site.tree))
        self.contest_id, self.packets, self.quiz = contest.id, contest.prizes.packets, contest.menu.quiz
        bank = parse_bank((contest_file(site.tree).parent / contest.quiz.bank).read_text(encoding="utf-8"))
        self.first, self.friend = citizen_of(site, bank), citizen_of(site, bank)
        self.deployed: dict[str, Any] = {}
        self.opens_at = self.closes_at = datetime.max.replace(tzinfo=UTC)
        self.seconds = 0.0  # that Chalice took last

    def steps(self) -> list[Step]:
        first = self.first
        return [
            ("选定开幕时间", self.set_opening),
            ("生成并启用红包方案（./contest）", self.lay_plan),
            ("chalice deploy", self.deploy),
            ("绑定域名，第一次请求", self.first_request),
            ("网关自身的回答", self.gateway_answers),
            ("开幕前关注，收到欢迎", first.follow),
            ("开幕前授权登录", first.sign_in),
            ("开幕前抽题被拒绝", lambda: first.is_refused("POST", "/api/attempts", 403, "contest_not_open")),
            ("到点开幕，定时规则记录并发布菜单", self.opening),
            ("发送“答题”，收到链接", first.ask_for_the_quiz),
            ("打开页面", first.open_the_page),
            ("抽题", first.start_an_attempt),
            ("答题并提交", first.answer),
            ("打开红包", first.open_the_packet),
            ("队列触发发放，微信支付账上已有", first.receive_the_money),
            ("好友经分享链接关注，队列触发通知", self.referral),
            ("每日对账函数（按事件直接调用）", self.reconcile),
            ("修改结束时间，再次 chalice deploy", self.deploy_again),
            ("数据与登录仍然有效", self.still_there),
            ("到点闭幕，定时规则记录并恢复菜单", self.closing),
            ("闭幕后抽题被拒绝", lambda: first.is_refused("POST", "/api/attempts", 403, "contest_closed")),
            ("每分钟的定时规则已清点红包", self.sweep),
            ("chalice delete，数据保留", self.delete),
        ]

    def set_opening(self) -> str:
        self.opens_at = whole_minute(datetime.now(UTC), _OPENS_IN)
        self.closes_at = self.opens_at + _DAY
        set_window(self.site.tree, self.opens_at, self.closes_at)
        return f"{clock(self.opens_at)}"

    def lay_plan(self) -> str:
        self.site.contest("plan", "lay")
        return self.site.contest("plan", "activate").strip()

    def deploy(self) -> str:
        self._chalice("deploy")
        self.deployed = cloud.functions(self.site)
        same("函数", {one["Handler"] for one in self.deployed.values()}, HANDLERS)
        same(
            "订阅",
            cloud.subscriptions(self.site),
            {f"{PREFIX}-payouts": f"{PREFIX}-pay", f"{PREFIX}-later": f"{PREFIX}-take_later"},
        )
        rules = cloud.rules(self.site)
        same("开幕规则", rules[f"{PREFIX}-open_contest-event"], cron_of(self.opens_at))
        same("闭幕规则", rules[f"{PREFIX}-close_contest-event"], cron_of(self.closes_at))
        size = max(one["CodeSize"] for one in self.deployed.values()) / 1e6
        return f"{len(self.deployed)} 个函数（{size:.1f} MB），{len(rules)} 条定时规则，{self.seconds:.0f} 秒"

    def first_request(self) -> str:
        cloud.bind_domain(self.site)
        began = time.monotonic()
        same("阶段", self.first.contest()["phase"], "announced")
        return f"冷启动 {time.monotonic() - began:.1f} 秒"

    def gateway_answers(self) -> str:
        self.site.gateway_responses(cloud.api_id(self.site))
        return self.first.is_refused("GET", "/no/such/path", 404, "not_found")

    def opening(self) -> str:
        self.first.set_menu(_OWN, "https://credit.example/")
        same("开幕记录", cloud.switches(self.site, self.contest_id).get("opened_at"), None)
        sleep_until(self.opens_at)
        same("阶段", self.first.contest()["phase"], "open")
        at = self._recorded("opened_at")
        until("菜单发布", lambda: self.quiz in self.first.menu(), 20)
        return f"{clock(at, seconds=True)} 记录，菜单 {'、'.join(self.first.menu())}"

    def referral(self) -> str:
        link = self.first.share_link()
        self.friend.become_a_person("好友")
        self.friend.open_a_link(link)
        told = len(self.first.messages())
        self.friend.follow_now()
        same("机会", self.first.me()["chances"], {"granted": 2, "spent": 1})
        until("通知分享者", lambda: len(self.first.messages()) > told and not cloud.waiting(self.site, "later"), 30)
        return "分享者多一次机会，并收到客服消息"

    def sweep(self) -> str:
        expected = self.packets - 1
        until("清点", lambda: cloud.switches(self.site, self.contest_id).get("free_packets") == expected, 75)
        return f"剩余 {expected} 个"

    def reconcile(self) -> str:
        cloud.invoke(self.site, "reconcile", scheduled_event(f"{PREFIX}-reconcile-event", datetime.now(UTC)))
        until("发放队列清空", lambda: not cloud.waiting(self.site, "payouts"), 30)
        return "完成"

    def deploy_again(self) -> str:
        self.closes_at = whole_minute(datetime.now(UTC), timedelta(seconds=20 + 2 * self.seconds))
        set_window(self.site.tree, self.opens_at, self.closes_at)
        self._chalice("deploy")
        now = cloud.functions(self.site)
        same("函数", set(now), set(self.deployed))
        same("闭幕规则", cloud.rules(self.site)[f"{PREFIX}-close_contest-event"], cron_of(self.closes_at))
        changed = sum(one["CodeSha256"] != self.deployed[name]["CodeSha256"] for name, one in now.items())
        return f"{changed} 个函数的代码已更新，{self.seconds:.0f} 秒，{clock(self.closes_at)} 闭幕"

    def still_there(self) -> str:
        me, claims = self.first.me(), self.first.claims()
        same("机会", me["chances"], {"granted": 2, "spent": 1})
        same("红包", [one["claim_id"] for one in claims], [self.first.claim["claim_id"]])
        same("新的结束时间", datetime.fromisoformat(self.first.contest()["closes_at"]), self.closes_at)
        return f"{len(claims)} 个红包，状态 {claims[0]['status']}"

    def closing(self) -> str:
        time.sleep(max(0.0, (self.closes_at - datetime.now(UTC)).total_seconds()))
        at = self._recorded("closed_at")
        until("菜单恢复", lambda: self.quiz not in self.first.menu(), 20)
        same("原有菜单", self.first.menu()[0], _OWN)
        return f"{clock(at, seconds=True)} 记录，菜单 {'、'.join(self.first.menu())}"

    def delete(self) -> str:
        kept = {table: cloud.items(self.site, table) for table in ("followers", "participants", "pool", "control")}
        self.site.chalice("delete")
        same("残留", cloud.remains(self.site), [])
        same("数据", {table: cloud.items(self.site, table) for table in kept}, kept)
        return "函数、接口、规则、角色、订阅均已删除；数据 " + "、".join(f"{t} {n}" for t, n in kept.items())

    def _chalice(self, *arguments: str) -> None:
        began = time.monotonic()
        self.site.chalice(*arguments)
        self.seconds = time.monotonic() - began

    def _recorded(self, name: str) -> datetime:
        def read() -> Any:
            return cloud.switches(self.site, self.contest_id).get(name)

        until(f"定时规则记录 {name}", lambda: read() is not None, _RULE_SECONDS)
        return datetime.fromtimestamp(int(read()) / 1000, UTC)
