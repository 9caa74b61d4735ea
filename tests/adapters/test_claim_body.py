"""The page's view of a claim, by the product that pays it."""

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.adapters.http.render import claim_body
from chalicelib.domain.claim import TRANSFER, Packet, Payer, PayoutStatus
from tests.support import examples

UNTIL = datetime(2020, 7, 21, 16, tzinfo=UTC)
RED_PACKET_CLAIM = examples.claim("o1", "a1", Packet("p", 7, 188))
ORDER = replace(RED_PACKET_CLAIM.order, product=TRANSFER, payer=Payer("m", "a"))
TRANSFER_CLAIM = replace(RED_PACKET_CLAIM, order=ORDER)
RECEIVABLE = replace(TRANSFER_CLAIM, status=PayoutStatus.SENT, receipt="a+/=")


def test_a_transfer_says_until_when_and_how_it_is_received() -> None:
    waiting = claim_body(RECEIVABLE, UNTIL)
    assert waiting["claimable_until"] == "2020-07-22T00:00:00.000+08:00"
    assert waiting["receipt"] == {"mch_id": "m", "app_id": "a", "package": "a+/="}
    assert (waiting["number"], waiting["note"]) == (7, None)


def test_no_receipt_is_given_in_any_other_state() -> None:
    """As of a claim that was parked while the transfer waited: another number may be the one that counts."""
    given = [status for status in PayoutStatus if claim_body(replace(RECEIVABLE, status=status), UNTIL)["receipt"]]
    assert given == [PayoutStatus.SENT]


def test_a_transfer_that_failed_says_why() -> None:
    body = claim_body(replace(TRANSFER_CLAIM, status=PayoutStatus.FAILED, code="ACCOUNT_FROZEN"), UNTIL)
    assert "冻结" in body["note"]
    assert body["receipt"] is None


def test_nobody_need_ask_for_a_red_packet() -> None:
    for status in PayoutStatus:
        body = claim_body(replace(RED_PACKET_CLAIM, status=status, code="SENDNUM_LIMIT"), UNTIL)
        assert (body["claimable_until"], body["receipt"], body["note"]) == (None, None, None)
