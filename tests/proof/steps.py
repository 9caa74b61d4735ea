"""What people and operators do. Each step takes the life, whole numbers that choose, and the trouble it runs into."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain import quiz
from chalicelib.domain.conversation import IncomingMessage, Kind
from tests.proof.life import NOT_SEEN_YET, PEOPLE, SPREAD, Drawn, Life
from tests.proof.model import Follows, Model
from tests.proof.predict import (
    OK,
    PASS,
    SECONDS,
    Alternative,
    claiming,
    drawing,
    hearing,
    refused,
    signing_in,
    submitting,
)
from tests.proof.trouble import Blow
from tests.support import examples

Blows = Sequence[Blow]


def person(which: int) -> str:
    return PEOPLE[which % len(PEOPLE)]


def follow(life: Life, app: int, who: int, sharer: int, seconds: int, blows: Blows) -> None:
    """An event, now or some seconds old; with a sharer's code, or none."""
    life.wechat.follow(person(who))
    second = life.moment().second - seconds
    _event(life, app, IncomingMessage(Kind.FOLLOW, person(who), second, scene=_code(life, sharer)), blows)


def unfollow(life: Life, app: int, who: int, seconds: int, blows: Blows) -> None:
    life.wechat.unfollow(person(who))
    _event(life, app, IncomingMessage(Kind.UNFOLLOW, person(who), life.moment().second - seconds), blows)


def unheard(life: Life, who: int, follows: int, sharer: int, seconds: int) -> None:
    """It happened, and its event is still on the way: `again` may bring it, out of order."""
    (life.wechat.follow if follows else life.wechat.unfollow)(person(who))
    kind = Kind.FOLLOW if follows else Kind.UNFOLLOW
    scene = _code(life, sharer) if follows else ""
    life.events.append(IncomingMessage(kind, person(who), life.moment().second - seconds, scene=scene))


def _code(life: Life, sharer: int) -> str:
    return life.share_codes.of(person(sharer)) if sharer < len(PEOPLE) else ""


def again(life: Life, app: int, which: int, blows: Blows) -> None:
    """WeChat repeats an event, however old."""
    if life.events:
        _hear(life, app, life.events[which % len(life.events)], blows)


def take_later(life: Life, app: int, blows: Blows) -> None:
    """The queue delivers an event that the store could not take."""
    if not life.later.events:
        return
    event = life.later.events[0]
    result = life.attempt(app, lambda a: a.conversation.store_event(event), blows)
    if result.code == OK:
        life.later.events.remove(event)
    life.judge(result, _heard(life, event))


def _event(life: Life, app: int, event: IncomingMessage, blows: Blows) -> None:
    life.events.append(event)
    _hear(life, app, event, blows)


def _hear(life: Life, app: int, event: IncomingMessage, blows: Blows) -> None:
    queued = len(life.later.events)
    result = life.attempt(app, lambda a: a.conversation.answer_message(event), blows)
    life.judge(result, _heard(life, event), queued=len(life.later.events) > queued)


def _heard(life: Life, event: IncomingMessage) -> list[Alternative]:
    sharer = life.share_codes.sharer(event.scene) or ""
    return hearing(life.model, life.moment(), event.openid, event.kind is Kind.FOLLOW, event.create_time, sharer)


def visit(life: Life, app: int, who: int, sharer: int, blows: Blows) -> None:
    """Signs in through somebody's share link, or without one."""
    openid, by = person(who), person(sharer) if sharer < len(PEOPLE) else ""
    code = life.wechat.authorize(openid)
    share = life.share_codes.of(by) if by else ""
    result = life.attempt(app, lambda a: a.sign_ins.sign_in_visitor(code, share), blows)
    moment = life.moment()
    alternatives = signing_in(life.model, moment, openid, by, openid in life.wechat.following)
    silent = signing_in(life.model, moment, openid, by, False) if life.trouble.struck else []
    unasked = [Alternative(OK, _invited_only(life.model, openid, a.model)) for a in silent]
    life.judge(result, [*alternatives, *unasked])


def _invited_only(model: Model, openid: str, after: Model) -> Model:
    """When WeChat is silent, the sharer is remembered and following stays unknown."""
    held = model.follows.get(openid)
    invited = after.follows[openid].invited_by
    if held is None and not invited:
        return model
    return model.with_follows(openid, replace(held or Follows(), invited_by=invited))


def ahead(life: Life, app: int, who: int, sharer: int, seconds: int, blows: Blows) -> None:
    """Follows, and opens the page before the event of it has come."""
    unheard(life, who, 1, sharer, seconds)
    visit(life, app, who, len(PEOPLE), blows)


def draw(life: Life, app: int, who: int, blows: Blows) -> None:
    following = [openid for openid in PEOPLE if life.model.following(openid)]
    openid = following[who % len(following)] if who >= len(PEOPLE) and following else person(who)
    result = life.attempt(app, lambda a: a.draws.draw_questions(openid), blows)
    if result.code == OK:
        life.drawn.append(Drawn(openid, result.value))
    life.judge(result, drawing(life.model, life.moment(), openid))


def submit(life: Life, app: int, which: int, right: int, foreign: int, blows: Blows) -> None:
    """One of the last draws, by its owner or (seldom) by somebody else."""
    drawn = _fresh(life, which) or _drawn(life, which)
    if drawn is None:
        return None
    openid, attempt_id, offer = drawn.openid, drawn.offer.draw.attempt_id, drawn.offer
    answers = examples.answers(offer.draw, life.bank, right)
    moment = life.moment()
    if foreign:
        openid = person(PEOPLE.index(openid) + 1)
        result = life.attempt(
            app, lambda a: a.submissions.submit_answers(openid, attempt_id, offer.token, answers), blows
        )
        return life.judge(result, refused(life.model, *(bar or "attempt_invalid" for bar in moment.barred)))
    worth = quiz.grade(offer.draw, answers, life.bank, PASS, offer.draw.drawn_at)
    assert worth.score == right
    result = life.attempt(app, lambda a: a.submissions.submit_answers(openid, attempt_id, offer.token, answers), blows)
    life.judge(result, submitting(life.model, moment, openid, answers, worth))
    if result.code == OK:
        assert result.value == life.model.graded[attempt_id].attempt, "I6: a repeat was graded otherwise"
    return None


def claim(life: Life, app: int, which: int, foreign: int, blows: Blows) -> None:
    drawn = _passed(life, which) or _drawn(life, which)
    if drawn is None:
        return
    openid, attempt_id = drawn.openid, drawn.offer.draw.attempt_id
    if foreign:
        openid = person(PEOPLE.index(openid) + 1)
    moment, spread = life.moment(), life.monotonic() - life.put_back_at < SPREAD
    result = life.attempt(app, lambda a: a.claims.open_packet(openid, attempt_id), blows)
    stored = life.watch.read()
    life.judge(result, claiming(life.model, moment, openid, attempt_id, stored, spread), stored=stored)
    if result.code == OK:
        made, _ = result.value
        told = (made.claim_id, made.packet.number, made.packet.amount_fen)
        assert life.model.person(openid).claims[attempt_id] == told, "I6: a repeat got another claim"


def claim_overtaken(life: Life, app: int, which: int, at: int, ask: int) -> None:
    """While somebody claims, all waiting payout jobs are done: refunded money may come back just then."""
    drawn = _passed(life, 2 * which + 1)
    if drawn is None:
        return
    openid, attempt_id, moment = drawn.openid, drawn.offer.draw.attempt_id, life.moment()
    back: list[bool] = []

    def payouts() -> None:
        jobs, life.jobs.waiting[:] = list(life.jobs.waiting), []
        for ref, _ in jobs:
            life.apps[app - 1].payouts.pay_claim(ref, bool(ask))
        back.append(life.take_back())

    before = life.model
    result = life.attempt(app, lambda a: a.claims.open_packet(openid, attempt_id), (), (at, payouts))
    stored = life.watch.read()
    early = claiming(before, moment, openid, attempt_id, stored, life.monotonic() - life.put_back_at < SPREAD)
    codes = {"prizes_exhausted"} & {a.code for a in early}
    late = claiming(life.model, moment, openid, attempt_id, stored, any(back) or bool(codes))
    if any(back) and result.code == "prizes_exhausted":
        life.put_back_at = NOT_SEEN_YET
    life.judge(result, late, stored=stored)


def _drawn(life: Life, which: int) -> Drawn | None:
    """Mostly one of the latest."""
    return life.drawn[-1 - which % min(len(life.drawn), 24)] if life.drawn else None


def _fresh(life: Life, which: int) -> Drawn | None:
    """Two times in three, one that was not submitted yet and is old enough."""
    ready = life.clock.now - timedelta(seconds=SECONDS)
    fresh = [d for d in life.drawn[-6:] if d.offer.draw.attempt_id not in life.model.graded]
    fresh = [d for d in fresh if d.offer.draw.drawn_at <= ready]
    return fresh[which // 3 % len(fresh)] if which % 3 and fresh else None


def _passed(life: Life, which: int) -> Drawn | None:
    """Every other time, one that its owner may claim for."""
    unspent = [d for d in life.drawn if d.offer.draw.attempt_id in life.model.person(d.openid).unspent]
    return unspent[which // 2 % len(unspent)] if which % 2 and unspent else None


def wait(life: Life, kind: int, amount: int) -> None:
    """Seconds mostly; then minutes, hours, the next morning, and the opening and the closing second."""
    now, window = life.clock.now, life.window
    moments = (
        now + timedelta(seconds=1 + amount % 12),
        now + timedelta(minutes=1 + amount),
        now + timedelta(hours=1 + amount),
        now + timedelta(days=1),
        window.opens_at + timedelta(seconds=amount % 3 - 1),
        window.closes_at + timedelta(seconds=amount % 3 - 1),
        now + timedelta(days=26 if amount == 7 else 1),
    )
    life.wait(moments[kind])


def pause(life: Life, off: int, blows: Blows) -> None:
    life.attempt(0, lambda a: a.ports.control.set_paused(not off), blows)
    now = life.ports.control.read_switches().paused
    if now != life.paused:
        life.paused, life.paused_at = now, life.monotonic()
    life.unchanged()


def hold(life: Life, who: int, off: int, blows: Blows) -> None:
    openid, model = person(who), life.model
    result = life.attempt(0, lambda a: a.ports.participants.set_hold(openid, not off), blows)
    held = replace(model.person(openid), on_hold=not off)
    life.judge(result, [Alternative(OK, model.with_person(openid, held))])


def restart(life: Life, app: int) -> None:
    """The instance's own switches and packets are gone with it."""
    life.restart(app)
