"""A notification of WeChat Pay makes the worker query, even if it is repeated or too early; it has no other effect."""

from dataclasses import replace

import pytest

from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.payout_decisions import Reply
from chalicelib.ports import SealedNotice
from tests.support.bench import Bench
from tests.support.v3_keys import sealed_notice


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.activate()
    return bench


def sent(bench: Bench, openid: str) -> Claim:
    claim = bench.claimed(openid)
    bench.app.payouts.pay_claim(claim.ref)
    return stored(bench, claim)


def stored(bench: Bench, claim: Claim) -> Claim:
    found = bench.ports.payouts.find_claim(claim.ref)
    assert found
    return found


def about(openid: str, number: str, **further: object) -> SealedNotice:
    return sealed_notice({"openid": openid, "out_bill_no": number, **further})


def test_the_claim_that_it_names_is_asked_about(bench: Bench) -> None:
    claims = [sent(bench, openid) for openid in ("o1", "o2")]
    for claim in claims:
        bench.pay.status[claim.order.mch_billno] = Reply.RECEIVED
    bench.app.notifications.take_notification(about("o1", claims[0].order.mch_billno))
    assert [stored(bench, claim).status for claim in claims] == [PayoutStatus.RECEIVED, PayoutStatus.SENT]


def test_what_it_says_is_not_believed(bench: Bench) -> None:
    claim = sent(bench, "o1")
    for state in ("SUCCESS", "FAIL", "CANCELLED"):
        for _ in range(2):
            bench.app.notifications.take_notification(about("o1", claim.order.mch_billno, state=state))
    assert replace(stored(bench, claim), revision=0, due_at=None) == replace(claim, revision=0, due_at=None)
    assert bench.pay.sends[claim.order.mch_billno] == 1


def test_an_earlier_number_of_a_claim_names_it_too(bench: Bench) -> None:
    claim = sent(bench, "o1")
    bench.pay.status[claim.order.mch_billno] = Reply.RECEIVED
    bench.app.notifications.take_notification(about("o1", f"{claim.order.mch_billno}R1"))
    assert stored(bench, claim).status is PayoutStatus.RECEIVED


@pytest.mark.parametrize(("openid", "number"), [("o2", ""), ("o1", "Another0Plan00000001"), ("o1", "x")])
def test_one_about_nothing_of_ours_is_dropped(bench: Bench, openid: str, number: str) -> None:
    claim = sent(bench, "o1")
    bench.pay.status[claim.order.mch_billno] = Reply.RECEIVED
    bench.app.notifications.take_notification(about(openid, number or claim.order.mch_billno))
    assert stored(bench, claim) == claim


def test_one_that_our_key_does_not_open_is_dropped(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    claim = sent(bench, "o1")
    sealed = sealed_notice({"openid": "o1", "out_bill_no": claim.order.mch_billno}, v3_key="x" * 32)
    bench.app.notifications.take_notification(sealed)
    assert stored(bench, claim) == claim
    assert "cannot be opened" in caplog.text
    assert sealed.ciphertext not in caplog.text
