"""Steps of participants, and waiting, pauses and holds.

Each takes the simulated contest, integers that choose person, instance and so on, and the faults of the step.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain import attempts
from chalicelib.domain.conversation import IncomingMessage, Kind
from tests.proof.expected_outcomes import (
    OK,
    PASS,
    SECONDS,
    Alternative,
    after_claim,
    after_draw,
    after_event,
    after_sign_in,
    after_submission,
    nothing_stored,
)
from tests.proof.port_faults import PortFault
from tests.proof.simulated_contest import NOT_SEEN_YET, PEOPLE, SPREAD, Drawn, SimulatedContest
from tests.support import examples
from tests.support.examples import act

Faults = Sequence[PortFault]


def person(which: int) -> str:
    return PEOPLE[which % len(PEOPLE)]


def follow(sim: SimulatedContest, app: int, who: int, sharer: int, seconds: int, faults: Faults) -> None:
    """A follow event of now or some seconds ago, with or without a sharer's code."""
    sim.wechat.follow(person(who))
    second = sim.moment().second - seconds
    _new_event(sim, app, IncomingMessage(Kind.FOLLOW, person(who), second, scene=_code(sim, sharer)), faults)


def unfollow(sim: SimulatedContest, app: int, who: int, seconds: int, faults: Faults) -> None:
    sim.wechat.unfollow(person(who))
    _new_event(sim, app, IncomingMessage(Kind.UNFOLLOW, person(who), sim.moment().second - seconds), faults)


def delay_event(sim: SimulatedContest, who: int, follows: int, sharer: int, seconds: int) -> None:
    """Follows or unfollows; the event has not come yet. `repeat_event` may bring it, out of order."""
    (sim.wechat.follow if follows else sim.wechat.unfollow)(person(who))
    kind = Kind.FOLLOW if follows else Kind.UNFOLLOW
    scene = _code(sim, sharer) if follows else ""
    sim.events.append(IncomingMessage(kind, person(who), sim.moment().second - seconds, scene=scene))


def _code(sim: SimulatedContest, sharer: int) -> str:
    return sim.share_codes.make_share_code(person(sharer)) if sharer < len(PEOPLE) else ""


def repeat_event(sim: SimulatedContest, app: int, which: int, faults: Faults) -> None:
    """WeChat repeats an event, however old."""
    if sim.events:
        _send_event(sim, app, sim.events[which % len(sim.events)], faults)


def take_later(sim: SimulatedContest, app: int, faults: Faults) -> None:
    """The queue delivers an event that the store could not take."""
    if not sim.later.events:
        return
    event = sim.later.events[0]
    result = sim.run_step(app, lambda a: a.conversation.store_event(event), faults)
    if result.code == OK:
        sim.later.events.remove(event)
    sim.check_outcome(result, _expected(sim, event))


def _new_event(sim: SimulatedContest, app: int, event: IncomingMessage, faults: Faults) -> None:
    sim.events.append(event)
    _send_event(sim, app, event, faults)


def _send_event(sim: SimulatedContest, app: int, event: IncomingMessage, faults: Faults) -> None:
    queued = len(sim.later.events)
    result = sim.run_step(app, lambda a: a.conversation.answer_message(event), faults)
    sim.check_outcome(result, _expected(sim, event), queued=len(sim.later.events) > queued)


def _expected(sim: SimulatedContest, event: IncomingMessage) -> list[Alternative]:
    sharer = sim.share_codes.find_sharer(event.scene) or ""
    return after_event(sim.model, sim.moment(), event.openid, event.kind is Kind.FOLLOW, event.create_time, sharer)


def visit(sim: SimulatedContest, app: int, who: int, sharer: int, faults: Faults) -> None:
    """Signs in through somebody's share link, or without one."""
    openid, by = person(who), person(sharer) if sharer < len(PEOPLE) else ""
    code = sim.wechat.authorize(openid)
    share = sim.share_codes.make_share_code(by) if by else ""
    result = sim.run_step(app, lambda a: a.sign_ins.sign_in_visitor(code, share), faults)
    moment = sim.moment()
    alternatives = after_sign_in(sim.model, moment, openid, by, openid in sim.wechat.following)
    silent = after_sign_in(sim.model, moment, openid, by, None) if sim.port_faults.happened else []
    sim.check_outcome(result, [*alternatives, *silent])


def visit_before_event(sim: SimulatedContest, app: int, who: int, sharer: int, seconds: int, faults: Faults) -> None:
    """Follows, and opens the page before the follow event has come."""
    delay_event(sim, who, 1, sharer, seconds)
    visit(sim, app, who, len(PEOPLE), faults)


def draw(sim: SimulatedContest, app: int, who: int, faults: Faults) -> None:
    following = [openid for openid in PEOPLE if sim.model.following(openid)]
    openid = following[who % len(following)] if who >= len(PEOPLE) and following else person(who)
    result = sim.run_step(app, lambda a: a.draws.draw_questions(openid), faults)
    if result.code == OK:
        sim.drawn.append(Drawn(openid, result.value))
        ids = {one.question_id for one in result.value.draw.questions}
        assert not ids & frozenset.intersection(*sim.withdrawn_now()), "R4: a withdrawn question was drawn"
    sim.check_outcome(result, after_draw(sim.model, sim.moment(), openid))


def submit(sim: SimulatedContest, app: int, which: int, right: int, foreign: int, faults: Faults) -> None:
    """Submits one of the last draws, as its owner or (rarely) as somebody else."""
    drawn = _fresh(sim, which) or _drawn(sim, which)
    if drawn is None:
        return None
    openid, attempt_id, offer = drawn.openid, drawn.offer.draw.attempt_id, drawn.offer
    answers = examples.answers(offer.draw, sim.bank, right)
    moment = sim.moment()
    if foreign:
        openid = person(PEOPLE.index(openid) + 1)
        result = sim.run_step(
            app, lambda a: a.submissions.submit_answers(openid, attempt_id, offer.token, answers), faults
        )
        return sim.check_outcome(
            result, nothing_stored(sim.model, *(code or "attempt_invalid" for code in moment.gate_codes))
        )
    result = sim.run_step(app, lambda a: a.submissions.submit_answers(openid, attempt_id, offer.token, answers), faults)
    withdrawn = _graded_with(sim, openid, attempt_id)
    worth = attempts.grade(offer.draw, answers, sim.bank, PASS, offer.draw.drawn_at, withdrawn)
    ids = [one.question_id for one in offer.draw.questions]
    assert worth.score == len({*ids[:right], *withdrawn & set(ids)})
    sim.check_outcome(result, after_submission(sim.model, moment, openid, answers, worth))
    if result.code == OK:
        assert result.value == sim.model.graded[attempt_id].attempt, "I6: a repeat was graded otherwise"
    return None


def _graded_with(sim: SimulatedContest, openid: str, attempt_id: str) -> frozenset[str]:
    """The withdrawn questions with which the attempt was graded now: those of this moment or of a few seconds ago."""
    stored = sim.ports.participants.read_standing(openid, attempt_id).attempt
    lists = sim.withdrawn_now()
    if stored is None or attempt_id in sim.model.graded:
        return lists[-1]
    ids = frozenset(one.question_id for one in stored.answers)
    marked = frozenset(one.question_id for one in stored.answers if one.withdrawn)
    found = [listed for listed in lists if listed & ids == marked]
    assert found, f"R4: {marked} counted as right, of {lists}"
    return found[-1]


def claim(sim: SimulatedContest, app: int, which: int, foreign: int, faults: Faults) -> None:
    drawn = _passed(sim, which) or _drawn(sim, which)
    if drawn is None:
        return
    openid, attempt_id = drawn.openid, drawn.offer.draw.attempt_id
    if foreign:
        openid = person(PEOPLE.index(openid) + 1)
    moment, spread = sim.moment(), sim.monotonic() - sim.put_back_at < SPREAD
    result = sim.run_step(app, lambda a: a.claims.open_packet(openid, attempt_id), faults)
    stored = sim.checker.read()
    allowed = after_claim(sim.model, moment, openid, attempt_id, stored, spread)
    remembered = sim.remembered_refusals(openid, attempt_id) if "" in moment.gate_codes else ()
    sim.check_outcome(result, [*allowed, *nothing_stored(sim.model, *remembered)], stored=stored)
    sim.refused.append((sim.monotonic(), openid, attempt_id, result.code))
    if result.code == OK:
        made, _ = result.value
        stored_claim = (made.claim_id, made.packet.number, made.packet.amount_fen)
        assert sim.model.person(openid).claims[attempt_id] == stored_claim, "I6: a repeat got another claim"


def claim_interrupted(sim: SimulatedContest, app: int, which: int, at: int, ask: int) -> None:
    """During a person's claim all waiting payout jobs run, so refunded packets may be put back meanwhile."""
    drawn = _passed(sim, 2 * which + 1)
    if drawn is None:
        return
    openid, attempt_id, moment = drawn.openid, drawn.offer.draw.attempt_id, sim.moment()
    back: list[bool] = []

    def payouts() -> None:
        jobs, sim.jobs.waiting[:] = list(sim.jobs.waiting), []
        for ref, _ in jobs:
            sim.apps[app - 1].payouts.pay_claim(ref, bool(ask))
        back.append(sim.learn_put_back())

    before = sim.model
    result = sim.run_step(app, lambda a: a.claims.open_packet(openid, attempt_id), (), (at, payouts))
    stored = sim.checker.read()
    remembered = sim.remembered_refusals(openid, attempt_id) if "" in moment.gate_codes else ()
    early = after_claim(before, moment, openid, attempt_id, stored, sim.monotonic() - sim.put_back_at < SPREAD)
    codes = {"prizes_exhausted"} & {a.code for a in early}
    late = after_claim(sim.model, moment, openid, attempt_id, stored, any(back) or bool(codes))
    if any(back) and result.code == "prizes_exhausted":
        sim.put_back_at = NOT_SEEN_YET
    sim.check_outcome(result, [*late, *nothing_stored(sim.model, *remembered)], stored=stored)
    sim.refused.append((sim.monotonic(), openid, attempt_id, result.code))


def _drawn(sim: SimulatedContest, which: int) -> Drawn | None:
    """One of the latest draws."""
    return sim.drawn[-1 - which % min(len(sim.drawn), 24)] if sim.drawn else None


def _fresh(sim: SimulatedContest, which: int) -> Drawn | None:
    """Two times in three: a draw that is not submitted yet and old enough."""
    ready = sim.clock.now - timedelta(seconds=SECONDS)
    fresh = [d for d in sim.drawn[-6:] if d.offer.draw.attempt_id not in sim.model.graded]
    fresh = [d for d in fresh if d.offer.draw.drawn_at <= ready]
    return fresh[which // 3 % len(fresh)] if which % 3 and fresh else None


def _passed(sim: SimulatedContest, which: int) -> Drawn | None:
    """Every other time: a draw that its owner may claim for."""
    unspent = [d for d in sim.drawn if d.offer.draw.attempt_id in sim.model.person(d.openid).unspent]
    return unspent[which // 2 % len(unspent)] if which % 2 and unspent else None


def wait(sim: SimulatedContest, kind: int, amount: int) -> None:
    """Waits: mostly seconds, sometimes minutes, hours, or until the next morning or the second of the opening or
    closing."""
    now, window = sim.clock.now, sim.window
    moments = (
        now + timedelta(seconds=1 + amount % 12),
        now + timedelta(minutes=1 + amount),
        now + timedelta(hours=1 + amount),
        now + timedelta(days=1),
        window.opens_at + timedelta(seconds=amount % 3 - 1),
        window.closes_at + timedelta(seconds=amount % 3 - 1),
        now + timedelta(days=26 if amount == 7 else 1),
    )
    sim.wait(moments[kind])


def pause(sim: SimulatedContest, off: int, faults: Faults) -> None:
    sim.run_step(0, lambda a: a.ports.control.set_paused(not off, act()), faults)
    now = sim.ports.control.read_switches().paused
    if now != sim.paused:
        sim.paused, sim.paused_at = now, sim.monotonic()
    sim.check_unchanged()


def withdraw(sim: SimulatedContest, which: int, back: int, faults: Faults) -> None:
    """An operator withdraws a question, or (rarely) puts one back."""
    question_id, before = sim.bank.ids[which], sim.withdrawn_now()[-1]
    if back:
        result = sim.run_step(0, lambda a: a.withdrawals.restore(question_id, "wang", "why"), faults)
    else:
        result = sim.run_step(0, lambda a: a.withdrawals.withdraw(question_id, "wang", "why"), faults)
    now = sim.ports.control.read_switches().withdrawn
    assert now in ([before, before - {question_id}] if back else [before, before | {question_id}])
    assert result.code != OK or (question_id in now) is not back
    if result.code == "too_few_left":
        assert len(sim.bank) - len(before) == sim.contest.quiz.draw_size
    sim.learn_withdrawn(now)
    sim.check_unchanged()


def hold(sim: SimulatedContest, who: int, off: int, faults: Faults) -> None:
    openid, model = person(who), sim.model
    result = sim.run_step(0, lambda a: a.ports.participants.set_hold(openid, not off, act()), faults)
    held = replace(model.person(openid), on_hold=not off)
    sim.check_outcome(result, [Alternative(OK, model.with_person(openid, held))])


def restart(sim: SimulatedContest, app: int) -> None:
    """Replaces an instance, which loses its copies of switches and packets."""
    sim.restart(app)
