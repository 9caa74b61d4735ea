"""A busy or silent store: BUSY or TryAgain for every write and read. Errors of our own are not hidden."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pynamodb.exceptions import PynamoDBException

from chalicelib.adapters.cached_switches import CachedSwitches
from chalicelib.adapters.store.tables import Tables
from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.count_round import CountRound
from chalicelib.domain.deployed_contest import described
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.last_totals import LastTotals
from chalicelib.domain.participation import FollowChange, Follower
from chalicelib.domain.prizes import SHARDS
from chalicelib.domain.switches import Switches
from chalicelib.ports import LogEntry, OfficeRecord, Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import DynamoEngine
from tests.contract.dynamodb_faults import Failure, Injected, Silence, faults
from tests.contract.ports import aws_ports
from tests.contract.test_payout_queue import nobody_listens
from tests.support import examples
from tests.support.examples import NOON, act
from tests.support.kept_tables import point_models

PLAN = examples.plan()
CLAIM = examples.claim("o1", "a1", PLAN.packets()[0])
ENTRY = LogEntry(NOON, "w", "what", "about")
AT_DESK = replace(ENTRY, who="desk:one")
OFFICE_RECORD = OfficeRecord("figures", {}, 0)
FRIEND = Follower("o1", True, 1, first_follow_at=1, invited_by="o2", referral_to="o2")
VERDICTS: dict[str, Callable[[Ports], Verdict]] = {
    "record_attempt": lambda p: p.participants.record_attempt("o1", examples.attempt("a1"), 5),
    "commit_claim": lambda p: p.participants.commit_claim(CLAIM),
}
TRANSACTIONS: dict[str, Callable[[Ports], Any]] = {
    "standing": lambda p: p.participants.read_standing("o1", "a1"),
    "set_unit": lambda p: p.participants.set_unit("o1", "u"),
    "move_unit": lambda p: p.participants.move_unit("o1", "u", "", ENTRY),
    "begin": lambda p: p.plans.begin_plan(PLAN, act()),
    "replace": lambda p: p.payouts.replace_claim(CLAIM, replace(CLAIM, sends=1)),
    "decide": lambda p: p.payouts.replace_claim(CLAIM, replace(CLAIM, sends=1), ENTRY),
    "put_back": lambda p: p.payouts.put_back(CLAIM, CLAIM, 3),
    "grant": lambda p: p.referrals.grant_chance(FRIEND, "o2"),
    "withdraw": lambda p: p.referrals.withdraw_chance(FRIEND),
    "release_payouts": lambda p: p.control.release_payouts(ENTRY),
    "set_hold": lambda p: p.participants.set_hold("o1", True, act()),
    "set_paused": lambda p: p.control.set_paused(True, act()),
    "set_payouts_stopped": lambda p: p.control.set_payouts_stopped(True, act()),
    "change_withdrawn": lambda p: p.control.change_withdrawn(frozenset(), "q1", True, act()),
    "record_facts": lambda p: p.plans.record_facts(PLAN, act()),
    "take": lambda p: p.baseline.import_openids(["o1", "o2"]),
    "office.write_record": lambda p: p.office.write_record(OFFICE_RECORD, {"a": 1}),
    "office.write_record, logged": lambda p: p.office.write_record(OFFICE_RECORD, {"a": 1}, AT_DESK),
}
SINGLE: dict[str, Callable[[Ports], Any]] = {
    "discard": lambda p: p.plans.discard_plan(PLAN, act()),
    "activate": lambda p: p.plans.activate_plan(PLAN, "c0ffee", act()),
    "lay": lambda p: p.plans.lay_packets(PLAN, PLAN.packets()),
    "followers.find_follower": lambda p: p.followers.find_follower("o1"),
    "apply": lambda p: p.followers.record_change(FollowChange("o1", True, 1, NOON, False)),
    "invite": lambda p: p.followers.record_sharer("o1", "o2", "c1", NOON, None),
    "outdated": lambda p: p.followers.record_outdated(FollowChange("o1", True, 1, NOON, False)),
    "begin_lookup": lambda p: p.followers.begin_lookup("o1", NOON, timedelta(minutes=1)),
    "note": lambda p: p.followers.record_lookup("o1", True, NOON),
    "participation": lambda p: p.participants.read_participation("o1"),
    "claims": lambda p: p.participants.claims_of("o1"),
    "code_url": lambda p: p.participants.code_url("o1"),
    "set_code_url": lambda p: p.participants.set_code_url("o1", "http://q"),
    "participants.count_people": lambda p: p.participants.count_people(),
    "ledger.all_claims": lambda p: list(p.ledger.all_claims()),
    "accounts": lambda p: list(p.ledger.all_accounts()),
    "friends": lambda p: list(p.ledger.counted_friends()),
    "log": lambda p: list(p.ledger.log_entries()),
    "position": lambda p: p.baseline.import_position(),
    "move": lambda p: p.baseline.move_import("o1"),
    "saved_menu.read_saved_menu": lambda p: p.saved_menu.read_saved_menu(),
    "save": lambda p: p.saved_menu.save_menu({"button": []}),
    "proofs.read_proof": lambda p: p.proofs.read_proof(),
    "publish_proof": lambda p: p.proofs.publish_proof(b"proof"),
    "hold_payouts": lambda p: p.control.hold_payouts(NOON, "balance"),
    "note_code": lambda p: p.control.note_code("A_CODE"),
    "count_refused": lambda p: p.control.count_refused("a", NOON, NOON),
    "forget_refused": lambda p: p.control.forget_refused(),
    "control.stored_counts": lambda p: p.control.stored_counts(),
    "control.follow_code": lambda p: p.control.follow_code(),
    "control.keep_follow_code": lambda p: p.control.keep_follow_code("http://q/1"),
    "control.dated_counts": lambda p: p.control.dated_counts(),
    "count_shard": lambda p: p.participants.count_shard(0),
    "control.unfinished_count": lambda p: p.control.unfinished_count(),
    "control.keep_unfinished": lambda p: p.control.keep_unfinished(CountRound(NOON)),
    "set_counts": lambda p: p.control.store_counts({"": 1}, NOON),
    "control.last_totals": lambda p: p.control.last_totals(),
    "store_totals": lambda p: p.control.store_totals(LastTotals(NOON, 1, {"owed": 1})),
    "control.deployed_contest": lambda p: p.control.deployed_contest(),
    "report_contest": lambda p: p.control.report_contest(described(examples.contest())),
    "payouts.find_claim": lambda p: p.payouts.find_claim(ClaimRef("o1", "a1")),
    "open": lambda p: list(p.payouts.open_claims()),
    "waiting": lambda p: list(p.payouts.waiting_claims()),
    "read_claims": lambda p: list(p.payouts.read_claims([ClaimRef("o1", "a1")])),
    "due": lambda p: p.payouts.due_claims(NOON, 10),
    "window": lambda p: p.pool.free_window(PLAN.plan_id),
    "look": lambda p: p.pool.search_free(PLAN.plan_id),
    "count": lambda p: p.pool.count_free(PLAN.plan_id, SHARDS),
    "current": lambda p: p.plans.current_plan(),
    "laid": lambda p: list(p.plans.laid_packets(PLAN)),
    "read": lambda p: p.control.read_switches(),
    "set_exhausted": lambda p: p.control.set_exhausted("p"),
    "set_free_packets": lambda p: p.control.set_free_packets("p", 1),
    "mark_opened": lambda p: p.control.mark_opened(NOON),
    "mark_closed": lambda p: p.control.mark_closed(NOON),
    "office.read_record": lambda p: p.office.read_record("figures"),
    "office.read_records": lambda p: p.office.read_records("day#"),
    "day_scan.scan_people": lambda p: list(p.day_scan.scan_people()),
    "day_scan.count_followers": lambda p: p.day_scan.count_followers(),
    "log_decision": lambda p: p.log_decision(ENTRY),
    "log_decision, at the desk": lambda p: p.log_decision(AT_DESK),
}
CALLS = {**TRANSACTIONS, **SINGLE}
CANCELLED = "TransactionCanceledException"
BUSY: list[Failure | Silence] = [
    Failure("ThrottlingException"),
    Failure("ProvisionedThroughputExceededException"),
    Failure("RequestLimitExceeded"),
    Failure("InternalServerError"),
    Failure("TransactionInProgressException"),
    Silence(),
    Silence(late=True),
]
CONFLICTS = [
    Failure(CANCELLED, ("None", "TransactionConflict", "None")),
    Failure(CANCELLED, ("ThrottlingError", "None")),
    Failure(CANCELLED, ("None", "ProvisionedThroughputExceeded")),
    Failure("TransactionConflictException"),
]


@pytest.fixture
def ports(local: DynamoEngine, contest_id: str) -> Ports:
    """Those of an instance that knows the active plan: the tested call is its first."""
    known = aws_ports(contest_id, local.tables, 120, Random(0))
    known.switches = CachedSwitches(lambda: Switches(plan_id=PLAN.plan_id), lambda: 0, lambda: NOON)
    assert known.active_shards() == SHARDS
    return known


@pytest.fixture
def injected(local: DynamoEngine) -> Iterator[Injected]:
    with faults(local.tables.connection) as hook:
        yield hook


@pytest.mark.parametrize("failure", [*BUSY, *CONFLICTS], ids=str)
@pytest.mark.parametrize("name", VERDICTS)
def test_a_participant_s_write_is_busy(ports: Ports, injected: Injected, name: str, failure: Failure | Silence) -> None:
    injected.answer = failure
    assert VERDICTS[name](ports) is Verdict.BUSY


@pytest.mark.parametrize("name", CALLS)
def test_every_other_call_says_try_again(ports: Ports, injected: Injected, name: str) -> None:
    for injected.answer in [*BUSY, *(CONFLICTS if name in TRANSACTIONS else CONFLICTS[-1:])]:
        with pytest.raises(TryAgain):
            CALLS[name](ports)


@pytest.mark.parametrize("name", [*CALLS, *VERDICTS])
def test_a_fault_of_ours_is_not_swallowed(ports: Ports, injected: Injected, name: str) -> None:
    for code in ("ValidationException", "AccessDeniedException", "ResourceNotFoundException"):
        injected.answer = Failure(code)
        with pytest.raises(PynamoDBException) as caught:
            (CALLS | VERDICTS)[name](ports)
        assert caught.value.cause_response_code == code


@pytest.mark.parametrize("name", VERDICTS)
def test_a_transaction_that_is_wrong_in_itself_is_not_swallowed(ports: Ports, injected: Injected, name: str) -> None:
    injected.answer = Failure(CANCELLED, ("None", "ValidationError"))
    with pytest.raises(PynamoDBException):
        VERDICTS[name](ports)


def test_a_failed_condition_weighs_more_than_a_conflict(ports: Ports, injected: Injected) -> None:
    injected.answer = Failure(CANCELLED, ("ConditionalCheckFailed", "TransactionConflict"))
    assert VERDICTS["record_attempt"](ports) is Verdict.REFUSED


def test_the_store_answers_again_after_its_trouble(ports: Ports, injected: Injected, openid: str) -> None:
    injected.answer = Failure("ThrottlingException")
    with pytest.raises(TryAgain):
        ports.followers.find_follower(openid)
    injected.answer = None
    setup_steps.follow(ports, openid)


def test_an_endpoint_where_nobody_listens(monkeypatch: pytest.MonkeyPatch, local: DynamoEngine) -> None:
    """Uses real connections and time-outs. The models are set back by hand, since the engine serves the whole
    module."""
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", nobody_listens())
        try:
            away = aws_ports("c", Tables(local.prefix), 10, Random(0))
            assert {call(away) for call in VERDICTS.values()} == {Verdict.BUSY}
            for name in ("standing", "followers.find_follower", "apply", "participation", "read", "lay"):
                with pytest.raises(TryAgain):
                    CALLS[name](away)
        finally:
            patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", str(local.client.meta.endpoint_url))
            local.tables = point_models(local.prefix)
