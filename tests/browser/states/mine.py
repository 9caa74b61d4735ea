"""My record and my unit."""

from datetime import timedelta

from chalicelib.adapters.http.render import moment
from tests.browser.states.made import NOW, claim, me, refused, transfer, winner
from tests.browser.states.state import State, Theme

RECORD = ("record",)
SHOWN = "[data-screen=record]"


def typed(text: str) -> tuple[str, str]:
    """The steps that look for a unit."""
    field = "document.querySelector('[data-input]')"
    event = "new Event('input', { bubbles: true })"
    return "[data-input]", f"{field}.value = '{text}', {field}.dispatchEvent({event})"


def _all_claims() -> list[dict[str, object]]:
    kinds = ("received", "refunded", "failed", "parked", "sending", "sent")
    made = [
        claim(status, 100 + 27 * at, number=400 + at, claim_id=f"4fXk0QhZr2bN8sVw6TyLc{at}")
        for at, status in enumerate(kinds)
    ]
    lapsed = transfer("lapsed", claim_id="4fXk0QhZr2bN8sVw6TyLcx", claimable_until=moment(NOW - timedelta(days=1)))
    return [*made, lapsed]


THEME = Theme(
    "mine",
    "我的与单位",
    (
        State("我的，还没有红包", me(), RECORD, SHOWN, small=True),
        State("我的，红包待领取", winner(claim("sent"), unit="区教体局"), RECORD, SHOWN, small=True),
        State("我的，各种红包", winner(*_all_claims()), RECORD, SHOWN, whole=True),
        State("选择单位", me(), (*RECORD, "unit"), ".found .pick", small=True),
        State("查找单位", me(), (*RECORD, "unit", *typed("镇")), ".found .pick"),
        State("没有找到单位", me(), (*RECORD, "unit", *typed("某某")), ".found"),
        State("确认单位", me(), (*RECORD, "unit", ".pick"), "[data-action=save-unit]"),
        State("单位已登记", me(), (*RECORD, "unit", ".pick", "save-unit"), ".unit"),
        State(
            "单位以前登记过",
            me(),
            (*RECORD, "unit", ".pick", "save-unit"),
            ".problem",
            {"PUT /api/me/unit": refused("unit_already_set")},
        ),
    ),
)
