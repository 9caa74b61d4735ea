"""The rehearsal's steps of participants and scheduled functions. Each returns a summary."""

import time
from datetime import UTC, datetime
from typing import Any

from tests.rehearsal import deployed_resources as deployed
from tests.rehearsal.checks import clock, same, sleep_until, until
from tests.rehearsal.run_state import RunState

_RULE_SECONDS = 40.0
_OWN = "信用查询"


class ContestSteps:
    """A step raises when a check fails."""

    def __init__(self, run: RunState) -> None:
        self.run, self.env, self.first = run, run.env, run.first

    def gateway_answers(self) -> str:
        return self.first.is_refused("GET", "/no/such/path", 404, "not_found")

    def not_open(self) -> str:
        return self.first.is_refused("POST", "/api/attempts", 403, "contest_not_open")

    def opening(self) -> str:
        self.first.set_menu(_OWN, "https://credit.example/")
        same("开幕记录", self._switches().get("opened_at"), None)
        sleep_until(self.run.opens_at)
        same("阶段", self.first.contest()["phase"], "open")
        at = self._recorded("opened_at")
        until("菜单发布", lambda: self._quiz in self.first.menu(), 20)
        return f"{clock(at, seconds=True)} 记录，菜单 {'、'.join(self.first.menu())}"

    def referral(self) -> str:
        friend, link = self.run.friend, self.first.share_link()
        friend.become_a_person("好友")
        friend.open_a_link(link)
        told = len(self.first.messages())
        friend.follow_now()
        same("机会", self.first.me()["chances"], {"granted": 2, "spent": 1})
        until("通知分享者", lambda: len(self.first.messages()) > told and not deployed.waiting(self.env, "later"), 30)
        return "分享者多一次机会，并收到客服消息"

    def reconcile(self) -> str:
        self.env.contest("run", "reconcile")
        until("对账", lambda: {one["status"] for one in self.first.claims()} == {"received"}, 30)
        return "微信支付说已领取，发放有了最终结果"

    def data_still_valid(self) -> str:
        me, claims = self.first.me(), self.first.claims()
        same("机会", me["chances"], {"granted": 1, "spent": 1})
        same("红包", [one["claim_id"] for one in claims], [self.first.claim["claim_id"]])
        same("新的结束时间", datetime.fromisoformat(self.first.contest()["closes_at"]), self.run.closes_at)
        return f"{len(claims)} 个红包，状态 {claims[0]['status']}"

    def closing(self) -> str:
        time.sleep(max(0.0, (self.run.closes_at - datetime.now(UTC)).total_seconds()))
        at = self._recorded("closed_at")
        until("菜单恢复", lambda: self._quiz not in self.first.menu(), 20)
        same("原有菜单", self.first.menu()[0], _OWN)
        return f"{clock(at, seconds=True)} 记录，菜单 {'、'.join(self.first.menu())}"

    def closed(self) -> str:
        return self.first.is_refused("POST", "/api/attempts", 403, "contest_closed")

    def sweep(self) -> str:
        expected = self.run.contest.prizes.packets - 1
        until("清点", lambda: self._switches().get("free_packets") == expected, 75)
        return f"剩余 {expected} 个"

    @property
    def _quiz(self) -> str:
        return self.run.contest.menu.quiz

    def _switches(self) -> dict[str, Any]:
        return deployed.switches(self.env, self.run.contest.id)

    def _recorded(self, name: str) -> datetime:
        until(f"定时规则记录 {name}", lambda: self._switches().get(name) is not None, _RULE_SECONDS)
        return datetime.fromtimestamp(int(self._switches()[name]) / 1000, UTC)
