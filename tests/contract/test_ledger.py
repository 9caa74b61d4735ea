"""Ledger: everything of one contest, person by person, and nothing of another."""

from dataclasses import replace

from chalicelib.domain.audit import Account
from chalicelib.domain.claim import Claim, ClaimRef
from chalicelib.domain.participation import Chances, FollowChange, Follower, Me
from chalicelib.ports import Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import NOON


def people(ports: Ports, openid: str, count: int = 4) -> list[Claim]:
    """Each has a failed, an unspent and a spent attempt."""
    packets = setup_steps.lay(ports, count)
    claims = []
    for number, packet in enumerate(packets):
        who = f"{openid}{number}"
        setup_steps.follow(ports, who)
        for attempt_id, right in (("failed", 2), ("spent", 5), ("unspent", 9)):
            setup_steps.grade(ports, who, attempt_id, right)
        claims.append(examples.claim(who, "spent", packet))
        assert ports.participants.commit_claim(claims[-1]) is Verdict.DONE
    return claims


def brought(ports: Ports, openid: str, sharer: str) -> Follower:
    """A friend brought by a sharer who has followed: no other sharer gets a chance."""
    setup_steps.follow(ports, sharer)
    friend = ports.followers.record_change(FollowChange(openid, True, 100, NOON, False, sharer))
    assert friend
    assert ports.referrals.grant_chance(friend, sharer)
    return replace(friend, referral_to=sharer)


def accounts(ports: Ports) -> dict[str, Account]:
    found = list(ports.ledger.all_accounts())
    assert len({account.openid for account in found}) == len(found)
    return {account.openid: account for account in found}


def test_a_contest_in_which_nothing_happened(ports: Ports) -> None:
    for found in (
        ports.ledger.all_claims(),
        ports.ledger.all_accounts(),
        ports.ledger.all_attempts(),
        ports.ledger.counted_friends(),
        ports.ledger.log_entries(),
    ):
        assert list(found) == []


def test_each_person_s_rows_are_together(ports: Ports, openid: str) -> None:
    claims = people(ports, openid)
    for claim in claims:
        ports.participants.set_unit(claim.openid, "区法院")
    found = accounts(ports)
    assert found.keys() == {claim.openid for claim in claims}
    for claim in claims:
        assert found[claim.openid] == Account(
            openid=claim.openid,
            me=Me(3, 9, Chances(1, 1), unit="区法院", submitted_at=NOON),
            passes=frozenset({"unspent"}),
            passed=frozenset({"spent", "unspent"}),
            claims=(claim,),
        )
    assert sorted(ports.ledger.all_claims(), key=lambda c: c.openid) == claims


def test_who_only_chose_a_unit_or_brought_a_friend_has_an_account(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, f"{openid}u")
    ports.participants.set_unit(f"{openid}u", "区法院")
    friend = brought(ports, f"{openid}f", f"{openid}s")
    found = accounts(ports)
    assert found == {
        f"{openid}u": Account(f"{openid}u", Me(unit="区法院"), frozenset(), frozenset(), ()),
        f"{openid}s": Account(f"{openid}s", Me(chances=Chances(2, 0)), frozenset(), frozenset(), ()),
    }
    assert list(ports.ledger.counted_friends()) == [friend]


def test_two_contests_are_apart(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    """Even if one contest's id begins with the other's."""
    elsewhere = engine.ports(contest_id + "-2")
    claims, theirs = people(ports, openid, 3), people(elsewhere, openid, 2)
    friends = brought(ports, f"{openid}f", f"{openid}0"), brought(elsewhere, f"{openid}g", f"{openid}0")
    for held, expected, friend in ((ports, claims, friends[0]), (elsewhere, theirs, friends[1])):
        assert accounts(held).keys() == {claim.openid for claim in expected}
        assert {c.openid for c in held.ledger.all_claims()} == {claim.openid for claim in expected}
        assert list(held.ledger.counted_friends()) == [friend]
        assert len(list(held.ledger.all_attempts())) == 3 * len(expected)
        assert set(held.payouts.open_claims()) == {ClaimRef(claim.openid, "spent") for claim in expected}


def test_attempts_are_returned_as_they_were_graded(ports: Ports, openid: str) -> None:
    """With the bank's index of each chosen option, for the statistics."""
    setup_steps.follow(ports, openid)
    graded = {name: examples.attempt(name, right) for name, right in (("one", 2), ("two", 7))}
    for attempt in graded.values():
        assert ports.participants.record_attempt(openid, attempt, 0) is Verdict.DONE
    assert {attempt.attempt_id: attempt for attempt in ports.ledger.all_attempts()} == graded
    assert [answer.picked for answer in graded["two"].answers] == [0, 0, 0, 0, 0, 0, 0, 3, 3, None]


def test_open_claims_are_those_that_are_not_final(ports: Ports, openid: str) -> None:
    first, second, third, fourth = people(ports, openid)
    assert ports.payouts.replace_claim(first, replace(first, due_at=None))
    assert ports.payouts.replace_claim(second, replace(second, due_at=examples.CLOSES))
    expected = {ClaimRef(claim.openid, "spent") for claim in (second, third, fourth)}
    assert set(ports.payouts.open_claims()) == expected
