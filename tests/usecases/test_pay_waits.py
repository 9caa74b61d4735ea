"""Times when nothing is sent: holds on all payouts after an answer, quiet hours, and the limited rate of sends."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from chalicelib.adapters.clock import Pacer
from chalicelib.adapters.pay.red_packet import REASON_OF
from chalicelib.domain.claim import ClaimRef, PayoutStatus
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import STOPS_ALL, WAITS_FOR_A_PERSON, Reason
from chalicelib.domain.shanghai import SHANGHAI
from tests.support import examples
from tests.support.bench import Bench
from tests.support.clock import Stopwatch
from tests.support.examples import act
from tests.usecases.payout_helpers import ME, live_on, owed, paid, sent, stored

HOLDING = sorted(code for code, reason in REASON_OF.items() if reason in STOPS_ALL)
NIGHT = datetime(2020, 7, 9, 0, 30, tzinfo=SHANGHAI)


def another(bench: Bench) -> ClaimRef:
    return ClaimRef("o2", bench.claimed("o2").attempt_id)


def quiet_bench() -> Bench:
    contest = examples.contest()
    rules = replace(contest.payouts, quiet_from=time(0), quiet_to=time(8))
    bench = Bench(replace(contest, payouts=rules))
    bench.activate()
    bench.clock.now = NIGHT
    return bench


@pytest.mark.parametrize("code", HOLDING)
def test_an_answer_that_concerns_everybody_holds_everybody(bench: Bench, code: str) -> None:
    mine, other = owed(bench), another(bench)
    bench.pay.will_refuse(code)
    bench.app.payouts.pay_claim(mine)
    switches = bench.ports.control.read_switches()
    assert switches.held_reason == stored(bench, mine).reason == REASON_OF[code]
    assert switches.held_until is not None
    bench.app.payouts.pay_claim(other)
    assert (stored(bench, other).status, sent(bench)) == (PayoutStatus.OWED, [1])
    bench.clock.now = switches.held_until - timedelta(microseconds=1)
    assert bench.app.sweep.sweep_once() == 0
    bench.clock.now = switches.held_until
    bench.app.sweep.sweep_once()
    for job in bench.queue.jobs:
        bench.app.payouts.pay_claim(job)
    if REASON_OF[code] in WAITS_FOR_A_PERSON:
        assert (paid(bench), [stored(bench, ref).status.value for ref in (mine, other)]) == ([1], ["parked", "sent"])
        return
    assert (paid(bench), [stored(bench, ref).status.value for ref in (mine, other)]) == ([1, 1], ["sent", "sent"])


@pytest.mark.parametrize("code", ["MONEY_LIMIT", "PARAM_ERROR"])
def test_sixty_claims_do_not_ask_for_the_same_refusal(bench: Bench, code: str) -> None:
    bench.ports.control.set_payouts_stopped(True, act())
    refs = [ClaimRef(f"p{number}", bench.claimed(f"p{number}").attempt_id) for number in range(15)]
    bench.ports.control.set_payouts_stopped(False, act())
    for ref in refs:
        bench.pay.will_refuse(code)
        bench.app.payouts.pay_claim(ref)
    assert [stored(bench, ref).status for ref in refs] == [PayoutStatus.PARKED] + [PayoutStatus.OWED] * 14
    assert bench.ports.control.read_switches().held_reason == REASON_OF[code]


def refuse(bench: Bench, person: str, code: str = "NO_AUTH") -> ClaimRef:
    """A claim of a person whom risk control seems to refuse."""
    ref = ClaimRef(person, bench.claimed(person).attempt_id)
    bench.pay.will_refuse(code)
    bench.app.payouts.pay_claim(ref)
    return ref


def test_three_refused_people_within_ten_minutes_hold_everybody(bench: Bench) -> None:
    """The code is also used for a calling address that the merchant has not listed."""
    for person in ("p1", "p2"):
        refuse(bench, person)
    assert bench.ports.control.read_switches().held_until is None
    bench.clock.advance(minutes=9)
    refuse(bench, "p3")
    switches = bench.ports.control.read_switches()
    assert (switches.held_reason, switches.held_until) == ("risk_control", bench.clock.now + timedelta(hours=1))
    assert "p1" not in str(bench.state.refused)


def test_refused_people_over_a_longer_time_hold_nobody(bench: Bench) -> None:
    for person in ("p1", "p2", "p3", "p4"):
        refuse(bench, person)
        bench.clock.advance(minutes=6)
    assert bench.ports.control.read_switches().held_until is None


def test_refused_people_hold_nobody_when_somebody_is_paid_between_them(bench: Bench) -> None:
    """At an address that the merchant has not listed, everybody would be refused."""
    for person in ("p1", "p2", "p3", "p4"):
        refuse(bench, person)
        refuse(bench, f"also {person}")
        bench.app.payouts.pay_claim(ClaimRef(f"paid {person}", bench.claimed(f"paid {person}").attempt_id))
    assert bench.ports.control.read_switches().held_until is None
    assert (bench.world.calls["control.forget_refused"], bench.state.refused) == (4, {})
    bench.app.payouts.pay_claim(another(bench))
    assert bench.world.calls["control.forget_refused"] == 4, "nothing is written when nobody was refused"


@pytest.mark.parametrize("code", ["SYSTEMERROR", "NOTENOUGH", "PROCESSING"])
def test_only_an_accepted_payment_clears_the_address(bench: Bench, code: str) -> None:
    refuse(bench, "p1")
    refuse(bench, "p2", code)
    assert len(bench.state.refused) == 1


def test_one_person_refused_often_holds_nobody(bench: Bench) -> None:
    claim = stored(bench, refuse(bench, "p1"))
    for _ in range(3):
        bench.app.decisions.retry_payout(claim.claim_id, "王")
        bench.pay.will_refuse("NO_AUTH")
        bench.app.payouts.pay_claim(claim.ref)
        bench.clock.advance(minutes=1)
    assert bench.pay.sends[claim.order.mch_billno] == 4
    assert bench.ports.control.read_switches().held_until is None


def test_an_unknown_code_is_noted_once_and_ends_with_a_person(bench: Bench) -> None:
    mine, other = owed(bench), another(bench)
    for _ in range(60):
        bench.pay.will_refuse("NEW_LIMIT")
        bench.clock.advance(hours=1)
        bench.app.payouts.pay_claim(mine)
    bench.pay.as_usual()
    assert (stored(bench, mine).status, stored(bench, mine).reason) == (PayoutStatus.PARKED, "unclear")
    assert stored(bench, mine).code == "NEW_LIMIT"
    assert bench.ports.control.read_switches().unknown_codes == {"NEW_LIMIT"}
    assert bench.world.calls["control.note_code"] == 1
    bench.app.payouts.pay_claim(other)
    assert bench.app.decisions.retry_reason(Reason.UNCLEAR, "王") == 1
    live_on(bench, hours=1)
    assert [stored(bench, ref).status for ref in (mine, other)] == [PayoutStatus.SENT] * 2


def test_a_query_that_our_configuration_spoils_holds_everybody(bench: Bench) -> None:
    mine = owed(bench)
    bench.pay.will_time_out()
    bench.app.payouts.pay_claim(mine)
    bench.clock.advance(minutes=5)
    bench.pay.will_say(Answer(Reply.REFUSED, Reason.CONFIGURATION, "CLIENT_CERTIFICATE"))
    bench.app.payouts.pay_claim(mine)
    assert bench.ports.control.read_switches().held_reason == "configuration"
    live_on(bench, hours=3)
    assert stored(bench, mine).status is PayoutStatus.SENT


@pytest.mark.parametrize("code", ["FREQ_LIMIT", "SENDNUM_LIMIT", "NO_AUTH", "FATAL_ERROR", "SYSTEMERROR"])
def test_what_concerns_one_claim_holds_nobody_else(bench: Bench, code: str) -> None:
    mine, other = owed(bench), another(bench)
    bench.pay.will_refuse(code)
    bench.app.payouts.pay_claim(mine)
    bench.app.payouts.pay_claim(other)
    assert bench.ports.control.read_switches().held_until is None
    assert stored(bench, other).status is PayoutStatus.SENT


def test_a_hold_that_was_told_does_not_keep_it_from_being_asked_about(bench: Bench) -> None:
    mine = owed(bench)
    bench.pay.will_lose_the_answer()
    bench.app.payouts.pay_claim(mine)
    bench.ports.control.hold_payouts(bench.clock.now + timedelta(days=1), "balance")
    bench.app.payouts.pay_claim(mine, ask=True)
    assert stored(bench, mine).status is PayoutStatus.SENT


def test_nothing_is_sent_in_the_quiet_hours_and_all_is_sent_after_them() -> None:
    bench = quiet_bench()
    mine = owed(bench)
    bench.app.payouts.pay_claim(mine)
    live_on(bench, hours=7)
    assert (stored(bench, mine).status, sent(bench)) == (PayoutStatus.OWED, [])
    live_on(bench, hours=1)
    assert (stored(bench, mine).status, paid(bench)) == (PayoutStatus.SENT, [1])


def test_a_doubtful_send_is_asked_about_in_the_quiet_hours_and_not_sent_again() -> None:
    bench = quiet_bench()
    bench.clock.now = NIGHT - timedelta(minutes=31)
    mine = owed(bench)
    bench.pay.will_time_out()
    bench.app.payouts.pay_claim(mine)
    bench.clock.advance(minutes=5)
    bench.app.payouts.pay_claim(mine)
    assert (sent(bench), bench.world.calls["pay.query"]) == ([1], 1)
    before = stored(bench, mine)
    assert before.due_at
    live_on(bench, hours=9)
    assert (paid(bench), sent(bench)) == ([1], [2])


def test_each_send_waits_for_its_turn_and_nothing_else_does(bench: Bench) -> None:
    turns: list[str] = []
    worker = bench.instance(pace=lambda: turns.append("send"))
    mine = owed(bench)
    bench.pay.will_time_out()
    worker.payouts.pay_claim(mine)
    assert turns == ["send"]
    worker.payouts.pay_claim(mine)
    worker.payouts.pay_claim(mine, ask=True)
    bench.ports.control.set_payouts_stopped(True, act())
    bench.clock.advance(hours=1)
    worker.payouts.pay_claim(mine)
    assert turns == ["send"]
    bench.ports.control.set_payouts_stopped(False, act())
    worker.payouts.pay_claim(mine)
    assert turns == ["send", "send"]


def test_a_claim_that_waited_for_its_turn_too_long_is_still_sent_once(bench: Bench) -> None:
    """Another worker took it meanwhile."""
    mine = owed(bench)
    slow = bench.instance(pace=lambda: bench.app.payouts.pay_claim(mine))
    slow.payouts.pay_claim(mine)
    assert (paid(bench), sent(bench)) == ([1], [1])


def test_a_worker_keeps_its_share_of_the_sends_a_second() -> None:
    watch = Stopwatch()
    pacer = Pacer(0.2, watch, watch.sleep)
    moments = []
    for busy in (0.0, 0.0, 0.05, 0.5, 0.0):
        watch.seconds += busy
        pacer()
        moments.append(round(watch.seconds, 6))
    assert moments == [0.0, 0.2, 0.4, 0.9, 1.1]
    assert watch.slept == 3


class Figures:
    """The measured values."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, float, str]] = []

    def __call__(self, values: Mapping[str, float], reason: str = "") -> None:
        self.taken += [(name, value, reason) for name, value in values.items()]


def test_holds_and_outcomes_are_measured(bench: Bench) -> None:
    figures = Figures()
    worker = bench.instance(measure=figures)
    mine, other = owed(bench), another(bench)
    worker.payouts.pay_claim(other)
    bench.pay.will_refuse("NOTENOUGH")
    worker.payouts.pay_claim(mine)
    assert ("PayoutsSent", 1, "") in figures.taken
    assert ("PayoutsHeld", 1, "balance") in figures.taken
    assert ("PayoutsParked", 1, "balance") in figures.taken


def test_doubtful_answers_to_sends_and_queries_are_measured(bench: Bench) -> None:
    figures = Figures()
    worker, mine, doubt = bench.instance(measure=figures), owed(bench), ("AnswersDoubtful", 1, "")
    bench.pay.will_time_out()
    worker.payouts.pay_claim(mine)
    assert figures.taken.count(doubt) == 1
    bench.pay.will_say(Answer(Reply.DOUBTFUL))
    worker.payouts.pay_claim(mine, ask=True)
    assert figures.taken.count(doubt) == 2
    worker.payouts.pay_claim(mine, ask=True)  # "not found"
    worker.payouts.pay_claim(another(bench))
    assert figures.taken.count(doubt) == 2


def test_a_question_that_turns_up_another_story_is_an_alarm(bench: Bench) -> None:
    figures = Figures()
    worker = bench.instance(measure=figures)
    mine = owed(bench)
    worker.payouts.pay_claim(mine)
    worker.payouts.pay_claim(mine, ask=True)
    assert ("Differences", 1, "") not in figures.taken
    bench.pay.will_say(Answer(Reply.FAILED))
    worker.payouts.pay_claim(mine, ask=True)
    assert ("Differences", 1, "") in figures.taken
    assert ME not in str(figures.taken)
