"""What goes wrong with payouts in a rehearsed week, what the operator does about it, and what it did to payouts."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.payout_reasons import Reason
from infra.rehearsal.operator_console import Operate
from infra.rehearsal.phone import Place
from infra.rehearsal.settling import control

SCRIPTS = "/sim/pay/transfers/scripts"
_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """What WeChat Pay answers to the day's first payouts, and what the operator does in the evening.

    `reason`: why a payout that met with it waits until then, as `./contest payouts list` shows it.
    """

    day: int
    name: str
    script: Mapping[str, Any]
    reason: Reason
    remedy: tuple[str, ...]


RESUME = ("payouts", "resume", "--reason", "演练：已充值")
RETRY = ("payouts", "retry", "--reason", "openid")
AFTER_500 = {"answer": "http500", "when": "after", "times": 5}
TROUBLES = (
    Trouble(1, "微信支付付款后应答 500", AFTER_500, Reason.DOUBTFUL, ()),
    Trouble(2, "收款人暂不可付", {"answer": "OPENID_ERROR", "times": 3}, Reason.OPENID, RETRY),
    Trouble(3, "商户余额不足", {"answer": "NOTENOUGH"}, Reason.BALANCE, RESUME),
)


async def first_met(trouble: Trouble, place: Place, operate: Operate) -> Set[str]:
    """Waits until WeChat Pay has answered so, and some payouts wait for that reason. Returns their bill numbers."""
    while True:
        left = (await control(place, "GET", SCRIPTS))["left"]
        if left < trouble.script.get("times", 1) and (found := await waiting_for(trouble.reason, operate)):
            return found
        await asyncio.sleep(_LOOK_SECONDS)


async def waiting_for(reason: Reason, operate: Operate) -> Set[str]:
    """Returns the bill numbers of the payouts that wait for this reason."""
    claims = json.loads((await operate("payouts", "list", "--json")).stdout)["claims"]
    return {claim["bill"] for claim in claims if claim["reason"] == reason}


def within(days: int) -> Sequence[Trouble]:
    """Returns those of a contest of so many days."""
    return [trouble for trouble in TROUBLES if trouble.day <= days]


def without_effect(troubles: Iterable[Trouble], met: Mapping[str, Set[str]], paid: Set[str]) -> Iterator[str]:
    """Says which troubles no payout met with, and which payouts that did are not paid in the end.

    `met`: bill numbers by a trouble's name; `paid`: the bill numbers that WeChat Pay paid.
    """
    for trouble in troubles:
        bills = met.get(trouble.name, frozenset[str]())
        if not bills:
            yield f"第{trouble.day}天的“{trouble.name}”没有影响任何一笔发放：这次演练没有练到它。"
        if unpaid := bills - paid:
            yield f"第{trouble.day}天的“{trouble.name}”之后，{len(unpaid)} 笔到最后也没有付出。"
