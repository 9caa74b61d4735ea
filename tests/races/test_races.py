"""I1, I2, I4, I6 under real concurrency."""

from collections.abc import Callable
from functools import partial
from time import monotonic
from uuid import uuid4

import pytest

from chalicelib.adapters.store.tables import Tables
from chalicelib.domain.attempts import Attempt
from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.errors import AttemptAlreadyGraded, NoChanceLeft, PlanRefused, PrizesExhausted
from chalicelib.domain.participation import Chances
from chalicelib.domain.payout_decisions import LEASE, PICKUP
from chalicelib.domain.prizes import Plan
from chalicelib.wiring import Services
from tests.races.conftest import Field, FieldOf, race
from tests.races.race_setup import drawn, free, owed, person, status
from tests.support import examples
from tests.support.bench import nobody_watches

pytestmark = pytest.mark.usefixtures("restless")


def test_the_last_ten_packets_go_to_ten_of_sixty_four(field_of: FieldOf) -> None:
    field = field_of(10)
    people = [person(field, "a1") for _ in range(64)]
    steps = [partial(app.claims.open_packet, who, "a1") for app, who in zip(field.instances(64), people, strict=True)]
    outcomes = race(steps)
    won = [outcome[0] for outcome in outcomes if isinstance(outcome, tuple)]
    lost = [outcome for outcome in outcomes if not isinstance(outcome, tuple)]
    plan = field.ports.plans.current_plan()
    assert plan
    assert sorted(claim.packet.number for claim in won) == list(range(10))
    assert {claim.packet for claim in won} == set(plan.packets())
    assert [type(refusal) for refusal in lost] == [PrizesExhausted] * 54
    assert free(field) == []
    assert field.ports.control.read_switches().exhausted
    stored = [claim for who in people for claim in field.ports.participants.claims_of(who)]
    assert {claim.claim_id: claim for claim in stored} == {claim.claim_id: claim for claim in won}
    spent = sum(field.ports.participants.read_participation(who).me.chances.spent for who in people)
    assert spent == 10


def test_one_attempt_claimed_by_sixty_four_threads_is_one_claim(field_of: FieldOf) -> None:
    field = field_of(40)
    who = person(field, "a1")
    outcomes = race([partial(app.claims.open_packet, who, "a1") for app in field.instances(64)])
    (claim,) = field.ports.participants.claims_of(who)
    assert {_claim(outcome) for outcome in outcomes} == {claim}
    assert [_repeated(outcome) for outcome in outcomes].count(False) == 1
    assert len(free(field)) == 39
    assert field.ports.participants.read_participation(who).me.chances == Chances(1, 1)


def test_one_attempt_submitted_with_different_answers_is_graded_once(field_of: FieldOf) -> None:
    field = field_of(1)
    openid, offer = drawn(field)
    given = [examples.answers(offer.draw, field.bank, right % 11) for right in range(64)]
    outcomes = race(
        [
            partial(app.submissions.submit_answers, openid, offer.draw.attempt_id, offer.token, answers)
            for app, answers in zip(field.instances(64), given, strict=True)
        ]
    )
    participation = field.ports.participants.read_participation(openid)
    stored = field.ports.participants.read_standing(openid, offer.draw.attempt_id).attempt
    assert stored
    assert participation.me.attempts == 1
    assert participation.me.best_score == stored.score
    assert participation.claimable == ((stored.attempt_id,) if stored.passed else ())
    for outcome, answers in zip(outcomes, given, strict=True):
        if stored.answered_as(answers):
            assert outcome == stored
        else:
            assert isinstance(outcome, AttemptAlreadyGraded)


def test_one_attempt_submitted_alike_gets_one_answer(field_of: FieldOf) -> None:
    field = field_of(1)
    openid, offer = drawn(field)
    answers = examples.answers(offer.draw, field.bank, 7)
    submit = [
        partial(app.submissions.submit_answers, openid, offer.draw.attempt_id, offer.token, answers)
        for app in field.instances(16)
    ]
    outcomes = race(submit)
    assert all(isinstance(outcome, Attempt) and outcome == outcomes[0] for outcome in outcomes)
    assert field.ports.participants.read_participation(openid).me.attempts == 1


def test_one_chance_and_two_passed_attempts_are_one_claim(field_of: FieldOf) -> None:
    field = field_of(40)
    who = person(field, "a1", "a2")
    outcomes = race(
        [partial(app.claims.open_packet, who, f"a{1 + n % 2}") for n, app in enumerate(field.instances(64))]
    )
    (claim,) = field.ports.participants.claims_of(who)
    for number, outcome in enumerate(outcomes):
        if claim.attempt_id == f"a{1 + number % 2}":
            assert _claim(outcome) == claim
        else:
            assert isinstance(outcome, NoChanceLeft)
    assert len(free(field)) == 39
    assert field.ports.participants.read_participation(who).me.chances == Chances(1, 1)


def test_eight_workers_make_one_payment_with_one_send(field_of: FieldOf) -> None:
    field = field_of(1)
    ref = owed(field)
    assert race([partial(app.payouts.pay_claim, ref) for app in field.instances(8)]) == [None] * 8
    assert list(field.pay.payments.values()) == [1]
    assert list(field.pay.sends.values()) == [1]
    assert status(field, ref) is PayoutStatus.SENT


def test_after_a_lost_answer_eight_workers_ask_and_do_not_send_again(field_of: FieldOf) -> None:
    field = field_of(1)
    ref = owed(field)
    field.pay.will_lose_the_answer()
    race([partial(app.payouts.pay_claim, ref) for app in field.instances(8)])
    assert status(field, ref) is PayoutStatus.SENDING
    field.clock.advance(seconds=PICKUP.total_seconds())
    assert race([partial(app.payouts.pay_claim, ref) for app in field.instances(8)]) == [None] * 8
    assert list(field.pay.payments.values()) == [1]
    assert list(field.pay.sends.values()) == [1]
    assert status(field, ref) is PayoutStatus.SENT


def test_after_a_send_that_never_arrived_eight_workers_send_once_more(field_of: FieldOf) -> None:
    field = field_of(1)
    ref = owed(field)
    field.pay.will_time_out()
    field.instance().payouts.pay_claim(ref)
    field.clock.advance(seconds=max(LEASE, PICKUP).total_seconds())
    race([partial(app.payouts.pay_claim, ref) for app in field.instances(8)])
    assert list(field.pay.payments.values()) == [1]
    assert list(field.pay.sends.values()) == [2]
    assert status(field, ref) is PayoutStatus.SENT


def test_four_lay_at_once_while_one_activates(tables: Tables) -> None:
    """An operator who is too late writes nothing; the active packets are exactly the plan's."""
    field = Field(f"c{uuid4().hex[:12]}", 300, tables)

    def activate_until_active(app: Services) -> Plan:
        give_up_at = monotonic() + 30
        while True:
            try:
                return app.plans.activate_plan("wang")
            except PlanRefused:
                if monotonic() > give_up_at:
                    raise

    lay = [partial(app.plans.lay_plan, nobody_watches, "wang") for app in field.instances(4)]
    outcomes = race([*lay, partial(activate_until_active, field.instance())])
    plan = field.ports.plans.current_plan()
    assert plan
    refusals = [str(outcome) for outcome in outcomes if isinstance(outcome, Exception)]
    assert set(refusals) <= {"plan_active"}
    assert {packet.number: packet for packet in free(field)} == dict(enumerate(plan.packets()))
    assert len(free(field)) == 300
    assert sum(packet.amount_fen for packet in free(field)) == field.contest.prizes.budget_fen
    assert field.ports.control.read_switches().plan_id == plan.plan_id


def test_a_layer_that_wakes_up_late_brings_no_claimed_packet_back(field_of: FieldOf) -> None:
    field = field_of(30)
    plan = field.ports.plans.current_plan()
    assert plan
    people = [person(field, "a1") for _ in range(8)]
    steps: list[Callable[[], object]] = []
    for app, who in zip(field.instances(8), people, strict=True):
        steps.append(partial(app.claims.open_packet, who, "a1"))
    steps += [partial(app.ports.plans.lay_packets, plan, plan.packets()) for app in field.instances(8)]
    outcomes = race(steps)
    assert outcomes[8:] == [False] * 8
    assert len({_claim(outcome).packet for outcome in outcomes[:8]}) == 8
    assert len(free(field)) == 22


def _claim(outcome: object) -> Claim:
    assert isinstance(outcome, tuple), outcome
    claim = outcome[0]
    assert isinstance(claim, Claim)
    return claim


def _repeated(outcome: object) -> bool:
    assert isinstance(outcome, tuple), outcome
    return bool(outcome[1])
