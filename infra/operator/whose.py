"""Whom a command is about: an operator names a packet's number, a bill number or an openid."""

from typing import Annotated

from typer import Argument

from chalicelib.domain.claim import Claim, names_packet
from chalicelib.domain.operator_log import masked
from chalicelib.domain.purge import is_digest
from chalicelib.usecases.decide_person import PersonRefused
from infra.operator.confirmation import deployed
from infra.operator.terminal import progress

Person = Annotated[
    str,
    Argument(
        metavar="PERSON", help="红包编号、商户单号或 OPENID（find、people 给出） / packet number, bill number or openid"
    ),
]


def claim_named(name: str) -> Claim:
    """Raises PersonRefused."""
    with progress("逐笔查找") as read:
        return deployed().winner_search.find_claim(name, read)


def openid_of(person: str) -> str:
    """Returns the openid itself, or that of the packet's winner. Raises PersonRefused for a packet of nobody, and if
    personal data are purged."""
    if not names_packet(person):
        return person
    openid = claim_named(person).openid
    if is_digest(openid):
        raise PersonRefused("purged")
    return openid


def summary(openid: str) -> str:
    """What a confirmation says of the person. Raises PersonRefused for an unknown one."""
    found = deployed().person_decisions.find_person(openid)
    on_hold = "，已暂停领取" if found.me.on_hold else ""
    return f"{masked(openid)}，红包 {len(found.claims)} 个，单位：{found.me.unit or '无'}{on_hold}"
