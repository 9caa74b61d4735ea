"""Converts rows to the domain's values and back. Reading a newer version's row raises NewerVersion."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.adapters.pay.products import TERMS
from chalicelib.adapters.store.models import FollowerRow, ParticipantRow
from chalicelib.adapters.store.versions import known, require, understood
from chalicelib.domain.attempts import Answer, Attempt
from chalicelib.domain.claim import RED_PACKET, SMOKE, Claim, Packet, Payer, PayoutStatus, SendOrder
from chalicelib.domain.errors import NewerVersion
from chalicelib.domain.participation import BASE_CHANCES, Chances, Follower, Me, Settled
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.prizes import SHARDS

ME = "me"
ATTEMPT, PASS, CLAIM = "attempt#", "pass#", "claim#"
UNPICKED = "-"
VERSIONS = {ME: 1, ATTEMPT: 2, PASS: 1, CLAIM: 1}
"""Kind of row -> the newest version understood, which is also the one written, except of attempts."""
ATTEMPT_WITHOUT_WITHDRAWN = 1
"""The version of an attempt none of whose questions was withdrawn: earlier versions read it correctly."""
ME_UNDERSTOOD = understood(ParticipantRow.version, VERSIONS[ME])
"""A condition of every write on a participant's `me`."""
_EPOCH, _MILLISECOND = datetime.fromtimestamp(0, UTC), timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Truncates, as responses do. If times were rounded up, a repeat would differ, and the last moment would count as
    closed."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def moment_or_none(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def follower(row: FollowerRow) -> Follower:
    return Follower(
        openid=row.openid,
        subscribed=bool(row.subscribed),
        event_at=row.event_at,
        early=bool(row.early),
        first_follow_at=row.first_follow_at,
        invited_by=row.invited_by or "",
        referral_to=row.referral_to or "",
        settled=known(Settled, row.settled) if row.settled else None,
        known=row.subscribed is not None,
        seen_following_at=row.seen_following_at,
        invited_in=_invited_in(row),
        invited_at=row.invited_at,
        first_seen_at=moment_or_none(row.first_seen_at),
        asked_at=row.asked_at,
        looked_up_at=row.looked_up_at,
    )


def invitation(contest_id: str, sharer: str) -> str:
    return f"{contest_id}#{sharer}"


def _invited_in(row: FollowerRow) -> str:
    """Returns the invitation's contest. An earlier version's `invited_by` is kept when a code is used later; the
    invitation then names another sharer."""
    contest_id, _, sharer = (row.invitation or "").rpartition("#")
    return contest_id if sharer == row.invited_by else ""


def me(row: ParticipantRow | None) -> Me:
    if row is None:
        return Me()
    require(row.version, VERSIONS[ME])
    return Me(
        attempts=row.attempts or 0,
        best_score=max((int(score) for score in row.scores or ()), default=0),
        chances=Chances(row.granted or BASE_CHANCES, row.spent or 0),
        on_hold=bool(row.on_hold),
        unit=row.unit,
        submitted_at=moment_or_none(row.submitted_at),
    )


def me_update(*actions: Action) -> list[Action]:
    """Adds the version to the changes of a participant's `me`."""
    return [*actions, ParticipantRow.version.set(VERSIONS[ME])]


def pass_values(who: str, attempt_id: str) -> dict[str, Any]:
    return {"who": who, "what": PASS + attempt_id, "version": VERSIONS[PASS]}


def passed_attempt(row: ParticipantRow) -> str:
    """Returns the id of the passed attempt that this row marks as unspent."""
    require(row.version, VERSIONS[PASS])
    return row.what.removeprefix(PASS)


def attempt(row: ParticipantRow) -> Attempt:
    require(row.version, VERSIONS[ATTEMPT])
    return Attempt(
        attempt_id=row.what.removeprefix(ATTEMPT),
        answers=_answers(row),
        graded_at=from_ms(row.graded_at),
        passed=bool(row.passed),
    )


def _answers(row: ParticipantRow) -> tuple[Answer, ...]:
    """`picks` has a digit for each answer, or a hyphen. Attempts of earlier versions have none."""
    given, withdrawn = json.loads(row.answers), row.withdrawn or ()
    picks = [None if pick == UNPICKED else int(pick) for pick in row.picks or UNPICKED * len(given)]
    return tuple(
        Answer(asked, chosen, right, pick, asked in withdrawn)
        for (asked, chosen, right), pick in zip(given, picks, strict=True)
    )


def attempt_values(who: str, graded: Attempt) -> dict[str, Any]:
    """Returns the attributes of its row."""
    answers = [[a.question_id, a.chosen, a.correct] for a in graded.answers]
    withdrawn = {a.question_id for a in graded.answers if a.withdrawn}
    return {
        "who": who,
        "what": ATTEMPT + graded.attempt_id,
        "version": VERSIONS[ATTEMPT] if withdrawn else ATTEMPT_WITHOUT_WITHDRAWN,
        "answers": json.dumps(answers, separators=(",", ":")),
        "picks": "".join(UNPICKED if a.picked is None else str(a.picked) for a in graded.answers),
        "withdrawn": withdrawn or None,
        "passed": graded.passed,
        "graded_at": to_ms(graded.graded_at),
    }


def claim(row: ParticipantRow) -> Claim:
    require(row.version, VERSIONS[CLAIM])
    return Claim(
        claim_id=row.claim_id,
        attempt_id=row.what.removeprefix(CLAIM),
        packet=Packet(row.plan_id, row.number, row.amount_fen),
        order=order(row.send_order),
        claimed_at=from_ms(row.claimed_at),
        status=known(PayoutStatus, row.status),
        reason=known(Reason, row.reason or "").value,
        due_at=moment_or_none(row.due_at),
        sends=row.sends,
        revision=row.revision,
        doubts=row.doubts or 0,
        code=row.code or "",
        asked_at=moment_or_none(row.asked_at),
        receipt=row.receipt or "",
        begun_at=moment_or_none(row.begun_at),
        unconfirmed=tuple((row.unconfirmed or "").split()),
    )


def claim_row(who: str, contest_id: str, value: Claim) -> ParticipantRow:
    return ParticipantRow(**claim_values(who, contest_id, value))


def claim_values(who: str, contest_id: str, value: Claim, shards: int = SHARDS) -> dict[str, Any]:
    """Returns the attributes of its row; None for a missing one.

    `shards`: among how many of the index of due payouts it may be. New claims come by thousands a second and need the
    plan's; a claim is written again at the rate of payouts, for which the least number is enough.
    """
    return {
        "who": who,
        "what": CLAIM + value.attempt_id,
        "version": VERSIONS[CLAIM],
        "claim_id": value.claim_id,
        "plan_id": value.packet.plan_id,
        "number": value.packet.number,
        "amount_fen": value.packet.amount_fen,
        "send_order": order_text(value.order),
        "claimed_at": to_ms(value.claimed_at),
        "status": value.status.value,
        "reason": value.reason,
        "sends": value.sends,
        "revision": value.revision,
        "due_shard": due_shard(contest_id, value, shards) if value.due_at else None,
        "due_at": to_ms(value.due_at) if value.due_at else None,
        "doubts": value.doubts or None,
        "code": value.code or None,
        "asked_at": to_ms(value.asked_at) if value.asked_at else None,
        "receipt": value.receipt or None,
        "begun_at": to_ms(value.begun_at) if value.begun_at else None,
        "unconfirmed": " ".join(value.unconfirmed) or None,
        "packet_key": None if value.is_smoke else packet_key(contest_id, value.packet.plan_id, value.packet.number),
    }


def order(text: str) -> SendOrder:
    """Raises NewerVersion for an unknown product or parameter: the order could not be sent again unchanged."""
    terms = json.loads(text)
    number, openid, amount_fen = (terms.pop(name) for name in ("mch_billno", "openid", "amount_fen"))
    mch_id, app_id = terms.pop("mch_id", ""), terms.pop("app_id", "")
    product = terms.pop("product", RED_PACKET)
    if not terms.keys() <= TERMS.get(product, frozenset()):
        raise NewerVersion
    payer = Payer(mch_id, app_id) if mch_id else None
    return SendOrder(number, openid, amount_fen, tuple(terms.items()), payer, product)


def order_text(value: SendOrder) -> str:
    stored = {
        "mch_billno": value.mch_billno,
        "openid": value.openid,
        "amount_fen": value.amount_fen,
        **dict(value.terms),
        **(asdict(value.payer) if value.payer else {}),
        **({"product": value.product} if value.product != RED_PACKET else {}),
    }
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"))


def who_key(contest_id: str, openid: str) -> str:
    return f"{contest_id}#{openid}"


def packet_key(contest_id: str, plan_id: str, number: int) -> str:
    """Returns a claim's key in the index of claims by packet. It is the claim's own partition, so that no two claims
    write to one."""
    return f"{contest_id}#{plan_id}#{number}"


def due_shard(contest_id: str, value: Claim, shards: int) -> str:
    return smoke_key(contest_id) if value.is_smoke else due_shard_key(contest_id, value.packet.number % shards)


def due_shard_key(contest_id: str, shard: int) -> str:
    return f"{contest_id}#{shard:02d}"


def smoke_key(contest_id: str) -> str:
    """Returns the key of the smoke payments' partition, in the table and in the index of due payouts."""
    return who_key(contest_id, SMOKE)
