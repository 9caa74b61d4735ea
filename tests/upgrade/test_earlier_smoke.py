"""Smoke payments as an earlier version wrote them: read, compared, queried, and never sent again."""

import json
from typing import Any

import pytest

from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.errors import NewerVersion
from chalicelib.domain.payout_decisions import Reply
from tests.infra.function_runs import who
from tests.upgrade.deployed import Deployed

FIRST, SECOND = "SMOKE0A1b2C3d4E5f6G7h8I9j0K", "SMOKE5plxMXJY3UWgqE13crgWp1"
ORDER = {
    "mch_billno": FIRST,
    "openid": who("owed"),
    "amount_fen": 100,
    "send_name": "苏信服",
    "act_name": "信用知识竞赛",
    "wishing": "与信用同行，筑梦新时代！",
    "remark": "信用知识竞赛红包",
    "client_ip": "127.0.0.1",
    "scene_id": "",
}


def smoke_item(number: int, billno: str, status: str, **more: Any) -> dict[str, Any]:
    """DynamoDB JSON, from a table of November 2026."""
    return {
        "name": {"S": f"smoke#{number:04d}"},
        "number": {"N": str(number)},
        "send_order": {"S": json.dumps({**ORDER, "mch_billno": billno}, ensure_ascii=False)},
        "begun_at": {"N": "1594000000000"},
        "status": {"S": status},
        "reason": {"S": ""},
        "sends": {"N": "1"},
        "revision": {"N": "2"},
        **more,
    }


def log_item(billno: str) -> dict[str, Any]:
    return {
        "name": {"S": f"log#001594000000000#{billno[-16:].lower()}"},
        "at": {"N": "1594000000000"},
        "who": {"S": "wang"},
        "what": {"S": "pay-smoke"},
        "about": {"S": f"{billno} 100"},
    }


@pytest.fixture
def deployed(newest: Deployed) -> Deployed:
    """One payment was received; one was sent and not queried since. WeChat Pay knows the end of both."""
    lease = {"waits_until": {"N": "1594000090000"}}
    items = (
        smoke_item(1, FIRST, "received"),
        smoke_item(2, SECOND, "sending", **lease),
        log_item(FIRST),
        log_item(SECOND),
    )
    for item in items:
        contest = {"contest_id": {"S": newest.frozen["contest"]}}
        newest.client.put_item(TableName=f"{newest.services.settings.prefix}-control", Item={**contest, **item})
    newest.pay.status.update({FIRST: Reply.RECEIVED, SECOND: Reply.REFUNDED})
    return newest


def test_they_are_read_and_the_books_are_clean(deployed: Deployed) -> None:
    smoke = deployed.services.smoke_payments.all_smoke_payments()
    assert [(p.order.mch_billno, p.status) for p in smoke] == [
        (FIRST, PayoutStatus.RECEIVED),
        (SECOND, PayoutStatus.SENDING),
    ]
    report = deployed.services.audit.audit_books()
    assert (report.smoke, report.violations) == (tuple(smoke), ())


def test_the_one_under_way_is_asked_about_and_neither_is_sent(deployed: Deployed) -> None:
    found = list(deployed.services.reconciliation.reconcile_payouts(lambda count: None))
    assert (SECOND, "refunded") in [(difference.claim_id, difference.theirs) for difference in found]
    deployed.services.decisions.resume_payouts("li")
    deployed.stage.wait(days=2)
    deployed.services.sweep.sweep_once()
    deployed.work_off()
    _, second = deployed.services.smoke_payments.all_smoke_payments()
    assert (second.status, second.is_final) == (PayoutStatus.REFUNDED, True)
    assert not {FIRST, SECOND} & set(deployed.pay.sends)


def test_the_next_one_is_a_claim(deployed: Deployed) -> None:
    payment = deployed.services.smoke_payments.start_smoke_payment(who("owed"), None, "li")
    assert payment.order.mch_billno not in (FIRST, SECOND)
    deployed.work_off()
    assert deployed.pay.sends[payment.order.mch_billno] == 1
    assert [p.order.mch_billno for p in deployed.services.smoke_payments.all_smoke_payments()][:2] == [FIRST, SECOND]


def test_a_newer_version_s_is_not_acted_on(deployed: Deployed) -> None:
    key = {"contest_id": deployed.frozen["contest"], "name": "smoke#0002"}
    deployed.change("control", key, status={"S": "queued"})
    for step in (deployed.services.audit.audit_books, deployed.services.smoke_payments.all_smoke_payments):
        with pytest.raises(NewerVersion):
            step()
