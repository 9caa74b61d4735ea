"""Lists the operators' log."""

from contextlib import suppress
from dataclasses import asdict
from typing import Annotated

from typer import Argument

from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import deployed
from infra.operator.whose import claim_named

log = Noun(about="红包 / packets")


@log.reads("log")
def show(
    about: Annotated[
        str | None,
        Argument(
            metavar="ABOUT", help="只列有关的：红包编号、领取编号、商户单号、方案号或 openid / only entries about it"
        ),
    ] = None,
) -> None:
    """操作日志：谁在何时做了什么 / who did what, and when"""
    from chalicelib.adapters.http.render import moment

    entries = list(deployed().ports.ledger.log_entries())
    if about is not None:
        meant = _names(about)
        entries = [entry for entry in entries if meant & {entry.about, entry.old, entry.new}]
    for entry in entries:
        change = f"{entry.old} → {entry.new}".strip() if entry.old or entry.new else ""
        fields = (entry.about, change, f"（{entry.reason}）" * bool(entry.reason))
        print("  ".join([moment(entry.at), entry.who, entry.what, *filter(None, fields)]))
    tell(entries=[asdict(entry) | {"at": moment(entry.at)} for entry in entries])
    print(f"共 {len(entries)} 条")


def _names(about: str) -> set[str]:
    """What entries may call it. A packet's name also stands for its claim and its winner."""
    from chalicelib.domain.claim import names_packet
    from chalicelib.domain.operator_log import person_digest
    from chalicelib.usecases.decide_person import PersonRefused

    contest_id, names = deployed().contest.id, {about}
    openid = about
    if names_packet(about):
        with suppress(PersonRefused):
            claim = claim_named(about)
            openid = claim.openid
            names |= {claim.claim_id, claim.order.mch_billno}
    return names | {person_digest(contest_id, openid)}
