"""Steps that set up a race, and functions that read its outcome."""

from uuid import uuid4

from chalicelib.domain.claim import ClaimRef, Packet, PayoutStatus
from chalicelib.domain.participation import FollowChange
from chalicelib.ports import Verdict
from chalicelib.usecases.draw_questions import Offer
from tests.races.conftest import Field
from tests.support import examples
from tests.support.examples import NOON


def person(field: Field, *attempt_ids: str) -> str:
    """A follower who passed these attempts."""
    openid = f"o{uuid4().hex}"
    field.ports.followers.record_change(FollowChange(openid, True, 1000, NOON, early=False))
    for attempt_id in attempt_ids:
        assert field.ports.participants.record_attempt(openid, examples.attempt(attempt_id), 0) is Verdict.DONE
    return openid


def drawn(field: Field) -> tuple[str, Offer]:
    openid = person(field)
    offer = field.instance().draws.draw_questions(openid)
    field.clock.advance(seconds=5)
    return openid, offer


def free(field: Field) -> list[Packet]:
    plan = field.ports.plans.current_plan()
    assert plan
    return list(field.ports.plans.laid_packets(plan))


def owed(field: Field) -> ClaimRef:
    openid = person(field, "a1")
    field.instance().claims.open_packet(openid, "a1")
    return ClaimRef(openid, "a1")


def status(field: Field, ref: ClaimRef) -> PayoutStatus:
    claim = field.ports.payouts.find_claim(ref)
    assert claim
    return claim.status
