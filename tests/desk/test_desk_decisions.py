"""An editor's decisions on the desk's pages: about the winner of a packet, and the switches."""

import io

import pytest
from openpyxl import load_workbook

from chalicelib.domain.claim import Claim
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.participation import FollowChange
from chalicelib.usecases.desk.switch_with_pin import SwitchAct
from tests.desk.desk_bench import Desk, DeskBrowser, page
from tests.http.stage import PACE
from tests.support import examples

ALICE = "oAliceAliceAliceAliceAlice01"


@pytest.fixture
def won(desk: Desk) -> Claim:
    """Alice's claim."""
    services, now = desk.services, desk.clock()
    services.plans.lay_plan(lambda done, of: None, "wang")
    services.plans.activate_plan("wang")
    services.ports.followers.record_change(FollowChange(ALICE, True, int(now.timestamp()), now, early=False))
    offer = services.draws.draw_questions(ALICE)
    desk.advance(seconds=PACE)
    right = examples.answers(offer.draw, services.ports.bank, 10)
    attempt = services.submissions.submit_answers(ALICE, offer.draw.attempt_id, offer.token, right)
    return services.claims.open_packet(ALICE, attempt.attempt_id)[0]


def decisions(desk: Desk) -> list[LogEntry]:
    """Those at the desk about people and switches."""
    return [one for one in desk.ports.ledger.log_entries() if one.at_desk]


def found(browser: DeskBrowser, claim: Claim) -> str:
    return page(browser.get(f"/desk/people?packet={claim.packet.number}"))


def test_the_winner_of_a_packet_in_words(desk: Desk, won: Claim) -> None:
    editor = desk.visitor(Role.EDITOR)
    for name in (str(won.packet.number), won.order.mch_billno):
        text = page(editor.get(f"/desk/people?packet={name}"))
        assert "oAli…ce01" in text
        assert "待发放" in text
        assert ALICE not in text
        answer = editor.get(f"/desk/people/file?packet={name}")
        (_, row) = load_workbook(io.BytesIO(answer.body)).worksheets[0].values
        assert row[:2] == (won.packet.number, won.packet.amount_fen / 100)
        assert row[3:] == ("待发放", None, won.order.mch_billno)
    assert decisions(desk) == [], "looking changes nothing"


def test_a_number_of_nobody_is_answered_on_the_page(desk: Desk, won: Claim) -> None:
    answer = desk.visitor(Role.EDITOR).get("/desk/people?packet=%3Cb%3E99999999")
    assert answer.status == 409
    text = answer.body.decode()
    assert "这不是红包编号" in text
    assert 'value="&lt;b&gt;99999999"' in text


def test_hold_release_and_move(desk: Desk, won: Claim) -> None:
    editor, packet = desk.visitor(Role.EDITOR), str(won.packet.number)
    back = f"/desk/people?packet={packet}&said=done"
    for path, fields, shown in (
        ("hold", {"reason": "疑似刷奖"}, "恢复领取资格"),
        ("release", {"reason": "已核实"}, "暂停领取资格"),
        ("move", {"before": "", "unit": "岔河镇", "reason": "本人要求"}, "<dd>岔河镇</dd>"),
        ("move", {"before": "岔河镇", "unit": "", "reason": "登记错误"}, "<dd>未登记</dd>"),
    ):
        desk.advance(seconds=1)
        assert editor.form(f"/desk/people/{path}", packet=packet, **fields).header("location") == back
        assert shown in found(editor, won)
    assert [one.what for one in decisions(desk)] == ["hold", "release", "move", "move"]
    (who,) = {one.who for one in decisions(desk)}
    assert who.startswith("desk:")
    assert ALICE not in repr(decisions(desk))


def test_a_decision_without_a_reason_changes_nothing(desk: Desk, won: Claim) -> None:
    editor, packet = desk.visitor(Role.EDITOR), str(won.packet.number)
    for path, fields in (("hold", {}), ("release", {"reason": " "}), ("move", {"unit": "岔河镇"})):
        answer = editor.form(f"/desk/people/{path}", packet=packet, **fields)
        assert (answer.status, "请写明原因" in answer.body.decode()) == (400, True)
    assert decisions(desk) == []


def test_the_switches_need_pin_and_reason(desk: Desk) -> None:
    made, editor = desk.link(Role.EDITOR), desk.browser()
    editor.enter(made)
    for act, shown in (
        (SwitchAct.PAUSE, "已暂停"),
        (SwitchAct.STOP_PAYOUTS, "已停止"),
        (SwitchAct.RESUME, "未暂停"),
        (SwitchAct.START_PAYOUTS, "正常"),
    ):
        wrong = "000000" if made.pin != "000000" else "111111"
        for pin, reason, status in ((made.pin, "", 400), (wrong, "检查", 403), (made.pin, "检查", 303)):
            assert editor.form("/desk/switches", act=act, pin=pin, reason=reason).status == status
        assert shown in page(editor.get("/desk/switches"))
        desk.advance(seconds=1)
    assert [one.what for one in decisions(desk)] == ["pause", "payouts stop", "resume", "payouts start"]
    assert editor.form("/desk/switches", act="other", pin=made.pin, reason="检查").status == 400


def test_another_editors_pin_does_not_count(desk: Desk) -> None:
    first, second, editor = desk.link(Role.EDITOR), desk.link(Role.EDITOR), desk.browser()
    editor.enter(first)
    if first.pin != second.pin:
        assert editor.form("/desk/switches", act="pause", pin=second.pin, reason="检查").status == 403
    assert not desk.ports.control.read_switches().paused
