"""The result of a quiz, with the explanations."""

from typing import Any

from tests.browser.states.answering import FINISHED
from tests.browser.states.made import claim, graded, me, winner
from tests.browser.states.state import State, Theme

SHOWN = "[data-screen=result] .ring"


def submitted(right: int) -> dict[str, Any]:
    """The submission's answer: so many questions are right."""
    return {"POST /api/attempts/*/submission": graded(right)}


def result(name: str, right: int, **more: Any) -> State:
    return State(name, steps=FINISHED, api=submitted(right), shows=SHOWN, **more)


THEME = Theme(
    "results",
    "成绩与解析",
    (
        result("达标，可开红包", 8, small=True, whole=True),
        result("全对", 10),
        result("差一题", 4, small=True),
        result("一题未对", 0, whole=True),
        result("差一题，红包已领完", 4, me=me(about={"prizes": "none"})),
        result("达标，红包已领完", 8, me=me(about={"prizes": "none"})),
        result("达标，机会已用完", 8, me=winner(claim("received"))),
        result("达标，资格核实中", 8, me=me(on_hold=True)),
    ),
)
