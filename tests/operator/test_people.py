"""People: the winner of a packet, the people with the most, and an operator's decisions about one person."""

import json

import boto3
import pytest

from chalicelib.adapters.store.models import ParticipantRow
from chalicelib.adapters.store.row_values import CLAIM, who_key
from chalicelib.domain.claim import Claim
from chalicelib.domain.operator_log import LogEntry, person_digest
from chalicelib.domain.prizes import yuan
from tests.http.stage import claim, draw, pass_attempt
from tests.operator.conftest import Office
from tests.support.engines import REGION
from tests.support.examples import act

ALICE = "oAliceAliceAliceAliceAlice01"


def forget_in_index(office: Office, claim: Claim) -> None:
    """Changes the claim into the form of a version before the index."""
    row = ParticipantRow(who_key(office.services.contest.id, claim.openid), CLAIM + claim.attempt_id)
    row.update([ParticipantRow.packet_key.remove()])


def log(office: Office) -> list[LogEntry]:
    return list(office.services.ports.ledger.log_entries())


def unit(office: Office, openid: str) -> str | None:
    return office.services.ports.participants.read_participation(openid).me.unit


# Finding


@pytest.mark.parametrize("indexed", [True, False])
def test_whose_a_packet_is(laid: Office, indexed: bool) -> None:
    """By its number, also typed in full width, and by any bill number of its claim."""
    made = laid.paid(ALICE)
    number, bill, amount = made.packet.number, made.order.mch_billno, yuan(made.packet.amount_fen)
    laid.services.ports.participants.set_unit(ALICE, "区法院")
    if not indexed:
        forget_in_index(laid, made)
    for name in (str(number), f" {chr(ord('０') + number)} ", bill, bill + "R2"):
        said = laid.done("find", name)
        assert ALICE not in said
        for words in ("oAli…ce01", made.claim_id, bill, "已发出，等本人领取（sent）", f"{amount}元", "区法院"):
            assert words in said
    told = json.loads(laid.done("find", bill, "--json"))
    assert (told["openid"], told["number"], told["amount_fen"]) == (ALICE, number, made.packet.amount_fen)
    assert (told["unit"], told["on_hold"], told["state"]) == ("区法院", False, "sent")


def test_a_claim_of_before_the_index_is_found_by_a_scan_and_others_are_not(laid: Office) -> None:
    first, second = laid.claimed(ALICE), laid.claimed("bob")
    forget_in_index(laid, first)
    assert first.claim_id in laid.done("find", str(first.packet.number))
    assert second.claim_id in laid.done("find", str(second.packet.number))


def test_a_name_of_no_claim_is_refused(laid: Office) -> None:
    made = laid.claimed(ALICE)
    free = next(number for number in range(3) if number != made.packet.number)
    for name, why in (
        (str(free), "还没有人领取"),
        ("99999999", "没有这个编号或商户单号的领取"),
        ("00000000000000000001", "没有这个编号或商户单号的领取"),
        *((name, "这不是红包编号") for name in ("123456789", "1x", "alice", "")),
    ):
        assert why in laid.failed("find", name)


def test_without_a_plan_no_number_is_known(office: Office) -> None:
    assert "还要有启用的方案" in office.failed("find", "1")


# The foremost


def test_who_has_most(laid: Office) -> None:
    made = laid.claimed(ALICE)
    for openid in (ALICE, "bob", "carol"):
        laid.stage.follow(openid)
    laid.services.ports.participants.set_unit(ALICE, "区法院")
    for sharer, friend in (("bob", "b1"), ("bob", "b2"), ("carol", "c1")):
        laid.stage.follow(friend)
        known = laid.services.ports.followers.find_follower(friend)
        assert known
        assert laid.services.ports.referrals.grant_chance(known, sharer)
    assert laid.done("people", "--by", "claims").splitlines() == [
        "OPENID\t红包\t金额\t机会\t好友\t单位\t",
        f"{ALICE}\t1\t{yuan(made.packet.amount_fen)}\t1\t\t区法院\t",
        "共列出 1 位",
    ]
    assert [line.split("\t")[0] for line in laid.done("people", "--by", "chances").splitlines()[1:-1]] == [
        "bob",
        "carol",
    ]
    told = json.loads(laid.done("people", "--by", "referrals", "--top", "1", "--json"))["people"]
    assert told == [
        {"openid": "bob", "claims": 0, "fen": 0, "chances": 3, "referrals": 2, "unit": "", "on_hold": False}
    ]


@pytest.mark.parametrize(
    "more", [(), ("--by", "luck"), ("--by", "claims", "--top", "0"), ("--by", "claims", "--top", "x")]
)
def test_what_people_needs(office: Office, more: tuple[str, ...]) -> None:
    assert office("people", *more).status == 2


# Decisions


@pytest.mark.parametrize("argv", [("hold", "1"), ("release", "1"), ("move", "1", "区法院")])
def test_a_decision_needs_its_reason(laid: Office, argv: tuple[str, ...]) -> None:
    laid.claimed(ALICE)
    before = log(laid)
    for more in ((), ("--reason",), ("--reason", " ")):
        assert laid(*argv, *more, "--yes").status == 2
    assert log(laid) == before


def test_what_find_names_can_be_held_moved_and_released(laid: Office) -> None:
    made, digest = laid.claimed(ALICE), person_digest(laid.services.contest.id, ALICE)
    number, bill = str(made.packet.number), made.order.mch_billno
    before = len(log(laid))
    laid.done("hold", number, "--reason", "一人多号", "--by", "王")
    assert "已暂停领取" in laid.done("find", bill)
    laid.stage.wait(seconds=1)
    laid.done("move", bill, "区法院", "--reason", "扫错了码", "--by", "王")
    laid.stage.wait(seconds=1)
    laid.done("release", bill, "--reason", "查清了", "--by", "王")
    assert [(e.who, e.what, e.about, e.old, e.new, e.reason) for e in log(laid)[before:]] == [
        ("moto (王)", "hold", digest, "", "on_hold", "一人多号"),
        ("moto (王)", "move", digest, "", "区法院", "扫错了码"),
        ("moto (王)", "release", digest, "on_hold", "", "查清了"),
    ]
    assert unit(laid, ALICE) == "区法院"
    assert "还没有人领取" in laid.failed("hold", str((made.packet.number + 1) % 3), "--reason", "r")


def test_a_confirmation_shows_whom_it_is_about(laid: Office, terminal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made = laid.claimed(ALICE)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    told = laid("hold", str(made.packet.number), "--reason", "r")
    assert told.status == 3
    assert "oAli…ce01，红包 1 个，单位：无" in told.err
    assert ALICE not in told.err + told.out
    assert not laid.services.ports.participants.read_participation(ALICE).me.on_hold


def test_a_smoke_payment_to_whom_find_named(laid: Office) -> None:
    made = laid.claimed(ALICE)
    laid.done("pay-smoke", str(made.packet.number), "--reason", "换过证书")
    assert laid.pay.sent[-1].openid == ALICE
    assert log(laid)[-1].reason == "换过证书"


def test_moving_keeps_the_counts_exact(laid: Office) -> None:
    participants = laid.services.ports.participants
    for openid, name in ((ALICE, "区法院"), ("bob", "区法院"), ("carol", "")):
        laid.claimed(openid)
        if name:
            participants.set_unit(openid, name)
    laid.done("move", ALICE, "团区委", "--reason", "r")
    laid.done("move", "carol", "区法院", "--reason", "r")
    assert participants.count_people() == {"团区委": 1, "区法院": 2}
    laid.done("move", "bob", "--none", "--reason", "r")
    assert participants.count_people() == {"团区委": 1, "区法院": 1, "": 1}
    before = log(laid)
    assert "没有改动" in laid.done("move", "bob", "--none", "--reason", "r")
    assert "没有改动" in laid.done("move", ALICE, "团区委", "--reason", "r")
    assert log(laid) == before


def test_a_unit_that_is_none_is_refused_with_those_like_it(laid: Office) -> None:
    laid.claimed(ALICE)
    assert "contest.toml 中没有这个单位：区法原。是不是" in laid.failed("move", ALICE, "区法原", "--reason", "r")
    for more in ((), ("区法院", "--none")):
        assert laid("move", ALICE, *more, "--reason", "r", "--yes").status == 2
    assert unit(laid, ALICE) is None


def test_a_unit_chosen_while_the_operator_read_the_question_stays(
    laid: Office, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid.claimed(ALICE)

    def answer(question: str) -> str:
        laid.services.ports.participants.set_unit(ALICE, "团区委")
        return "y"

    monkeypatch.setattr("builtins.input", answer)
    told = laid("move", ALICE, "区法院", "--reason", "r")
    assert (told.status, unit(laid, ALICE)) == (1, "团区委")
    assert "刚刚有了变化" in told.err
    assert "move" not in {entry.what for entry in log(laid)}


def test_on_hold_one_answers_but_does_not_claim(laid: Office) -> None:
    browser = laid.stage.person("alice")
    attempt = pass_attempt(laid.stage, browser)
    laid.done("hold", "alice", "--reason", "一人多号")
    assert claim(browser, attempt).outcome == (403, "on_hold")
    draw(browser)
    laid.done("release", "alice", "--reason", "查清了")
    assert claim(browser, attempt).status == 201


def items(office: Office) -> int:
    """Of the tables of people."""
    prefix, client = office.services.settings.prefix, boto3.client("dynamodb", region_name=REGION)
    return sum(client.scan(TableName=f"{prefix}-{table}")["Count"] for table in ("followers", "participants"))


@pytest.mark.parametrize(("command", "more"), [("hold", ()), ("release", ()), ("move", ("区法院",))])
def test_a_mistyped_openid_is_told_and_nothing_is_written(office: Office, command: str, more: tuple[str, ...]) -> None:
    office.stage.follow("alice")
    there = items(office)
    told = office(command, "aIice", *more, "--reason", "r", "--yes")
    assert (told.status, told.out) == (1, "")
    assert "没有这位参与者的记录，请核对 OPENID" in told.err
    assert "aIice" not in told.err
    assert items(office) == there


def test_who_left_or_has_no_record_as_a_follower_can_be_held(office: Office) -> None:
    office.stage.follow("alice")
    office.stage.follow("alice", follows=False)
    office.services.ports.participants.set_hold("bob", True, act())
    for openid in ("alice", "bob"):
        office.done("hold", openid, "--reason", "r")
        assert office.services.ports.participants.read_participation(openid).me.on_hold
        office.done("release", openid, "--reason", "r")
        assert not office.services.ports.participants.read_participation(openid).me.on_hold


def test_the_log_of_a_packet_has_its_winner_and_its_claim(laid: Office) -> None:
    made = laid.claimed(ALICE)
    number = str(made.packet.number)
    laid.stage.follow("bob")
    for person in (ALICE, "bob"):
        laid.done("hold", person, "--reason", "刷单")
    laid.done("release", number, "--reason", "核实")
    for name in (number, made.order.mch_billno, ALICE):
        held, released, count = laid.done("log", name).splitlines()
        assert held.endswith(f"hold  {person_digest(laid.services.contest.id, ALICE)}  → on_hold  （刷单）")
        assert released.endswith("on_hold →  （核实）")
        assert count == "共 2 条"
    assert laid.done("log", "99999999").endswith("共 0 条\n")
