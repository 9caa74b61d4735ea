"""Checks from the functions' own address that WeChat's platform and the own server answer, for `./contest doctor`.

IAM lets only operators invoke this function. It always returns a body with an `outcome`.
"""

import logging
import time
from typing import Any

from chalice.app import Blueprint

from chalicelib.adapters.http.probe_answers import platform_body, relay_body
from chalicelib.domain.errors import SettingsError
from chalicelib.ports import CallbackRequest
from chalicelib.wiring import Services, services

bp = Blueprint("app")
log = logging.getLogger(__name__)
Body = dict[str, Any]
XML = {"Content-Type": "text/xml"}


@bp.lambda_function(name="probe")
def probe(event: Any, context: Any) -> Body:
    body = _checked(event)
    log.info("probe: %s", body["outcome"])
    return body


def _checked(event: Any) -> Body:
    """`contest` must be the deployed contest's id, so that nobody checks another deployment by mistake."""
    try:
        s = services()
    except SettingsError as error:  # its text contains no value
        return {"outcome": "settings", "problems": error.problems}
    if not isinstance(event, dict) or event.get("contest") != s.contest.id:
        return {"outcome": "other_contest"}
    match event:
        case {"check": "wechat"}:
            return {"outcome": "told", **platform_body(s.wechat_check.check_platform())}
        case {"check": "relay", "query": str(query), "body": str(body)}:
            return _relayed(s, CallbackRequest(query, body.encode(), XML, time.monotonic()))
    return {"outcome": "unknown_check"}


def _relayed(s: Services, message: CallbackRequest) -> Body:
    """The operator's command signs the message: this function may not read the secrets for that."""
    if s.relay_check is None:
        return {"outcome": "no_own_server"}
    return {"outcome": "told", **relay_body(s.relay_check.check_relay(message))}
