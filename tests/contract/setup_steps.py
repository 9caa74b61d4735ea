"""Steps with which contract tests set up their data."""

from datetime import datetime

from chalicelib.domain.claim import Claim, ClaimRef, Packet
from chalicelib.domain.participation import FollowChange
from chalicelib.ports import Ports, Verdict
from tests.support import examples
from tests.support.examples import NOON, act


def follow(ports: Ports, openid: str, subscribed: bool = True, create_time: int = 1000) -> None:
    assert ports.followers.record_change(FollowChange(openid, subscribed, create_time, NOON, early=False))


def unfollow(ports: Ports, openid: str) -> None:
    follow(ports, openid, subscribed=False)


def grade(ports: Ports, openid: str, attempt_id: str, right: int = 5) -> None:
    """Stores a graded attempt of a follower, without a minimum time between attempts."""
    attempt = examples.attempt(attempt_id, right)
    assert ports.participants.record_attempt(openid, attempt, 0) is Verdict.DONE


def lay(ports: Ports, packets: int = 3) -> tuple[Packet, ...]:
    """Lays the free packets of a plan that is still being laid."""
    plan = examples.plan(packets=packets)
    laid = plan.packets()
    ports.plans.begin_plan(plan, act())
    assert ports.plans.lay_packets(plan, laid)
    return laid


def claim(ports: Ports, openid: str, attempt_id: str = "a1") -> Claim:
    """Commits a claim of packet 0; two packets are left."""
    packets = lay(ports)
    follow(ports, openid)
    grade(ports, openid, attempt_id)
    committed = examples.claim(openid, attempt_id, packets[0])
    assert ports.participants.commit_claim(committed) is Verdict.DONE
    return committed


def due_refs(ports: Ports, now: datetime, limit: int) -> list[ClaimRef]:
    return [due.ref for due in ports.payouts.due_claims(now, limit)]


def bring(ports: Ports, openid: str, contest_id: str, sharer: str = "") -> None:
    """A friend's first follow, which brings the sharer a chance."""
    sharer = sharer or f"{openid}-sharer"
    follow(ports, sharer)
    change = FollowChange(openid, True, 1000, NOON, False, sharer, contest_id)
    friend = ports.followers.record_change(change)
    assert friend
    assert ports.referrals.grant_chance(friend, sharer)
