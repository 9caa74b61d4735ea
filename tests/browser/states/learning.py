"""The learning cards, the kept results, the book of one's mistakes, the certificate, and the bank after the end."""

from datetime import timedelta
from typing import Any

from chalicelib.adapters.http.render import lessons_body
from tests.browser.states.made import AFTER, BANK, BEFORE, LESSONS, NOW, drawn, graded, me
from tests.browser.states.state import State, Theme

EVERYTHING = {"GET /api/lessons": lessons_body(LESSONS, BANK)}
ANSWERED = me(attempts=2, best_score=8)


def kept(*rights: int) -> dict[str, Any]:
    """Results on this phone with so many right answers, an hour apart."""
    results = [
        {
            "quiz": {"attempt_id": f"3qYtVbN0c2aLrX7e9KdPz{at}", "questions": drawn()["questions"]},
            "graded": graded(right),
            "at": (NOW - timedelta(hours=at + 1)).timestamp() * 1000,
            "person": ANSWERED["person"],
        }
        for at, right in enumerate(rights)
    ]
    return {f"results {ANSWERED['contest']['contest_id']}": results}


THEME = Theme(
    "learning",
    "学习与错题",
    (
        State("先学一学", me(BEFORE), ("learn",), "[data-screen=learn] .lesson", small=True),
        State("第二张卡片", me(), ("learn", "button.main[data-action=turn]"), "[data-screen=learn] .lesson"),
        State("我的，有答题记录", ANSWERED, ("record",), ".results", stored=kept(8, 4), whole=True),
        State("再看解析", ANSWERED, ("record", "review"), "[data-screen=result] .review", stored=kept(8, 4)),
        State("我的错题", ANSWERED, ("record", "mistakes"), "[data-screen=mistakes]", stored=kept(8, 4), whole=True),
        State("达标证书", ANSWERED, ("record", "certificate"), ".certificate", stored=kept(8, 4), small=True),
        State("全部题目与答案", me(AFTER), ("learn", "bank"), "[data-screen=bank]", EVERYTHING),
        State("全部题目，展开", me(AFTER), ("learn", "bank", ".subject summary"), "details[open]", EVERYTHING),
    ),
)
