"""PersonalData: one person's rows are exported and erased; a contest's are purged in steps that can be repeated."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.errors import OperatorRefused
from chalicelib.domain.operator_log import person_digest
from chalicelib.domain.participation import Chances, Me
from chalicelib.domain.purge import Purge, PurgeState, digest_with, is_digest
from chalicelib.ports import LogEntry, Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import NOON

ENTRY = LogEntry(NOON, "wang", "person erase", "a digest", reason="asked")
LATER = NOON + timedelta(days=200)
digest = digest_with("ab" * 32)


def took_part(ports: Ports, openid: str) -> Claim:
    """A person with a failed, an unspent and a spent attempt, a unit, and a paid claim."""
    claim = setup_steps.claim(ports, openid, "spent")
    setup_steps.grade(ports, openid, "failed", 2)
    setup_steps.grade(ports, openid, "unspent", 9)
    assert ports.participants.set_unit(openid, "区法院") == "区法院"
    final = ports.payouts.replace_claim(claim, paid(claim))
    assert final
    return final


def paid(claim: Claim) -> Claim:
    return replace(claim, status=PayoutStatus.RECEIVED, due_at=None)


def rows(ports: Ports, openid: str) -> list[str]:
    return sorted(str(row.get("what", table)) for table, row in ports.personal_data.rows_of(openid))


def test_all_of_one_person_s_rows_are_given_out(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    assert rows(ports, openid) == []
    claim, smoke = took_part(ports, openid), examples.earlier_smoke_payment()
    assert ports.payouts.put_smoke_payment(examples.smoke_payment(openid=openid), ENTRY)
    engine.put_earlier_smoke(contest_id, replace(smoke, order=replace(smoke.order, openid=openid)))
    setup_steps.follow(ports, f"{openid}x")
    setup_steps.bring(ports, f"{openid}y", contest_id, sharer=openid)
    ports.participants.set_hold(openid, True, replace(ENTRY, what="hold", about=person_digest(contest_id, openid)))
    ports.log_decision(replace(ENTRY, what="payouts retry", about=claim.claim_id))
    found = rows(ports, openid)
    assert [one for one in found if not one.startswith("claim#")] == [
        *(f"attempt#{name}" for name in ("failed", "spent", "unspent")),
        "control",
        "followers",
        "followers",
        "hold",
        "me",
        "pass#unspent",
        "payouts retry",
    ]
    assert len([one for one in found if one.startswith("claim#")]) == 2, "and a smoke payment"
    assert f"{openid}y" not in repr(list(ports.personal_data.rows_of(openid))), "a friend's openid is the friend's"
    assert rows(ports, f"{openid}x") == ["followers"]
    listed = [row for _, row in ports.personal_data.all_rows()]
    stored = [row for _, row in ports.personal_data.rows_of(openid) if row.keys() & {"openid", "who", "name"}]
    assert all(row in listed for row in stored if "about" not in row)


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
    assert ports.payouts.put_smoke_payment(paid(examples.smoke_payment(openid=openid)), ENTRY)
    engine.put_earlier_smoke(contest_id, paid(examples.earlier_smoke_payment()))
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


def test_a_payout_that_is_not_final_keeps_its_openid(
    engine: Engine, ports: Ports, openid: str, contest_id: str
) -> None:
    took_part(ports, openid)
    claim = setup_steps.claim(ports, f"{openid}2")
    with pytest.raises(OperatorRefused, match="payout_not_final"):
        ports.personal_data.purge_claims(digest)
    assert ports.payouts.find_claim(claim.ref) == claim
    assert ports.payouts.replace_claim(claim, paid(claim))
    engine.put_earlier_smoke(contest_id, examples.earlier_smoke_payment())
    with pytest.raises(OperatorRefused, match="payout_not_final"):
        ports.personal_data.purge_claims(digest)


def test_more_claims_than_a_transaction_holds_are_moved(ports: Ports, openid: str) -> None:
    claims = []
    for packet in setup_steps.lay(ports, 42):
        who = f"{openid}{packet.number}"
        setup_steps.follow(ports, who)
        setup_steps.grade(ports, who, "a1")
        claims.append(paid(examples.claim(who, "a1", packet)))
        assert ports.participants.commit_claim(claims[-1]) is Verdict.DONE
    assert ports.personal_data.purge_claims(digest) == 42
    assert {claim.openid for claim in ports.ledger.all_claims()} == {digest(claim.openid) for claim in claims}
