"""The result of a quiz, with the explanations."""

from datetime import timedelta
from typing import Any

from chalicelib.adapters.http.render import moment
from tests.browser.states.answering import FINISHED
from tests.browser.states.made import NOW, claim, graded, me, winner
from tests.browser.states.state import State, Theme

SOON = moment(NOW + timedelta(seconds=30))
SHOWN = "[data-screen=result] .ring"


def submitted(right: int, withdrawn: bool = False) -> dict[str, Any]:
    """The submission's answer: so many questions are right, and the last one may be withdrawn."""
    return {"POST /api/attempts/*/submission": graded(right, withdrawn)}


def result(name: str, right: int, closed: bool = False, withdrawn: bool = False, **more: Any) -> State:
    shows = "[data-screen=result] .steps [data-action=proof]" if closed else SHOWN
    return State(name, steps=FINISHED, api=submitted(right, withdrawn), shows=shows, **more)


THEME = Theme(
    "results",
    "成绩与解析",
    (
        result("达标，可开红包", 8, small=True, whole=True),
        result("全对", 10),
        result("差一题", 4, small=True),
        result("一题未对", 0, whole=True),
        result("差一题，一题已撤回，红包已领完", 3, withdrawn=True, me=me(about={"prizes": "none"})),
        result("达标，红包已领完", 8, me=me(about={"prizes": "none"})),
        result("达标，机会已用完", 8, me=winner(claim("received"))),
        result("达标，没有开，看着结束", 8, me=me(about={"closes_at": SOON}), later=31, closed=True),
        result("达标，资格核实中", 8, me=me(on_hold=True)),
    ),
)
