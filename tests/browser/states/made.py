"""Made answers of the server. `test_states.py` holds each one to docs/openapi.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from chalicelib.adapters.http.error_answers import error_response_body
from chalicelib.adapters.http.render import contest_body, lessons_body, moment, texts_body, units_body
from chalicelib.adapters.poster import background_file, poster
from chalicelib.adapters.qr import png
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.attempts import KEYS
from chalicelib.domain.bank import Bank, Question, parse_bank
from chalicelib.domain.lessons import parse_lessons
from chalicelib.domain.switches import Switches
from infra.build.draw_poster import ensure_poster

HOST = "https://quiz.example"
CONTEST = load_contest_file(PACKAGED)
OPENS, CLOSES = CONTEST.window.opens_at, CONTEST.window.closes_at
NOW = OPENS + timedelta(days=2, hours=20)
BEFORE, AFTER = OPENS - timedelta(days=2, hours=5, minutes=42, seconds=5), CLOSES + timedelta(minutes=1)
SWITCHES = Switches(plan_id="1", commitment="5f0e" * 16, free_packets=CONTEST.prizes.packets // 2)
ATTEMPT, CLAIM = "3qYtVbN0c2aLrX7e9KdPzw", "4fXk0QhZr2bN8sVw6TyLcd"


@dataclass(frozen=True)
class Answer:
    body: Any
    status: int = 200


LOST, NEVER = Answer(None, 0), Answer(None, -1)
"""The network fails; the answer does not come."""


def refused(code: str, **more: str) -> Answer:
    status, body = error_response_body(code, more)
    return Answer(body, status)


def contest(now: datetime = NOW, **facts: Any) -> dict[str, Any]:
    """The packaged contest at this moment. No submission waits for its time, as the clock stands still."""
    return contest_body(CONTEST, SWITCHES, now) | {"min_seconds": 0} | facts


def me(now: datetime = NOW, about: Mapping[str, Any] | None = None, **facts: Any) -> dict[str, Any]:
    """A follower who has not answered yet. `about` changes the contest's facts, `facts` those of the person."""
    return {
        "contest": contest(now, **(about or {})),
        "person": "Zm9vYmFy",
        "subscribed": True,
        "on_hold": False,
        "unit": None,
        "attempts": 0,
        "best_score": 0,
        "chances": {"granted": 1, "spent": 0},
        "claimable": [],
        "claims": [],
    } | facts


def stranger(now: datetime = NOW, **facts: Any) -> Answer:
    """Nobody is signed in. `facts` are the contest's."""
    refusal = refused("not_signed_in")
    return Answer({**refusal.body, "contest": contest(now, **facts)}, refusal.status)


def passed(**facts: Any) -> dict[str, Any]:
    """A follower with a packet to open."""
    passes: dict[str, Any] = {"attempts": 2, "best_score": 9, "claimable": [ATTEMPT]}
    return me(**passes | facts)


def winner(*claims: Mapping[str, Any], **facts: Any) -> dict[str, Any]:
    """A follower with these claims and no chance left."""
    spent = {"granted": len(claims), "spent": len(claims)}
    wins: dict[str, Any] = {"attempts": 2, "best_score": 9, "chances": spent, "claims": list(claims)}
    return me(**wins | facts)


def claim(status: str, fen: int = 227, **facts: Any) -> dict[str, Any]:
    """A cash red packet of a quarter of an hour ago."""
    return {
        "claim_id": CLAIM,
        "amount_fen": fen,
        "status": status,
        "claimed_at": moment(NOW - timedelta(minutes=15)),
        "number": 417,
        "receipt": None,
        "claimable_until": None,
        "note": None,
    } | facts


RECEIPT = {"mch_id": "1900000109", "app_id": "wxlocal", "package": "affffddafdfafddffda+/AbC=="}


def transfer(status: str, **facts: Any) -> dict[str, Any]:
    return claim(status, **{"claimable_until": moment(CLOSES + timedelta(days=7))} | facts)


def drawn(*ids: str) -> dict[str, Any]:
    """A draw of these questions, else of the first ones of the bank."""
    questions = [BANK.get(one) for one in ids] or BANK.questions[: CONTEST.quiz.draw_size]
    return {
        "attempt_id": ATTEMPT,
        "attempt": "1.gAAAAABfBJ0AxYz",
        "expires_at": moment(NOW + timedelta(minutes=CONTEST.quiz.attempt_minutes)),
        "questions": [_asked(question) for question in questions],
    }


def _asked(question: Question) -> dict[str, Any]:
    options = [{"key": KEYS[at], "text": text} for at, text in enumerate(question.options)]
    return {"id": question.id, "stem": question.stem, "options": options}


def graded(right: int, withdrawn: bool = False) -> dict[str, Any]:
    """The result of `drawn()`: the first ones right, the next wrong, the last one unanswered and perhaps withdrawn."""
    questions = BANK.questions[: CONTEST.quiz.draw_size]
    score = right + withdrawn
    passes = score >= CONTEST.quiz.pass_mark
    review = [_review(question, at < right, at == len(questions) - 1) for at, question in enumerate(questions)]
    review[-1] |= {"withdrawn": True} if withdrawn else {}
    return {"score": score, "passed": passes, "claimable": passes, "review": review}


def _review(question: Question, right: bool, last: bool) -> dict[str, Any]:
    correct = KEYS[question.answer]
    chosen = correct if right else None if last else KEYS[(question.answer + 1) % len(question.options)]
    explained = {"explanation": question.explanation, "source": question.source}
    return {"id": question.id, "chosen": chosen, "correct": correct, **explained}


def _bank() -> Bank:
    return parse_bank((PACKAGED.parent / "questions.csv").read_text(encoding="utf-8"))


BANK = _bank()
LESSONS = parse_lessons((PACKAGED.parent / "lessons.csv").read_text(encoding="utf-8"))
LINK = f"{HOST}/s/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-AbCdEfGhIjKlM"
SDK = {"appId": "wxlocal", "timestamp": 1594382400, "nonceStr": ATTEMPT, "signature": "0" * 40}
SHARE = {
    "link": LINK,
    "title": CONTEST.contest.theme + " · 信用知识竞赛",
    "description": "一起学信用知识，做诚信市民。",
    "image_url": f"{HOST}/static/share.png",
    "qr_url": f"{HOST}/api/share/code",
    "poster_url": f"{HOST}/api/share/poster.png",
    "sdk": SDK,
}


@cache
def own_poster() -> bytes:
    """The first call on a machine draws the background."""
    ensure_poster(CONTEST)
    return poster(background_file(CONTEST).read_bytes(), LINK)


ANSWERS: Mapping[str, Any] = {
    "GET /api/contest": contest() | texts_body(CONTEST),
    "POST /api/attempts": Answer(drawn(), 201),
    "POST /api/attempts/*/submission": graded(8),
    "POST /api/claims": Answer(claim("owed"), 201),
    "GET /api/claims": {"claims": [claim("sent")]},
    "POST /api/claims/*/receipt": Answer(transfer("sending"), 202),
    "GET /api/units": units_body(CONTEST.reporting.units),
    "PUT /api/me/unit": {"unit": "区教体局"},
    "GET /api/share": SHARE,
    "GET /api/sdk": {"sdk": SDK},
    "GET /api/lessons": lessons_body(LESSONS, None),
    "GET /api/share/code": png(LINK),
    "GET /api/share/poster.png": own_poster,
    "GET /api/follow-code": png("http://weixin.qq.com/q/1"),
}
"""What every state gets unless it says otherwise."""
