"""A small contest, its bank, and values to fill a store with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import count

from chalicelib.adapters.sealing import SealedAttempts, Sealer
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.attempts import KEYS, Answer, Attempt, Draw
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.claim import FINAL, FOR_A_PERSON, Claim, Packet, PayoutStatus, bill_number
from chalicelib.domain.contest import Contest
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.draw_cells import Cell
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.payout_decisions import PICKUP
from chalicelib.domain.prizes import Plan
from chalicelib.domain.smoke import LEAST_FEN, smoke_claim, smoke_packet
from chalicelib.settings import load_settings
from tests.support.pay import FakePay

NO_SECONDS = timedelta()
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)

_CONTEST = load_contest_file(PACKAGED)
OPENS, CLOSES = _CONTEST.window.opens_at, _CONTEST.window.closes_at
NOON = OPENS + timedelta(days=1, hours=12)
"""A moment in the window."""
_acts = count()


BASE_URL = "https://quiz.example"
LINK = f"{BASE_URL}/oauth/start?next=/"
SETTINGS = replace(load_settings({"STAGE": "local"}), public_base_url=BASE_URL)


def contest(contest_id: str = "test", packets: int = 20) -> Contest:
    """The packaged rules with few prizes: packets of ¥1 to ¥5, ¥2 on average."""
    prizes = PrizeRules(200 * packets, packets, 100, 500, few_percent=20)
    return replace(with_id(_CONTEST, contest_id), prizes=prizes)


def act(what: str = "") -> LogEntry:
    """An operator's; each without a name is another."""
    return LogEntry(NOON, "wang", what or f"act {next(_acts)}")


def with_id(contest: Contest, contest_id: str) -> Contest:
    return replace(contest, contest=replace(contest.contest, id=contest_id))


@cache
def bank(size: int = 15) -> Bank:
    """Each option's text says whether it is right; the place of the right one varies."""
    return Bank(tuple(_question(number) for number in range(size)))


def cells(bank: Bank, size: int) -> tuple[Cell, ...]:
    """The whole bank as one cell, from which a draw takes `size` questions."""
    return (Cell(bank.questions, size),)


def _question(number: int) -> Question:
    options = tuple("right" if place == number % 4 else f"wrong {place}" for place in range(4))
    return Question(f"q{number:02d}", f"Question {number}", options, number % 4, "Because.", "A source")


def answers(drawn: Draw, questions: Bank, right: int) -> Mapping[str, str]:
    """Answers each question; `right` of the answers are right."""
    given = {}
    for position, question in enumerate(drawn.questions):
        correct = question.order.index(questions.get(question.question_id).answer)
        given[question.question_id] = KEYS[correct if position < right else (correct + 1) % 4]
    return given


def attempt(attempt_id: str, right: int = 5, graded_at: datetime = NOON) -> Attempt:
    """Ten questions; passed with five."""
    given = [("A", 0) if n < right else ("B", 3) if n < 9 else (None, None) for n in range(10)]
    graded = tuple(Answer(f"q{n:02d}", chosen, "A", picked) for n, (chosen, picked) in enumerate(given))
    return Attempt(attempt_id, graded, graded_at, passed=right >= 5)


def claim(openid: str, attempt_id: str, packet: Packet, claimed_at: datetime = NOON) -> Claim:
    return Claim(
        claim_id=f"claim{attempt_id}",
        attempt_id=attempt_id,
        packet=packet,
        order=FakePay().order(bill_number(packet), openid, packet.amount_fen),
        claimed_at=claimed_at,
        due_at=claimed_at + PICKUP,
    )


def smoke_payment(number: int = 1, openid: str = "o1", new_id: str = "1", begun_at: datetime = NOON) -> Claim:
    packet = smoke_packet(number, new_id, LEAST_FEN)
    order = FakePay().order(bill_number(packet), openid, packet.amount_fen)
    return smoke_claim(packet, f"smoke{number}", order, begun_at)


def earlier_smoke_payment(number: int = 1, status: PayoutStatus = PayoutStatus.SENT) -> Claim:
    """A payment from before smoke payments were claims."""
    order = FakePay().order(f"SMOKE{number:022d}", "o1", LEAST_FEN)
    due_at = None if status in FINAL else FOR_A_PERSON
    packet = Packet(order.mch_billno, number, LEAST_FEN)
    return Claim(order.mch_billno, f"smoke#{number:04d}", packet, order, NOON, status, due_at=due_at, sends=1)


def plan(plan_id: str = "plan00000001", packets: int = 20) -> Plan:
    return Plan(plan_id, seed=f"seed of {plan_id}", salt="salt", rules=contest(packets=packets).prizes)


def sealed_attempts(contest_id: str = "test", *keys: str) -> SealedAttempts:
    return SealedAttempts(Sealer(keys or ("a key of the tests",), "attempt"), contest_id, SETTINGS.app_id)
