"""The status screen: counts without a scan, held and parked payouts, and what to do about them."""

import json
import sys
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.claim import FOR_A_PERSON, PayoutStatus
from chalicelib.domain.payout_reasons import PARKED, Reason
from infra.operator.payout_overview import REMEDIES, overview
from infra.operator.status_command import CLEAR
from tests.http.aws_faults import watched_aws
from tests.operator.conftest import Office


def line(said: str, name: str) -> str:
    return next(one for one in said.splitlines() if one.startswith(name))


def test_it_counts_from_the_index_and_the_last_counts(laid: Office) -> None:
    laid.claimed("alice")
    laid.paid("bob")
    laid.done("run", "sweep")
    said = laid.done("status")
    assert "2 人" in line(said, "人数")
    assert "剩余红包  1 个，已领取 2 个" in said
    assert "未了结    2 笔：owed 1、sent 1" in said
    assert "已了结    0 笔" in said
    assert "! " not in said.replace("! 没有开幕记录", "")


def test_no_table_is_scanned(laid: Office) -> None:
    laid.paid("alice")
    with watched_aws() as aws:
        laid.done("status")
    assert {"Query", "GetItem"} <= {operation for _, operation, _ in aws.calls}
    assert "Scan" not in {operation for _, operation, _ in aws.calls}


def test_attempts_and_final_states_are_the_last_audit_s(laid: Office) -> None:
    assert "还没有统计" in line(laid.done("status"), "作答")
    laid.change(laid.paid("alice"), status=PayoutStatus.RECEIVED, due_at=None)
    laid.done("run", "sweep")
    laid.done("audit")
    said = laid.done("status")
    assert "1 次（" in line(said, "作答")
    assert "1 笔；received 1（" in line(said, "已了结")


def test_what_is_parked_says_what_to_do(laid: Office) -> None:
    laid.change(laid.claimed("alice"), status=PayoutStatus.PARKED, reason=Reason.LOST.value, due_at=FOR_A_PERSON)
    said = laid.done("status")
    assert "! 搁置 lost 1 笔：在账单里按单号核对，再 ./contest payouts settle" in said
    assert "alice" not in said
    assert line(said, "! 搁置")[2:] in json.loads(laid.done("status", "--json"))["todo"]


def test_what_holds_all_says_what_to_do(laid: Office) -> None:
    control = laid.services.ports.control
    control.hold_payouts(laid.stage.now + timedelta(hours=1), Reason.BALANCE.value)
    laid.done("pause")
    said = laid.done("status")
    assert "（balance）：充值到运营账户" in said
    assert "! 竞赛已暂停：恢复用 ./contest resume" in said
    assert "./contest run open_contest" in said, "no opening is recorded"


def test_every_reason_of_parking_has_its_remedy() -> None:
    assert set(REMEDIES) == {reason.value for reason in PARKED}


def test_with_very_many_only_those_for_a_person_are_read(laid: Office) -> None:
    laid.claimed("alice")
    laid.change(laid.claimed("bob"), status=PayoutStatus.PARKED, reason=Reason.OPENID.value, due_at=FOR_A_PERSON)
    read = list[int]()
    found = overview(laid.services.ports.payouts, laid.stage.now, lambda done, _: read.append(done), most=1)
    assert (found.waiting, found.for_a_person, found.by_state, dict(found.parked)) == (2, 1, None, {"openid": 1})
    assert read == [1]


def test_it_is_watched_until_an_interruption(laid: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[float]()

    def sleep(seconds: float) -> None:
        seen.append(seconds)
        if len(seen) == 3:
            raise KeyboardInterrupt

    laid.stage.ports.sleep = sleep
    assert laid("status", "--watch").out.count("部署  ") == 1, "not where nobody looks"
    assert seen == []
    shown: Any = sys.stdout
    monkeypatch.setattr(type(shown), "isatty", lambda _: True, raising=False)
    told = laid("status", "--watch", "--every", "5")
    assert (told.status, seen) == (0, [5, 5, 5])
    assert told.out.count(CLEAR) == 2
    assert told.out.count("部署  ") == 3
