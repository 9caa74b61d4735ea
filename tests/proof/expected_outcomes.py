"""The allowed outcomes of each step: a second implementation of the rules R3 to R11, on the model alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.attempts import Attempt
from tests.proof.model import Follows, Graded, Model

OK = "ok"
MINUTES, SECONDS, PASS = 30, 5, 5
"""R4 and R5, as the notice has them."""


@dataclass(frozen=True)
class Alternative:
    """One allowed outcome of a step: its code, the state then stored, and the states that may be stored if it dies
    half-way."""

    code: str
    model: Model
    halves: tuple[Model, ...] = ()


Alternatives = list[Alternative]


@dataclass(frozen=True)
class Moment:
    """The time, and the errors with which the gate may refuse every request now: "" for none.

    There are two entries while not all instances have seen a pause, or its end.
    """

    now: datetime
    opens: datetime
    closes: datetime
    gate_codes: tuple[str, ...]

    @property
    def second(self) -> int:
        return int(self.now.timestamp())

    @property
    def is_open(self) -> bool:
        return self.opens <= self.now < self.closes


def nothing_stored(model: Model, *codes: str) -> Alternatives:
    return [Alternative(code, model) for code in codes]


def after_draw(model: Model, at: Moment, openid: str) -> Alternatives:
    free = OK if model.following(openid) else "not_following"
    return nothing_stored(model, *(code or free for code in at.gate_codes))


def after_submission(
    model: Model, at: Moment, openid: str, answers: Mapping[str, str], graded: Attempt
) -> Alternatives:
    """`graded` is the attempt as it should be graded; its `graded_at` is the time of the draw."""
    before = model.graded.get(graded.attempt_id)
    if before and before.answers == answers:
        return nothing_stored(model, OK)
    free = Alternative(code, model) if (code := _why_not_graded(model, at, openid, graded)) else None
    return [
        *nothing_stored(model, *filter(None, at.gate_codes)),
        *([free or _graded(model, at, openid, answers, graded)] if "" in at.gate_codes else []),
    ]


def _why_not_graded(model: Model, at: Moment, openid: str, graded: Attempt) -> str:
    last, age = model.person(openid).submitted_at, at.now - graded.graded_at
    if not model.following(openid):
        return "not_following"
    if graded.attempt_id in model.graded:
        return "attempt_already_graded"
    if age > timedelta(minutes=MINUTES):
        return "attempt_expired"
    if age < timedelta(seconds=SECONDS) or (last is not None and at.now - last < timedelta(seconds=SECONDS)):
        return "too_many_requests"
    return ""


def _graded(model: Model, at: Moment, openid: str, answers: Mapping[str, str], graded: Attempt) -> Alternative:
    me, attempt = model.person(openid), replace(graded, graded_at=at.now)
    after = replace(me, attempts=me.attempts + 1, best=max(me.best, graded.score), submitted_at=at.now)
    if graded.score >= PASS:
        after = replace(after, passed=me.passed | {graded.attempt_id})
    known = {**model.graded, graded.attempt_id: Graded(openid, answers, attempt)}
    return Alternative(OK, replace(model.with_person(openid, after), graded=known))


def after_claim(
    model: Model, at: Moment, openid: str, attempt_id: str, now_stored: Model, spread: bool
) -> Alternatives:
    """`now_stored` shows which packet was taken. With `spread`, an instance may still believe that no packet is
    left."""
    me = model.person(openid)
    if attempt_id in me.claims:
        return nothing_stored(model, OK)
    gate_refusals = nothing_stored(model, *filter(None, at.gate_codes))
    if "" not in at.gate_codes:
        return gate_refusals
    code = _why_no_claim(model, openid, attempt_id)
    if code:
        return [*gate_refusals, *nothing_stored(model, code)]
    gone = nothing_stored(model, "prizes_exhausted") if spread or not model.free else []
    return [*gate_refusals, *gone, *_claimed(model, openid, attempt_id, now_stored)]


def _why_no_claim(model: Model, openid: str, attempt_id: str) -> str:
    me, attempt = model.person(openid), model.graded.get(attempt_id)
    if not model.following(openid):
        return "not_following"
    if attempt is None or attempt.openid != openid:
        return "attempt_invalid"
    if attempt.attempt.score < PASS:
        return "not_passed"
    if me.on_hold:
        return "on_hold"
    return "no_chance_left" if me.spent >= me.granted else ""


def _claimed(model: Model, openid: str, attempt_id: str, now_stored: Model) -> Alternatives:
    """The person may have got any free packet; the amount is the packet's."""
    claim = now_stored.person(openid).claims.get(attempt_id, ("none", -1, 0))
    if model.free.get(claim[1]) != claim[2]:
        return [Alternative(OK, replace(model, free={}))] if model.free else []  # equals nothing that is stored
    me = model.person(openid)
    after = replace(me, spent=me.spent + 1, claims={**me.claims, attempt_id: claim})
    free = {number: fen for number, fen in model.free.items() if number != claim[1]}
    return [Alternative(OK, replace(model.with_person(openid, after), free=free))]


def after_event(model: Model, at: Moment, openid: str, follows: bool, created: int, sharer: str) -> Alternatives:
    """A follow or an unfollow event."""
    known = model.follows.get(openid, Follows())
    first = created if follows else 0
    later_event = known.event_at is not None and known.event_at > created
    otherwise = known.looked_at is not None and known.looked_at > created and known.subscribed != follows
    if later_event or otherwise:
        # It only shows that they followed before, and an unfollow still takes the chance back.
        noted = model.with_follows(openid, replace(known, first_at=first if known.first_at is None else known.first_at))
        return [Alternative(OK, (None if follows else _withdrawn(noted, at, openid)) or noted, halves=(noted,))]
    in_window = at.opens.timestamp() <= created < at.closes.timestamp()
    sharer = sharer if in_window else ""
    after = replace(
        known,
        subscribed=follows,
        known=True,
        event_at=created,
        first_at=first if known.first_at is None else known.first_at,
        invited_by=known.invited_by or (sharer if sharer != openid else ""),
    )
    applied = model.with_follows(openid, after)
    settled = _counted(applied, at, openid, created, sharer) if follows else _withdrawn(applied, at, openid)
    return [Alternative(OK, settled or applied, halves=(applied,))]


def _counted(model: Model, at: Moment, openid: str, created: int, sharer_s_code: str) -> Model | None:
    """R9: a first follow, inside the window by both clocks, through the link or code of another person who has
    followed.

    A follower whom a sign-in saw first must have followed before that, by this very code or after opening the link.
    """
    friend = model.follows[openid]
    new = friend.first_at == created >= at.opens.timestamp() and not friend.counted_for
    if not (new and friend.invited_by and at.is_open):
        return None
    if not model.follows.get(friend.invited_by, Follows()).ever:
        return None
    opened_before = friend.invited_at is not None and friend.invited_at < created
    by_this = sharer_s_code == friend.invited_by or opened_before
    if friend.seen_at is not None and (created >= friend.seen_at or not by_this):
        return None
    sharer = model.person(friend.invited_by)
    counted = model.with_follows(openid, replace(friend, counted_for=friend.invited_by))
    return counted.with_person(friend.invited_by, replace(sharer, granted=sharer.granted + 1))


def _withdrawn(model: Model, at: Moment, openid: str) -> Model | None:
    """R10: a friend's unfollow takes a chance back at most once, before the end, and only if the sharer has one
    left."""
    friend = model.follows[openid]
    if not friend.counted_for or friend.settled or at.now >= at.closes:
        return None
    sharer = model.person(friend.counted_for)
    if sharer.spent >= sharer.granted:
        return model.with_follows(openid, replace(friend, settled="nothing"))
    taken = model.with_follows(openid, replace(friend, settled="taken"))
    return taken.with_person(friend.counted_for, replace(sharer, granted=sharer.granted - 1))


def after_sign_in(model: Model, at: Moment, openid: str, sharer: str, says: bool | None) -> Alternatives:
    """A sign-in through a share link: WeChat is asked, once a minute, about people who are not known to follow, and the
    sharer of a person who never followed is recorded. `says` is WeChat's answer, None for silence."""
    held = model.follows.get(openid, Follows())
    asking = not held.subscribed and (held.asked_at is None or at.second - held.asked_at >= 60)
    halves = []
    if asking:
        held = replace(held, asked_at=at.second)
        halves.append(model.with_follows(openid, held))
        no_later_event = (held.event_at or 0) <= (at.second - 1 if says else at.second)
        if says is not None and no_later_event and (held.looked_at or 0) <= at.second:
            seen = at.second if says and held.seen_at is None else held.seen_at
            held = replace(held, known=True, subscribed=says, looked_at=at.second, seen_at=seen)
            halves.append(model.with_follows(openid, held))
    invites = sharer and sharer != openid and not held.ever and not held.invited_by and at.is_open
    if invites and model.follows.get(sharer, Follows()).ever:
        held = replace(held, invited_by=sharer, invited_at=at.second)
    changed = held != model.follows.get(openid, Follows())
    return [Alternative(OK, model.with_follows(openid, held) if changed else model, halves=tuple(halves))]
