"""PersonalData: one person's rows are exported and erased; a contest's are purged in steps that can be repeated."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.adapters.store import purge_followers
from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.participation import FOLLOWED_BEFORE, Chances, FollowChange, Me
from chalicelib.domain.purge import FollowerPurge, Purge, PurgeState, digest_with, is_digest
from chalicelib.ports import LogEntry, Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import DynamoEngine, Engine
from tests.support import examples
from tests.support.examples import NOON
from tests.support.ports import FakePorts
from tests.support.referrals import FakeReferrals

ENTRY = LogEntry(NOON, "wang", "person erase", "a digest", reason="asked")
LATER = NOON + timedelta(days=200)
digest = digest_with("ab" * 32)


def took_part(ports: Ports, openid: str) -> Claim:
    """A person with a failed, an unspent and a spent attempt, a unit, and a paid claim."""
    claim = setup_steps.claim(ports, openid, "spent")
    setup_steps.grade(ports, openid, "failed", 2)
    setup_steps.grade(ports, openid, "unspent", 9)
    assert ports.participants.set_unit(openid, "区法院") == "区法院"
    final = ports.payouts.replace_claim(claim, replace(claim, status=PayoutStatus.RECEIVED, due_at=None))
    assert final
    return final


def rows(ports: Ports, openid: str) -> list[str]:
    return sorted(str(row.get("what", table)) for table, row in ports.personal_data.rows_of(openid))


def test_all_of_one_person_s_rows_are_given_out(ports: Ports, openid: str) -> None:
    assert rows(ports, openid) == []
    took_part(ports, openid)
    assert ports.payouts.put_smoke_payment(examples.smoke_payment(openid=openid), ENTRY)
    setup_steps.follow(ports, f"{openid}x")
    found = rows(ports, openid)
    assert [one for one in found if not one.startswith("claim#")] == [
        *(f"attempt#{name}" for name in ("failed", "spent", "unspent")),
        "followers",
        "me",
        "pass#unspent",
    ]
    assert len([one for one in found if one.startswith("claim#")]) == 2, "and a smoke payment"
    assert rows(ports, f"{openid}x") == ["followers"]
    listed = [row for _, row in ports.personal_data.all_rows()]
    assert all(row in listed for _, row in ports.personal_data.rows_of(openid))


def erasures(ports: Ports) -> list[LogEntry]:
    return [one for one in ports.ledger.log_entries() if one.what == ENTRY.what]


def test_answers_scores_and_unit_are_erased_and_what_the_books_need_stays(ports: Ports, openid: str) -> None:
    claim = took_part(ports, openid)
    setup_steps.follow(ports, f"{openid}x")
    assert not ports.personal_data.erase_answers(f"{openid}x", ENTRY), "nothing to remove"
    assert ports.personal_data.erase_answers(openid, ENTRY)
    (account,) = ports.ledger.all_accounts()
    assert account.me == Me(3, 0, Chances(1, 1), submitted_at=NOON)
    assert account.passed == {"spent", "unspent"}
    assert account.passes == {"unspent"}
    assert account.claims == (claim,)
    assert [attempt.answers for attempt in ports.ledger.all_attempts()] == [(), (), ()]
    assert ports.participants.count_people() == {"": 1}
    assert erasures(ports) == [ENTRY]
    assert not ports.personal_data.erase_answers(openid, replace(ENTRY, at=LATER)), "again"
    assert erasures(ports) == [ENTRY]
    setup_steps.grade(ports, openid, "after")
    assert ports.personal_data.erase_answers(openid, replace(ENTRY, at=LATER)), "who took part again"


def test_a_purge_has_one_key_which_is_forgotten_at_its_end(ports: Ports) -> None:
    begun = ports.personal_data.begin_purge("aa", NOON, ENTRY)
    assert begun == Purge("aa", NOON)
    assert ports.personal_data.begin_purge("bb", LATER, replace(ENTRY, at=LATER)) == begun
    assert ports.control.read_switches().purge is PurgeState.BEGUN
    for _ in range(2):
        ports.personal_data.end_purge(replace(ENTRY, at=LATER, new="done"))
        assert ports.control.read_switches().purge is PurgeState.DONE
    assert ports.personal_data.begin_purge("cc", LATER, replace(ENTRY, at=LATER)) == Purge("", NOON)
    assert ports.control.read_switches().purge is PurgeState.DONE
    assert list(ports.ledger.log_entries()) == [ENTRY, replace(ENTRY, at=LATER, new="done")]


def test_claims_go_under_a_digest_and_all_else_goes(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    elsewhere = engine.ports(contest_id + "-2")
    claim, theirs = took_part(ports, openid), took_part(elsewhere, openid)
    assert ports.payouts.put_smoke_payment(examples.smoke_payment(openid=openid), ENTRY)
    engine.put_earlier_smoke(contest_id, examples.earlier_smoke_payment())
    assert ports.personal_data.purge_claims(digest) == 3
    assert ports.personal_data.purge_claims(digest) == 0
    assert ports.personal_data.purge_people() == 5
    assert ports.personal_data.purge_people() == 0

    (account,) = ports.ledger.all_accounts()
    moved = replace(claim, order=replace(claim.order, openid=digest(openid)))
    assert (account.openid, account.me, account.claims) == (digest(openid), Me(), (moved,))
    assert not account.passed
    assert ports.payouts.find_claim(moved.ref) == moved
    assert ports.payouts.find_by_packet(claim.packet.plan_id, claim.packet.number) == moved
    assert [is_digest(one.openid) for one in ports.payouts.smoke_payments()] == [True]
    assert [is_digest(one.openid) for one in ports.earlier_smoke_payments.all()] == [True]
    assert ports.participants.count_people() == {}
    (untouched,) = elsewhere.ledger.all_accounts()
    assert (untouched.openid, untouched.claims, untouched.me.attempts) == (openid, (theirs,), 3)


def test_more_claims_than_a_transaction_holds_are_moved(ports: Ports, openid: str) -> None:
    claims = []
    for packet in setup_steps.lay(ports, 42):
        who = f"{openid}{packet.number}"
        setup_steps.follow(ports, who)
        setup_steps.grade(ports, who, "a1")
        claims.append(examples.claim(who, "a1", packet))
        assert ports.participants.commit_claim(claims[-1]) is Verdict.DONE
    assert ports.personal_data.purge_claims(digest) == 42
    assert {claim.openid for claim in ports.ledger.all_claims()} == {digest(claim.openid) for claim in claims}


def remove(before: datetime = LATER, former: bool = False) -> FollowerPurge:
    return FollowerPurge(before, True, digest if former else None)


@pytest.mark.parametrize("former", [False, True])
def test_followers_are_removed_and_those_who_followed_are_kept_by_digest_if_wished(
    ports: Ports, openid: str, former: bool
) -> None:
    setup_steps.follow(ports, f"{openid}1")
    setup_steps.unfollow(ports, f"{openid}1")
    ports.baseline.import_openids([f"{openid}2"])
    ports.followers.record_sharer(f"{openid}3", f"{openid}1", "c", NOON, None)
    assert ports.personal_data.purge_followers(remove(former=former)) >= 3
    assert ports.personal_data.purge_followers(remove(former=former)) == 0
    for number, followed in ((1, True), (2, True), (3, False)):
        assert ports.followers.find_follower(f"{openid}{number}") is None
        kept = ports.followers.find_follower(digest(f"{openid}{number}"))
        assert (kept is not None) is (former and followed)
        assert kept is None or (kept.first_follow_at, kept.subscribed, kept.known) == (FOLLOWED_BEFORE, False, False)


def test_who_came_after_the_purge_began_stays(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, f"{openid}1", create_time=int(LATER.timestamp()))
    ports.followers.record_sharer(f"{openid}2", f"{openid}1", "c", LATER, None)
    setup_steps.follow(ports, f"{openid}3")
    ports.personal_data.purge_followers(remove(LATER))
    left = [ports.followers.find_follower(f"{openid}{number}") is not None for number in (1, 2, 3)]
    assert left == [True, True, False]


def brought(ports: Ports, openid: str, contest_id: str) -> None:
    sharer = f"{openid}-sharer"
    setup_steps.follow(ports, sharer)
    change = FollowChange(openid, True, 1000, NOON, False, sharer, contest_id)
    friend = ports.followers.record_change(change)
    assert friend
    assert ports.referrals.grant_chance(friend, sharer)


def test_another_contest_s_referrals_stay(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    elsewhere = engine.ports(contest_id + "-2")
    brought(ports, f"{openid}1", contest_id)
    brought(elsewhere, f"{openid}2", contest_id + "-2")
    ports.personal_data.purge_followers(remove())
    assert list(ports.ledger.counted_friends()) == []
    assert [friend.openid for friend in elsewhere.ledger.counted_friends()] == [f"{openid}2"]


def test_while_another_contest_needs_followers_only_referrals_go(ports: Ports, openid: str, contest_id: str) -> None:
    brought(ports, f"{openid}1", contest_id)
    setup_steps.follow(ports, f"{openid}2")
    before = ports.followers.find_follower(f"{openid}2")
    how = FollowerPurge(LATER, remove=False)
    assert ports.personal_data.purge_followers(how) == 1
    assert ports.personal_data.purge_followers(how) == 0
    friend = ports.followers.find_follower(f"{openid}1")
    assert friend
    assert (friend.subscribed, friend.invited_by, friend.referral_to, friend.first_follow_at) == (True, "", "", 1000)
    assert list(ports.ledger.counted_friends()) == []
    assert ports.followers.find_follower(f"{openid}2") == before


def test_a_friend_who_acts_after_the_purge_began_stays_without_the_referral(
    ports: Ports, openid: str, contest_id: str
) -> None:
    brought(ports, openid, contest_id)
    unfollow = FollowChange(openid, False, int(LATER.timestamp()), LATER, False)
    assert ports.followers.record_change(unfollow)
    assert ports.personal_data.purge_followers(remove(LATER)) >= 1
    assert ports.personal_data.purge_followers(remove(LATER)) == 0
    friend = ports.followers.find_follower(openid)
    assert friend
    assert (friend.subscribed, friend.invited_by, friend.referral_to, friend.first_follow_at) == (False, "", "", 1000)
    assert list(ports.ledger.counted_friends()) == []


def test_a_link_of_another_contest_opened_meanwhile_stays(
    local: DynamoEngine, openid: str, contest_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports, purge_all = local.ports(contest_id), purge_followers._purge_all
    setup_steps.follow(ports, f"{openid}-sharer")
    ports.followers.record_sharer(openid, f"{openid}-sharer", contest_id, NOON, None)

    def opened(*found: Any) -> None:
        known = ports.followers.find_follower(openid)
        ports.followers.record_sharer(openid, f"{openid}-sharer", f"{contest_id}-2", NOON, known)
        purge_all(*found)

    monkeypatch.setattr(purge_followers, "_purge_all", opened)
    assert ports.personal_data.purge_followers(FollowerPurge(LATER, remove=False)) == 1
    friend = ports.followers.find_follower(openid)
    assert friend
    assert (friend.invited_by, friend.invited_in) == (f"{openid}-sharer", f"{contest_id}-2")


def test_contests_that_have_begun_and_are_not_closed_are_named(engine: Engine, ports: Ports, contest_id: str) -> None:
    named, imported, closed = (engine.ports(f"{contest_id}-{n}") for n in (1, 2, 3))
    engine.name_plan(contest_id, "plan")
    engine.name_plan(f"{contest_id}-1", "plan")
    imported.baseline.move_import("o9")
    engine.name_plan(f"{contest_id}-3", "plan")
    closed.control.mark_closed(NOON)
    found = [name for name in ports.personal_data.unfinished_contests() if name.startswith(contest_id)]
    assert found == [f"{contest_id}-1", f"{contest_id}-2"]
    assert contest_id in named.personal_data.unfinished_contests()


def test_a_friend_whose_record_was_purged_brings_nobody_a_chance(ports: Ports, openid: str, contest_id: str) -> None:
    keep_former(ports, contest_id)
    key = ports.personal_data.former_key("cd" * 32)
    assert key == ports.personal_data.former_key("ef" * 32) == ports.personal_data.former_key()
    setup_steps.follow(ports, openid)
    ports.personal_data.purge_followers(FollowerPurge(LATER, True, digest_with(key)))
    with pytest.raises(AssertionError):
        brought(ports, openid, contest_id)
    held = ports.followers.find_follower(openid)
    assert held
    assert (held.subscribed, held.referral_to) == (True, "")
    brought(ports, f"{openid}-new", contest_id)


def keep_former(ports: Ports, contest_id: str) -> None:
    """A purge with `former = "digest"` in the contest file."""
    contest = examples.contest(contest_id)
    if isinstance(ports, FakePorts):
        assert isinstance(ports.referrals, FakeReferrals)
        ports.referrals = FakeReferrals(ports.referrals._world, contest_id, keeps_former=True)
    else:
        ports.contest = replace(contest, privacy=replace(contest.privacy, former="digest"))  # type: ignore[attr-defined]
