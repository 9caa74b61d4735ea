"""Pauses, lost networks, busy servers, refusals."""

from typing import Any

from tests.browser.states.answering import FINISHED
from tests.browser.states.made import LOST, Answer, claim, me, refused, winner
from tests.browser.states.state import State, Theme

NOTICE = ".problem"


def submission(answer: Answer) -> dict[str, Any]:
    return {"POST /api/attempts/*/submission": answer}


def on_submission(name: str, answer: Answer, **more: Any) -> State:
    return State(name, steps=FINISHED, shows=NOTICE, api=submission(answer), **more)


THEME = Theme(
    "mishaps",
    "意外",
    (
        State("活动暂停", me(about={"paused": True}), shows="[data-screen=paused]", small=True),
        State("活动暂停，红包待领取", winner(claim("sent"), about={"paused": True}), shows="[data-screen=paused]"),
        State("打不开，脚本丢失", api={"GET /static/app-*": LOST}, shows="[role=alert] button", small=True),
        State("打不开，断网", LOST, later=3, shows="[data-screen=error]", small=True),
        State("打不开，繁忙", refused("try_again"), later=6, shows="[data-screen=error]"),
        State("打不开，出错", refused("internal"), shows="[data-screen=error]"),
        State("抽题，断网", steps=("start",), api={"POST /api/attempts": LOST}, later=3, shows=NOTICE),
        State("抽题，暂停", steps=("start",), api={"POST /api/attempts": refused("contest_paused")}, shows=NOTICE),
        State(
            "抽题，没有关注",
            steps=("start",),
            api={"POST /api/attempts": refused("not_following")},
            shows="[data-screen=notfollowing]",
        ),
        on_submission("交卷，断网", LOST, later=3, small=True),
        on_submission("交卷，暂停", refused("contest_paused")),
        on_submission("交卷，太快", refused("too_many_requests")),
        on_submission("交卷，登录过期", refused("not_signed_in")),
        on_submission("交卷，没有关注", refused("not_following")),
        on_submission("交卷，超时", refused("attempt_expired")),
        on_submission("交卷，交过别的答案", refused("attempt_already_graded")),
        on_submission("交卷，已经结束", refused("contest_closed")),
    ),
)
