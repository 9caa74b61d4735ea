"""What the function `probe` answers the operators' command, as JSON. No openid, token or secret is in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.claims import PayoutStatus
from chalicelib.domain.payouts import Answer, Reply
from chalicelib.domain.smoke import SmokeShown, SmokeTold
from chalicelib.ports import PlatformAnswers


def platform_body(answers: PlatformAnswers) -> dict[str, Any]:
    return {"token": answers.token, "ticket": answers.ticket, "menu": answers.menu, "shown": answers.shown}


def platform_answers(body: Mapping[str, Any]) -> PlatformAnswers:
    """Raises LookupError."""
    return PlatformAnswers(body["token"], body["ticket"], body["menu"], body["shown"])


def smoke_body(told: SmokeTold) -> dict[str, Any]:
    payment, answer = told.payment, told.answer
    return {
        "mch_billno": payment.mch_billno,
        "amount_fen": payment.amount_fen,
        "status": payment.status.value,
        "reason": payment.reason,
        "begun_at": payment.begun_at.isoformat(),
        "waits_until": payment.waits_until.isoformat() if payment.waits_until else None,
        "reply": answer.reply.value if answer else None,
        "code": answer.code if answer else "",
        "has_sent": told.has_sent,
    }


def smoke_told(body: Mapping[str, Any]) -> SmokeTold:
    """Raises LookupError, TypeError or ValueError for what another version may have written."""
    waits_until = body["waits_until"]
    payment = SmokeShown(
        mch_billno=body["mch_billno"],
        amount_fen=body["amount_fen"],
        status=PayoutStatus(body["status"]),
        reason=body["reason"],
        begun_at=datetime.fromisoformat(body["begun_at"]),
        waits_until=datetime.fromisoformat(waits_until) if waits_until else None,
    )
    reply, code = body["reply"], body["code"]
    return SmokeTold(payment, None if reply is None else Answer(Reply(reply), code=code), body["has_sent"])
