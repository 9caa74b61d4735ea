"""Between rows and the domain's values."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.adapters.dynamodb.models import FollowerRow, ParticipantRow
from chalicelib.domain.claims import Claim, Packet, PayoutStatus, SendOrder
from chalicelib.domain.participation import BASE_CHANCES, Chances, Follower, Me, Settled
from chalicelib.domain.prizes import SHARDS
from chalicelib.domain.quiz import Answer, Attempt

ME = "me"
ATTEMPT, PASS, CLAIM = "attempt#", "pass#", "claim#"
_ORDER = tuple(field.name for field in fields(SendOrder))
_EPOCH, _MILLISECOND = datetime.fromtimestamp(0, UTC), timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Cut off, as answers show it: rounded up, a repeat would differ, and the last moment would count as closed."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(ms: float) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def moment_or_none(ms: float | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def int_or_none(number: float | None) -> int | None:
    """PynamoDB calls every number a float, and does not say that a null attribute may be None."""
    return None if number is None else int(number)


def follower(row: FollowerRow) -> Follower:
    return Follower(
        openid=row.openid,
        subscribed=bool(row.subscribed),
        event_at=int_or_none(row.event_at),
        early=bool(row.early),
        first_follow_at=int_or_none(row.first_follow_at),
        invited_by=row.invited_by or "",
        referral_to=row.referral_to or "",
        settled=Settled(row.settled) if row.settled else None,
        known=row.subscribed is not None,
    )


def me(row: ParticipantRow | None) -> Me:
    if row is None:
        return Me()
    return Me(
        attempts=int(row.attempts or 0),
        best_score=max((int(score) for score in row.scores or ()), default=0),
        chances=Chances(int(row.granted or BASE_CHANCES), int(row.spent or 0)),
        on_hold=bool(row.on_hold),
        unit=row.unit,
        submitted_at=moment_or_none(row.submitted_at),
    )


def attempt(row: ParticipantRow) -> Attempt:
    return Attempt(
        attempt_id=row.what.removeprefix(ATTEMPT),
        answers=tuple(Answer(*fields) for fields in json.loads(row.answers)),
        graded_at=from_ms(row.graded_at),
        passed=bool(row.passed),
    )


def attempt_values(who: str, graded: Attempt) -> dict[str, Any]:
    """The attributes of its row."""
    answers = [[a.question_id, a.chosen, a.correct] for a in graded.answers]
    return {
        "who": who,
        "what": ATTEMPT + graded.attempt_id,
        "version": 1,
        "answers": json.dumps(answers, separators=(",", ":")),
        "passed": graded.passed,
        "graded_at": to_ms(graded.graded_at),
    }


def claim(row: ParticipantRow) -> Claim:
    return Claim(
        claim_id=row.claim_id,
        attempt_id=row.what.removeprefix(CLAIM),
        packet=Packet(row.plan_id, int(row.number), int(row.amount_fen)),
        order=SendOrder(**json.loads(row.send_order)),
        claimed_at=from_ms(row.claimed_at),
        status=PayoutStatus(row.status),
        reason=row.reason or "",
        due_at=moment_or_none(row.due_at),
        sends=int(row.sends),
        revision=int(row.revision),
    )


def claim_row(who: str, contest_id: str, value: Claim) -> ParticipantRow:
    return ParticipantRow(**claim_values(who, contest_id, value))


def claim_values(who: str, contest_id: str, value: Claim) -> dict[str, Any]:
    """The attributes of its row; None for one that it does not have."""
    order = {name: getattr(value.order, name) for name in _ORDER}  # `asdict` copies what cannot change
    return {
        "who": who,
        "what": CLAIM + value.attempt_id,
        "version": 1,
        "claim_id": value.claim_id,
        "plan_id": value.packet.plan_id,
        "number": value.packet.number,
        "amount_fen": value.packet.amount_fen,
        "send_order": json.dumps(order, ensure_ascii=False, separators=(",", ":")),
        "claimed_at": to_ms(value.claimed_at),
        "status": value.status.value,
        "reason": value.reason,
        "sends": value.sends,
        "revision": value.revision,
        "due_shard": due_shard(contest_id, value) if value.due_at else None,
        "due_at": to_ms(value.due_at) if value.due_at else None,
    }


def who_key(contest_id: str, openid: str) -> str:
    return f"{contest_id}#{openid}"


def due_shard(contest_id: str, value: Claim) -> str:
    return due_shard_key(contest_id, value.packet.number % SHARDS)


def due_shard_key(contest_id: str, shard: int) -> str:
    return f"{contest_id}#{shard:02d}"
