"""Commands about participants."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, BadParameter, Option

from chalicelib.domain.claim import Claim
from chalicelib.domain.foremost import RankedBy, Tally, foremost
from chalicelib.domain.operator_log import masked
from chalicelib.domain.payout_words import STATES
from chalicelib.domain.prizes import yuan
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import confirm, deployed, who
from infra.operator.terminal import By, Progress, Why, print_table, progress
from infra.operator.whose import Person, claim_named, openid_of, summary

if TYPE_CHECKING:
    from chalicelib.domain.audit import Account

people = Noun(about="参与者 / participants")
COLUMNS = ("OPENID", "红包", "金额", "机会", "好友", "单位", "")


@people.reads("find")
def find(
    packet: Annotated[
        str, Argument(metavar="PACKET", help="本人读出的红包编号，或商户单号 / the packet's number, or a bill number")
    ],
) -> None:
    """按红包编号或商户单号找领取人 / find whose a packet is

    The number is the one that the record on the page and the reply to 编号 show.
    """
    claim = claim_named(packet)
    me = deployed().ports.participants.read_participation(claim.openid).me
    tell(unit=me.unit, on_hold=me.on_hold, **_facts(claim))
    print_table(
        [
            ("编号", claim.packet.number),
            ("领取人", masked(claim.openid) + "（已暂停领取）" * me.on_hold),
            ("单位", me.unit or "无"),
            ("领取编号", claim.claim_id),
            ("商户单号", claim.order.mch_billno),
            ("金额", f"{yuan(claim.packet.amount_fen)}元"),
            ("时间", _moment(claim)),
            ("状态", _state(claim)),
        ]
    )


@people.reads("people")
def most(
    by: Annotated[RankedBy, Option("--by", help="按什么排 / by what")],
    top: Annotated[int, Option("--top", metavar="N", min=1, max=1000, help="前几位 / how many (20)")] = 20,
) -> None:
    """红包、机会或好友最多的人 / who has most of them

    Reads the whole table; `referrals` also counts the friends, in the table of followers.
    """
    ledger = deployed().ports.ledger
    with progress("逐人统计") as counted:
        friends = ledger.counted_friends() if by is RankedBy.REFERRALS else ()
        found = foremost(_counting(ledger.all_accounts(), counted), friends, by, top)
    tell(people=[_counts(one, by) for one in found])
    print_table([COLUMNS, *(_row(one, by) for one in found)], right=(1, 2, 3, 4))
    print(f"共列出 {len(found)} 位")


@people.changes("hold")
def hold(person: Person, reason: Why, by: By = None) -> None:
    """暂停某人领取 / put a participant on hold"""
    _set_hold(person, True, who(by), reason)
    print("已暂停该参与者的领取资格，立即生效；仍可答题。")


@people.changes("release")
def release(person: Person, reason: Why, by: By = None) -> None:
    """恢复某人领取 / release a participant"""
    _set_hold(person, False, who(by), reason)
    print("已恢复该参与者的领取资格。")


@people.changes("move")
def move(
    person: Person,
    reason: Why,
    unit: Annotated[str | None, Argument(metavar="UNIT", help="改登记的单位 / the new unit")] = None,
    none: Annotated[bool, Option("--none", help="不再登记单位 / no unit at all")] = False,
    by: By = None,
) -> None:
    """改登记某人的单位 / move a participant to another unit"""
    if (unit is None) is not none:
        raise BadParameter("写明单位，或 --none，只写一样 / either UNIT or --none", param_hint="UNIT")
    decisions, after = deployed().person_decisions, unit or ""
    decisions.require_unit(after)
    openid = openid_of(person)
    before = decisions.find_person(openid).me.unit or ""
    if before == after:
        print(f"原来就是：{after or '没有单位'}。没有改动。")
        return
    confirm(f"改为{after or '没有单位'}？", summary(openid))
    decisions.move_unit(openid, before, after, who(by), reason)
    print(f"已由{before or '没有单位'}改为{after or '没有单位'}；各单位人数一分钟内更新。")


def _counting(accounts: "Iterable[Account]", counted: Progress) -> "Iterator[Account]":
    for number, account in enumerate(accounts, start=1):
        counted(number)
        yield account


def _set_hold(person: str, on_hold: bool, who: str, reason: str) -> None:
    openid = openid_of(person)
    confirm(f"{'暂停' if on_hold else '恢复'}这位参与者的领取资格？", summary(openid))
    deployed().person_decisions.set_hold(openid, on_hold, who, reason)


def _facts(claim: Claim) -> dict[str, Any]:
    return {
        "openid": claim.openid,
        "number": claim.packet.number,
        "claim": claim.claim_id,
        "bill": claim.order.mch_billno,
        "amount_fen": claim.packet.amount_fen,
        "state": claim.status.value,
        "reason": claim.reason,
        "claimed_at": _moment(claim),
    }


def _moment(claim: Claim) -> str:
    from chalicelib.adapters.http.render import moment

    return moment(claim.claimed_at)


def _state(claim: Claim) -> str:
    return f"{STATES[claim.status]}（{' '.join(filter(None, (claim.status.value, claim.reason, claim.code)))}）"


def _counts(one: Tally, by: RankedBy) -> dict[str, Any]:
    """Friends are counted only where they decide the order: that takes a second table."""
    known = {"openid": one.openid, "claims": one.claims, "fen": one.fen, "chances": one.chances}
    friends = {"referrals": one.referrals} if by is RankedBy.REFERRALS else {}
    return {**known, **friends, "unit": one.unit, "on_hold": one.on_hold}


def _row(one: Tally, by: RankedBy) -> tuple[object, ...]:
    friends = one.referrals if by is RankedBy.REFERRALS else ""
    return one.openid, one.claims, yuan(one.fen), one.chances, friends, one.unit, "已暂停领取" * one.on_hold
