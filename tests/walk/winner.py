"""A winner who is paid by transfer: taps 收款 and confirms on WeChat's sheet, as the page's bridge would."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.walk.walker import HTTP_SECONDS, Steps, Walker, WalkError

_WORKER_SECONDS = 90
_PACE_SECONDS = 5


@dataclass
class Winner(Walker):
    """`claim` is the last packet opened."""

    def receives(self) -> Steps:
        return [
            ("收款", self.ask_for_the_receipt),
            ("在微信里确认", self.confirm),
            ("到账", self.receive_the_money),
        ]

    def is_too_old(self) -> Steps:
        """The phone's WeChat, until it is updated."""
        return [
            ("收款", self.ask_for_the_receipt),
            ("微信打不开收款页", self.find_wechat_too_old),
            ("更新微信", self.update_wechat),
        ]

    def comes_back_after(self, hours: int) -> Steps:
        return [
            ("收款", self.ask_for_the_receipt),
            ("没有确认就离开", self.leave_the_sheet),
            (f"{hours}小时后回来", lambda: self.come_back(hours)),
        ]

    def ask_for_the_receipt(self) -> str:
        """Taps 收款 and waits until the page could open the sheet."""
        self._tap()
        self.claim = self._until(lambda claim: claim["receipt"] is not None, "收款凭证")
        return "页面可以打开微信的收款页"

    def confirm(self) -> str:
        shown = self._sheet()
        if shown.get("amount_fen") != self.claim["amount_fen"]:
            raise WalkError(f"收款页应显示 {self.claim['amount_fen']} 分，实为 {shown}")
        said = self._phone("/receipt/confirm", {"package": self._receipt["package"]})
        return f"{shown['perception']} {shown['amount_fen'] / 100:.2f} 元，{said['err_msg']}"

    def leave_the_sheet(self) -> str:
        self._sheet()
        said = self._phone("/receipt/cancel", {"package": self._receipt["package"]})
        self._is_still_to_be_received()
        return f"{said['err_msg']}，钱仍为其保留"

    def find_wechat_too_old(self) -> str:
        self._phone("/wechat", {"wechat": "old"})
        said = self._sheet().get("err_msg", "")
        if said != "system:function_not_exist":
            raise WalkError(f"旧版微信应不支持收款，实为 {said}")
        self._is_still_to_be_received()
        return "微信版本过旧，不能收款，钱仍为其保留"

    def update_wechat(self) -> str:
        return f"微信：{self._phone('/wechat', {'wechat': 'new'})['wechat']}"

    def come_back(self, hours: int) -> str:
        """Sets the stack's clock forward, then signs in again and finds the packet still to be received."""
        now = self.wait(timedelta(hours=hours))
        self.sign_in()
        self._until(lambda claim: claim["status"] == "owed", "单据过期后可以再收款")
        return f"时钟拨到 {now}，红包仍可领取"

    def receive_the_money(self) -> str:
        """Checks that the claim is received and that WeChat Pay paid each packet once."""
        self.claim = self._until(lambda claim: claim["status"] == "received", "到账")
        bills = self.bills()
        paid = sorted(bill["amount_fen"] for bill in bills if bill["state"] == "SUCCESS")
        if paid != sorted(self.won):
            raise WalkError(f"领到 {self.won} 分，微信支付账上却是 {paid}")
        return f"微信支付账上 {len(bills)} 张单据，到账 {len(paid)} 笔，金额一致"

    def bills(self) -> list[Mapping[str, Any]]:
        """Every transfer bill for this person."""
        books = self._ask("GET", f"{self.simulator}/sim/pay/transfers")
        return [bill for bill in books["transfers"] if bill["openid"] == self.person["openid"]]

    @property
    def _receipt(self) -> Mapping[str, Any]:
        receipt: Mapping[str, Any] = self.claim["receipt"]
        return receipt

    def _tap(self) -> None:
        """Taps; a second tap within five seconds must wait."""
        url = f"{self.app}/api/claims/{self.claim['claim_id']}/receipt"
        answer = self.browser.post(url, json={}, timeout=HTTP_SECONDS)
        if answer.status_code == 429:
            time.sleep(float(answer.headers.get("Retry-After", _PACE_SECONDS)))
            answer = self.browser.post(url, json={}, timeout=HTTP_SECONDS)
        if answer.status_code != 202:
            raise WalkError(f"POST {url} → {answer.status_code} {answer.text[:300]}")

    def _sheet(self) -> Any:
        """Returns the content of WeChat's sheet, or the reason why it does not open."""
        receipt = self._receipt
        body = {"mchId": receipt["mch_id"], "appId": receipt["app_id"], "package": receipt["package"]}
        return self._phone("/receipt", body)

    def _phone(self, what: str, body: Mapping[str, Any]) -> Any:
        return self._ask("POST", f"{self.simulator}/sim/people/{self.person['id']}{what}", json=body)

    def _is_still_to_be_received(self) -> None:
        status = self._own()["status"]
        if status != "sent":
            raise WalkError(f"没有确认收款，却是 {status}")

    def _own(self) -> Mapping[str, Any]:
        claims = self._api("GET", "/api/claims")["claims"]
        return next(claim for claim in claims if claim["claim_id"] == self.claim["claim_id"])

    def _until(self, done: Callable[[Mapping[str, Any]], bool], what: str) -> Mapping[str, Any]:
        deadline = time.monotonic() + _WORKER_SECONDS
        while not done(claim := self._own()):
            if time.monotonic() > deadline:
                raise WalkError(f"{_WORKER_SECONDS} 秒后仍没有{what}，单据 {[bill['state'] for bill in self.bills()]}")
            time.sleep(0.5)
        return claim
