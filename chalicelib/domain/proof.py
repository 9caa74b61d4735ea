"""The proof published after closing: the plan's amounts and salt, and a line for each claim (docs/fairness.md)."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.claim import Claim
from chalicelib.domain.prizes import Plan, commitment, facts_of, yuan


def proof_of(plan: Plan, claims: Iterable[Claim]) -> dict[str, Any]:
    """Returns the proof as JSON's values.

    A claim's line is `claim id,packet number,fen,time`, in the order of numbers; the time is in UTC with milliseconds.
    Packet `number` has the amount at index `number % packets`: a packet that was put back has a higher number.
    """
    own = sorted((c for c in claims if c.packet.plan_id == plan.plan_id), key=lambda c: c.packet.number)
    amounts = plan.amounts()
    return {
        "plan_id": plan.plan_id,
        "salt": plan.salt,
        "amounts": list(amounts),
        "commitment": commitment(plan.plan_id, amounts, plan.salt),
        "rules": asdict(facts_of(plan.rules)),
        "claims": [",".join(map(str, _line(claim))) for claim in own],
    }


def check_proof(text: str, published: str, budget_fen: int | None) -> tuple[list[str], str]:
    """Returns the faults of a published proof, in Chinese, and a summary with both sums.

    Raises ValueError, LookupError, TypeError or RecursionError when the text is not a proof. One that an earlier
    version revealed has neither rules nor claims.
    """
    proof = json.loads(text)
    plan_id, salt, amounts = proof["plan_id"], proof["salt"], proof["amounts"]
    computed = commitment(plan_id, amounts, salt)
    if not all(type(fen) is int and fen > 0 for fen in amounts):
        raise ValueError("an amount is not a positive number of fen")
    wrong = []
    if computed != published:
        wrong.append(f"承诺值不符：公布的是 {published}，由方案算出的是 {computed}")
    if budget_fen is not None and sum(amounts) != budget_fen:
        wrong.append(f"总额不符：应为 {budget_fen} 分，方案合计 {sum(amounts)} 分")
    wrong += amount_faults(amounts, proof.get("rules", {}))
    claims = [_read(line) for line in proof.get("claims", [])]
    wrong += _against_plan(claims, amounts)
    claimed = {number % len(amounts): fen for _, number, fen in sorted(claims, key=lambda claim: claim[1])}
    summary = f"{len(amounts)} 个红包，共 {yuan(sum(amounts))} 元"
    handed_out = f"领取 {len(claimed)} 个，共 {yuan(sum(claimed.values()))} 元"
    return wrong, f"{summary}；{handed_out}；承诺值 {computed}"


def amount_faults(amounts: Sequence[int], rules: Mapping[str, int]) -> Iterator[str]:
    """Yields, in Chinese, where a plan's amounts break its rules: `packets`, `budget_fen`, `min_fen` and `max_fen`, of
    which each may be absent."""
    if len(amounts) != rules.get("packets", len(amounts)):
        yield f"个数不符：规则是 {rules['packets']} 个，方案有 {len(amounts)} 个"
    if sum(amounts) != rules.get("budget_fen", sum(amounts)):
        yield f"总额不符：规则是 {rules['budget_fen']} 分，方案合计 {sum(amounts)} 分"
    low, high = rules.get("min_fen", 0), rules.get("max_fen", max(amounts))
    outside = [number for number, fen in enumerate(amounts) if not low <= fen <= high]
    if outside:
        yield f"有 {len(outside)} 个红包的金额不在 {low} 至 {high} 分之间，如第 {outside[0]} 号"


def _line(claim: Claim) -> tuple[str, int, int, str]:
    at = claim.claimed_at.astimezone(UTC).isoformat(timespec="milliseconds")
    return claim.claim_id, claim.packet.number, claim.packet.amount_fen, at


def _read(line: str) -> tuple[str, int, int]:
    claim_id, number, fen, at = line.split(",")
    datetime.fromisoformat(at)
    return claim_id, int(number), int(fen)


def _against_plan(claims: Sequence[tuple[str, int, int]], amounts: Sequence[int]) -> Iterator[str]:
    for what, values in (("领取号", [one[0] for one in claims]), ("红包号", [one[1] for one in claims])):
        if twice := [value for value, times in Counter[str | int](values).items() if times > 1]:
            yield f"{what}重复：{twice[0]}"
    for claim_id, number, fen in claims:
        if number < 0 or amounts[number % len(amounts)] != fen:
            yield f"领取 {claim_id} 的金额 {fen} 分不是第 {number} 号红包的"
