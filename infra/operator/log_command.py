"""Lists the operators' log."""

from dataclasses import asdict
from typing import Annotated

from typer import Argument

from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import deployed

log = Noun(about="红包 / packets")


@log.reads("log")
def show(
    about: Annotated[
        str | None,
        Argument(metavar="ABOUT", help="只列有关的：领取编号、商户单号、方案号或 openid / only entries about it"),
    ] = None,
) -> None:
    """操作日志：谁在何时做了什么 / who did what, and when"""
    from chalicelib.adapters.http.render import moment
    from chalicelib.domain.operator_log import person_digest

    services = deployed()
    entries = list(services.ports.ledger.log_entries())
    if about is not None:
        meant = {about, person_digest(services.contest.id, about)}
        entries = [entry for entry in entries if meant & {entry.about, entry.old, entry.new}]
    for entry in entries:
        fields = (entry.about, entry.old, "→" * bool(entry.new), entry.new, entry.reason)
        print("  ".join([moment(entry.at), entry.who, entry.what, *filter(None, fields)]))
    tell(entries=[asdict(entry) | {"at": moment(entry.at)} for entry in entries])
    print(f"共 {len(entries)} 条")
