"""The learning cards, the kept results, the book of one's mistakes, the certificate, and the bank after the end."""

from datetime import timedelta
from typing import Any

from chalicelib.adapters.http.render import lessons_body
from tests.browser.states.made import AFTER, BANK, BEFORE, LESSONS, NOW, drawn, graded, me
from tests.browser.states.state import State, Theme

ANSWERED = me(attempts=2, best_score=8)


def longest(each: int = 6) -> dict[str, Any]:
    """The lessons, and the longest questions of each subject: all 392 take long to measure."""
    body = lessons_body(LESSONS, BANK)
    by_length = sorted(body["bank"], key=lambda one: -len(str(one)))
    subjects = {one["subject"] for one in by_length}
    bank = [[one for one in by_length if one["subject"] == subject][:each] for subject in sorted(subjects)]
    return body | {"bank": [one for some in bank for one in some]}


EVERYTHING = {"GET /api/lessons": longest()}


def kept(*rights: int) -> dict[str, Any]:
    """Results on this phone with so many right answers, an hour apart."""
    results = [
        {
            "quiz": {"attempt_id": f"3qYtVbN0c2aLrX7e9KdPz{at}", "questions": drawn()["questions"]},
            "graded": graded(right),
            "at": (NOW - timedelta(hours=at + 1)).timestamp() * 1000,
        }
        for at, right in enumerate(rights)
    ]
    return {f"results {ANSWERED['contest']['contest_id']} {ANSWERED['person']}": results}


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
