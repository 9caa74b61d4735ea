"""Opening red packets."""

import logging
import re

from chalice.app import Blueprint, Response

from chalicelib.adapters.clock import ID_LENGTH
from chalicelib.adapters.http.error_answers import gate_refusal_first, route
from chalicelib.adapters.http.render import claim_body
from chalicelib.adapters.http.request_parts import json_object
from chalicelib.adapters.http.responses import json_response
from chalicelib.domain.errors import AttemptInvalid
from chalicelib.wiring import services

bp = Blueprint("app")
log = logging.getLogger(__name__)
OWN_ID = re.compile(f"[0-9A-Za-z]{{{ID_LENGTH}}}")
"""The format of `new_id`. No other id is looked up: the table's keys have a maximum length."""


@route(bp, "POST", "/api/claims")
def claim() -> Response:
    s = services()
    openid = s.ports.sessions.signed_in_openid(bp.current_request, s.clock())
    with gate_refusal_first(s.gate.why_refused):
        attempt_id = json_object(bp.current_request, {"attempt_id": str})["attempt_id"]
        if not OWN_ID.fullmatch(attempt_id):
            raise AttemptInvalid
    made, repeated = s.claims.open_packet(openid, attempt_id)
    if not repeated:
        log.info("claim %s is made", made.claim_id, extra={"claim_id": made.claim_id})
    return json_response(claim_body(made), 200 if repeated else 201)


@route(bp, "GET", "/api/claims")
def claims() -> Response:
    s = services()
    openid = s.ports.sessions.signed_in_openid(bp.current_request, s.clock())
    return json_response({"claims": [claim_body(one) for one in s.ports.participants.claims_of(openid)]})
