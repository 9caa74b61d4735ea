"""Questions are withdrawn while others are withdrawn, and while answers are submitted (R4, I6)."""

from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.errors import TryAgain
from chalicelib.usecases.withdraw_question import QuestionRefused
from tests.races.conftest import FieldOf, race
from tests.races.race_setup import drawn
from tests.support import examples

pytestmark = pytest.mark.usefixtures("restless")


def test_operators_together_leave_enough_questions(field_of: FieldOf) -> None:
    """Of fifteen questions ten are drawn, so five may go."""
    field = field_of(1)
    instances = field.instances(15)
    withdraw = [
        partial(app.withdrawals.withdraw, question_id, f"li{question_id}", "why")
        for app, question_id in zip(instances, field.bank.ids, strict=True)
    ]
    for _ in range(3):
        outcomes = race(withdraw)
        assert all(one in (True, False) or isinstance(one, QuestionRefused | TryAgain) for one in outcomes), outcomes
        gone = field.ports.control.read_switches().withdrawn
        logged = [one.about for one in field.ports.ledger.log_entries() if one.what == "bank withdraw"]
        assert sorted(logged) == sorted(gone), "each withdrawal has one entry, and each entry one withdrawal"
        assert 0 < len(gone) <= 5


def test_a_submission_repeated_around_a_withdrawal_gets_one_grade(field_of: FieldOf) -> None:
    """Half of the instances have read the switches before."""
    field = field_of(1)
    openid, offer = drawn(field)
    answers, gone = examples.answers(offer.draw, field.bank, 4), offer.draw.questions[-1].question_id
    instances = field.instances(12)
    for app in instances[:6]:
        app.gate.enter()
    withdraw = partial(field.instance().withdrawals.withdraw, gone, "li", "why")
    submit = [
        partial(app.submissions.submit_answers, openid, offer.draw.attempt_id, offer.token, answers)
        for app in instances
    ]
    steps: list[Callable[[], bool | Attempt]] = [withdraw, *submit]
    _, *outcomes = race(steps)
    assert field.ports.control.read_switches().withdrawn == {gone}
    stored = field.ports.participants.read_standing(openid, offer.draw.attempt_id).attempt
    assert isinstance(stored, Attempt)
    assert stored.score == 4 + any(one.withdrawn for one in stored.answers)
    assert all(outcome == stored for outcome in outcomes if not isinstance(outcome, TryAgain))
    participation = field.ports.participants.read_participation(openid)
    assert (participation.me.attempts, participation.claimable) == (1, (stored.attempt_id,) if stored.passed else ())
