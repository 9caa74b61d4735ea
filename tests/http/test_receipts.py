"""The winner's tap over HTTP: the claim is returned at once; its receipt comes from the worker."""

from dataclasses import replace

import pytest

from chalicelib.domain.claim import TRANSFER
from chalicelib.domain.contest import Contest
from chalicelib.domain.transfer_rules import TransferRules
from tests.http.stage import CLOSING, Stage, build, claim, deployed_settings, pass_attempt, small_contest
from tests.support.examples import MINUTE
from tests.support.transfers import FakeTransfers


def paid_by_transfer() -> Contest:
    contest = small_contest()
    rules = TransferRules("活动", "奖励", CLOSING + 60 * 24 * MINUTE)
    return replace(contest, payouts=replace(contest.payouts, product=TRANSFER), transfer=rules)


@pytest.fixture
def transfers(moto_tables: str) -> Stage:
    stage = build(deployed_settings(moto_tables), paid_by_transfer())
    stage.ports.transfers = FakeTransfers()
    return stage


def test_the_receipt_follows_the_tap(transfers: Stage) -> None:
    person = transfers.person("alice")
    made = claim(person, pass_attempt(transfers, person)).json
    assert (made["status"], made["receipt"]) == ("owed", None)
    transfers.follow("alice", follows=False)
    transfers.pause(True)
    transfers.now = CLOSING + MINUTE
    person = transfers.visitor("alice")
    path = f"/api/claims/{made['claim_id']}/receipt"
    tapped = person.post(path)
    assert (tapped.status, tapped.json) == (202, made), "the money is owed, whatever became of the contest"
    assert person.post(path).outcome == (429, "too_many_requests")
    assert transfers.visitor("bob").post(path).outcome == (404, "not_found")
    assert transfers.browser().post(path).outcome == (401, "not_signed_in")
    transfers.services.payouts.pay_claim(transfers.ports.participants.claims_of("alice")[0].ref)
    (now,) = person.get("/api/claims").json["claims"]
    assert now["status"] == "sent"
    number = transfers.ports.participants.claims_of("alice")[0].order.mch_billno
    assert now["receipt"]["package"] == FakeTransfers().receipt(number)


def test_a_red_packet_has_nothing_to_receive(stage: Stage) -> None:
    person = stage.person("alice")
    made = claim(person, pass_attempt(stage, person)).json
    assert person.post(f"/api/claims/{made['claim_id']}/receipt").outcome == (409, "nothing_to_receive")
