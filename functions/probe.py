"""What operators want proved of the functions rather than of their own machine: that WeChat and WeChat Pay answer.

Invoked by the operators' command alone, which IAM lets in. Whatever comes of it is an answer, with an `outcome`.
"""

import logging
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from chalicelib.adapters.probe_answers import platform_body, smoke_body
from chalicelib.domain.errors import NewerVersion, TryAgain, WeChatRefused
from chalicelib.domain.smoke import shown
from chalicelib.usecases.pay_smoke import SmokeRefused
from chalicelib.wiring import services

bp = Blueprint("app")
log = logging.getLogger(__name__)
Body = dict[str, Any]


@bp.lambda_function(name="probe")
def probe(event: Any, context: Any) -> Body:
    """`contest` must be the deployed one's id: whoever means another has the wrong deployment before them."""
    if not isinstance(event, dict) or event.get("contest") != services().contest.id:
        return {"outcome": "other_contest"}
    match event:
        case {"check": "wechat"}:
            return _told("wechat", lambda: platform_body(services().check_wechat()))
        case {"check": "pay_smoke", "openid": str(openid), "who": str(who), "again": bool(again)} if openid and who:
            return _told("pay_smoke", lambda: _pay_smoke(openid, who, again))
    return {"outcome": "unknown_check"}


def _pay_smoke(openid: str, who: str, again: bool) -> Body:
    told = services().pay_smoke(openid, who, again)
    return smoke_body(shown(told.payment), told.last_word)


def _told(check: str, use_case: Callable[[], Body]) -> Body:
    body = _outcome(use_case)
    log.info("%s: %s", check, body["outcome"])
    return body


def _outcome(use_case: Callable[[], Body]) -> Body:
    try:
        return {"outcome": "told", **use_case()}
    except SmokeRefused as refused:
        return {"outcome": "refused", "why": str(refused)}
    except WeChatRefused as refused:
        return {"outcome": "wechat_refused", "errcode": refused.errcode}
    except NewerVersion:
        return {"outcome": "newer_version"}
    except TryAgain:
        return {"outcome": "try_again"}
