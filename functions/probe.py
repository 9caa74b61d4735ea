"""What operators want proved of the functions rather than of their own machine: that WeChat and WeChat Pay answer.

Invoked by the operators' command alone, which IAM lets in. Whatever comes of it is an answer, with an `outcome`.
"""

import logging
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from chalicelib.adapters.http.probe_answers import platform_body, smoke_body
from chalicelib.domain.errors import NewerVersion, SettingsError, SmokeRefused, TryAgain, WeChatRefused
from chalicelib.wiring import services

bp = Blueprint("app")
log = logging.getLogger(__name__)
Body = dict[str, Any]


@bp.lambda_function(name="probe")
def probe(event: Any, context: Any) -> Body:
    body = _outcome(lambda: _checked(event))
    log.info("probe: %s", body["outcome"])
    return body


def _checked(event: Any) -> Body:
    """`contest` must be the deployed one's id: whoever means another has the wrong deployment before them."""
    s = services()
    if not isinstance(event, dict) or event.get("contest") != s.contest.id:
        return {"outcome": "other_contest"}
    match event:
        case {"check": "wechat"}:
            return {"outcome": "told", **platform_body(s.wechat_check.check_platform())}
        case {"check": "pay_smoke", "openid": str(openid), "who": str(who), "again": bool(again)} if openid and who:
            return {"outcome": "told", **smoke_body(s.pay_smoke(openid, who, again).shown)}
    return {"outcome": "unknown_check"}


def _outcome(use_case: Callable[[], Body]) -> Body:
    try:
        return use_case()
    except SettingsError as error:  # raised while the use case is made, before it does anything; it names no value
        return {"outcome": "settings", "problems": error.problems}
    except SmokeRefused as refused:
        return {"outcome": "refused", "why": str(refused)}
    except WeChatRefused as refused:
        return {"outcome": "wechat_refused", "errcode": refused.errcode}
    except NewerVersion:
        return {"outcome": "newer_version"}
    except TryAgain:
        return {"outcome": "try_again"}
