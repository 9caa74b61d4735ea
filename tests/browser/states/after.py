"""The end, and after it."""

from datetime import timedelta
from typing import Any

from chalicelib.adapters.http.render import moment
from chalicelib.domain.prizes import Plan
from chalicelib.domain.proof import proof_of
from tests.browser.states.made import (
    AFTER,
    CLOSES,
    CONTEST,
    Answer,
    claim,
    drawn,
    me,
    passed,
    refused,
    stranger,
    winner,
)
from tests.browser.states.state import State, Theme

CLOSED = "[data-screen=closed]"

LATE = CLOSES - timedelta(minutes=80)
LAST = CLOSES - timedelta(minutes=2)
CHECK = ("proof", "check-proof")
PLAN = Plan("p" * 12, "seed", "salt", CONTEST.prizes)
AMOUNTS = PLAN.amounts()
PROOF = proof_of(PLAN, ()) | {
    "claims": [f"{claim('sent')['claim_id']},417,{AMOUNTS[417]},2020-07-10T11:45:00.000+00:00"]
}


def checked(name: str, commitment: str, **more: Any) -> State:
    """The proof, checked by a person who has claimed."""
    who = winner(claim("received", AMOUNTS[417]), now=AFTER, about={"commitment": commitment})
    return State(name, who, CHECK, "[data-step=done]", {"GET /api/proof": PROOF}, **more)


THEME = Theme(
    "after",
    "结束后",
    (
        State("已结束，没有登录", stranger(AFTER), shows=CLOSED, small=True),
        State("已结束，没有红包", me(AFTER, attempts=3, best_score=4), shows=CLOSED),
        State("已结束，红包已领取", winner(claim("received"), now=AFTER), shows=CLOSED, small=True),
        State("已结束，红包被退回", winner(claim("refunded"), now=AFTER), shows=CLOSED),
        State("已结束，达标未开", passed(now=AFTER), shows=CLOSED),
        State("首页，最后两小时", passed(now=LATE), shows="[data-ends]", small=True),
        State(
            "答题，不久结束",
            me(LAST),
            ("start",),
            ".cut",
            {"POST /api/attempts": Answer(drawn() | {"expires_at": moment(LAST + timedelta(minutes=30))}, 201)},
            small=True,
        ),
        State("看结果", passed(now=AFTER), ("proof",), "[data-step=ready]", whole=True),
        State("核对，没有公布", me(AFTER), CHECK, "[data-step=unpublished]", {"GET /api/proof": refused("not_found")}),
        checked("核对，相符", PROOF["commitment"], whole=True),
        checked("核对，不符", "5f0e" * 16),
        State("规则", me(AFTER), ("rules",), "[data-screen=rules]"),
    ),
)
