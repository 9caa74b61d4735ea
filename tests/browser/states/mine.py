"""My record and my unit."""

from datetime import timedelta
from typing import Any

from chalicelib.adapters.http.render import moment
from tests.browser.states.made import AFTER, CLOSES, CONTEST, NOW, claim, me, refused, transfer, winner
from tests.browser.states.state import State, Theme

RECORD = ("record",)
SHOWN = "[data-screen=record]"
UNITS = ("units",)
OWN = "岔河镇"


def typed(text: str) -> tuple[str, str]:
    """The steps that look for a unit."""
    field = "document.querySelector('#find')"
    return "#find", f"{field}.value = '{text}', {field}.dispatchEvent(new Event('input'))"


def _ranking(*people: int) -> dict[str, Any]:
    """The first units of the contest file, and the person's own last. The staff of two is known."""
    others = [unit.name for unit in CONTEST.units if unit.name != OWN]
    names = [*others[: len(people) - 1], OWN]
    units: list[dict[str, Any]] = [
        {"name": name, "people": number, "headcount": None, "rank": rank, "share_rank": None}
        for rank, (name, number) in enumerate(zip(names, people, strict=True), start=1)
    ]
    units[0] |= {"headcount": 860, "share_rank": 2}
    units[-1] |= {"headcount": 120, "share_rank": 1}
    return {"updated_at": moment(NOW - timedelta(minutes=1)), "total": sum(people) + 37, "units": units, "final": None}


def _all_claims() -> list[dict[str, object]]:
    kinds = ("received", "refunded", "failed", "parked", "sending", "sent")
    made = [
        claim(status, 100 + 27 * at, number=400 + at, claim_id=f"4fXk0QhZr2bN8sVw6TyLc{at}")
        for at, status in enumerate(kinds)
    ]
    lapsed = transfer("lapsed", claim_id="4fXk0QhZr2bN8sVw6TyLcx", claimable_until=moment(NOW - timedelta(days=1)))
    return [*made, lapsed]


RANKED_ME, RANKED = me(about={"ranking": True}, unit=OWN), ("ranking",)
RANKED_AFTER = me(AFTER, about={"ranking": True}, unit=OWN)
RANKING = {"GET /api/ranking": _ranking(*range(128, 98, -1))}
FINAL = {
    **_ranking(128, 99),
    "updated_at": moment(CLOSES + timedelta(minutes=1)),
    "final": {"attempts": 345_678, "packets": 80_000, "claimed_fen": 20_000_000},
}

THEME = Theme(
    "mine",
    "我的与单位",
    (
        State("我的，还没有红包", me(), RECORD, SHOWN, small=True),
        State("我的，红包已领完", me(about={"prizes": "none"}), RECORD, SHOWN),
        State("我的，好友带来机会", me(chances={"granted": 3, "spent": 1}), RECORD, SHOWN),
        State("我的，红包待领取", winner(claim("sent"), unit="区教体局"), RECORD, SHOWN, small=True),
        State("我的，各种红包", winner(*_all_claims()), RECORD, SHOWN, whole=True),
        State("选择单位", me(), UNITS, ".pick", small=True),
        State("按类别选单位", me(), (*UNITS, "[data-kind=town]"), "[aria-pressed=true]"),
        State("查找单位", me(), (*UNITS, *typed("教育局")), ".pick .dim", small=True),
        State("没有找到单位", me(), (*UNITS, *typed("某某")), "div > [data-action=no-unit]"),
        State("确认单位", me(), (*UNITS, ".pick"), "[data-action=save-unit]"),
        State("单位已登记", me(about={"ranking": True}), (*UNITS, ".pick", "save-unit"), ".unit"),
        State("首页，有单位和排行", me(about={"ranking": True}, unit=OWN), (), "[data-action=ranking]", whole=True),
        State("单位参与榜，按人数", RANKED_ME, RANKED, ".ranks", RANKING, small=True, whole=True),
        State("单位参与榜，按占比", RANKED_ME, (*RANKED, "[data-by=share]"), "[data-own]", RANKING),
        State("最终参与榜", RANKED_AFTER, RANKED, ".ranks", {"GET /api/ranking": FINAL}),
        State("我的，单位的名次", RANKED_ME, (*RANKED, "record"), "[data-unit]", RANKING),
        State("单位参与榜改为不公开", RANKED_ME, RANKED, ".problem", {"GET /api/ranking": refused("not_found")}),
        State(
            "单位以前登记过",
            me(),
            (*UNITS, ".pick", "save-unit"),
            ".problem",
            {"PUT /api/me/unit": refused("unit_already_set")},
        ),
    ),
)
