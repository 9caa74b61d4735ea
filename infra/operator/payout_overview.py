"""How many payouts wait, in which state, and what to do about them: from the index, without reading all claims."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.claim import FOR_A_PERSON, Claim, DueClaim, PayoutStatus
from chalicelib.domain.payout_reasons import Reason
from chalicelib.ports import Payouts
from infra.operator.terminal import Progress

READ_AT_MOST = 1000
"""Claims, a hundred a call: some seconds from afar."""
REMEDIES: Mapping[str, str] = {
    Reason.BALANCE: "充值到运营账户，再 ./contest payouts resume",
    Reason.DAY_LIMIT: "在商户平台提高每日上限，再 ./contest payouts resume",
    Reason.CONFIGURATION: "改正商户的配置（函数 pay 的日志有代码），再 ./contest payouts resume",
    Reason.USER_LIMIT: "不用管，明天自动再发",
    Reason.TERMS: "改正 contest.toml 的 [packet] 并部署，再 ./contest payouts retry --reason terms --new-terms",
    Reason.MONEY_LIMIT: "在商户平台调整金额范围，再 ./contest payouts retry --reason money_limit",
    Reason.RISK_CONTROL: "核对调用 IP 与风险提示，再 ./contest payouts retry --reason risk_control",
    Reason.OPENID: "核对 WECHAT_APP_ID，再 ./contest payouts retry --reason openid",
    Reason.UNCLEAR: "在商户平台按单号核对，再 ./contest payouts retry --reason unclear",
    Reason.INSPECT: "在账单里按单号核对，再 ./contest payouts settle",
    Reason.LOST: "在账单里按单号核对，再 ./contest payouts settle",
    Reason.NOT_OURS: "在账单里按单号核对，再 ./contest payouts settle --statement-checked",
    Reason.PAYER: "以那时的商户密钥执行 ./contest payouts finish",
    Reason.UNCONFIRMED: "联系本人，再 ./contest payouts settle",
}
"""What to do about payouts that are parked for a reason."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of the payouts that are not final. Smoke payments are left out."""

    waiting: int
    late: int
    """Those whose next check was due some time ago."""
    for_a_person: int
    """Those that only an operator can move."""
    by_state: Mapping[PayoutStatus, int] | None
    """None when there are too many to read each."""
    parked: Mapping[str, int]
    """Reason -> count, of the parked claims that were read."""

    def lines(self) -> Iterator[str]:
        """What is parked, and what to do about it."""
        for reason, count in sorted(self.parked.items(), key=lambda one: -one[1]):
            remedy = REMEDIES.get(reason, "见 ./contest payouts list --state parked")
            yield f"搁置 {reason} {count} 笔：{remedy}"
        unread = self.for_a_person - sum(self.parked.values())
        if unread > 0:
            yield f"另有 {unread} 笔等操作员处理：见 ./contest payouts list --state parked"


def overview(payouts: Payouts, now: datetime, progress: Progress, most: int = READ_AT_MOST) -> Overview:
    """Reads the index, then the claims themselves while there are at most `most`, else those for a person alone."""
    found = [one for one in payouts.waiting_claims() if not one.ref.is_smoke]
    stuck = [one for one in found if one.due_at >= FOR_A_PERSON]
    claims = _read(payouts, (found if len(found) <= most else stuck)[:most], progress)
    parked = Counter(claim.reason for claim in claims if claim.status is PayoutStatus.PARKED)
    states = Counter(claim.status for claim in claims if not claim.is_final) if len(found) <= most else None
    return Overview(len(found), sum(one.due_at <= now for one in found), len(stuck), states, parked)


def _read(payouts: Payouts, due: Sequence[DueClaim], progress: Progress) -> list[Claim]:
    claims = list[Claim]()
    for claim in payouts.read_claims([one.ref for one in due]):
        claims.append(claim)
        progress(len(claims), len(due))
    return claims
