"""Opening red packets, and asking for their money."""

import logging

from chalice.app import Blueprint, Response

from chalicelib.adapters.http.error_answers import gate_refusal_first, route
from chalicelib.adapters.http.render import claim_body
from chalicelib.adapters.http.request_parts import check_id, json_object
from chalicelib.adapters.http.responses import json_response
from chalicelib.wiring import services

bp = Blueprint("app")
log = logging.getLogger(__name__)


@route(bp, "POST", "/api/claims")
def claim() -> Response:
    s = services()
    openid = s.ports.sessions.signed_in_openid(bp.current_request, s.clock())
    with gate_refusal_first(s.gate.why_refused):
        attempt_id = json_object(bp.current_request, {"attempt_id": str})["attempt_id"]
        check_id(attempt_id)
    made, repeated = s.claims.open_packet(openid, attempt_id)
    if not repeated:
        log.info("claim %s is made", made.claim_id, extra={"claim_id": made.claim_id})
    return json_response(claim_body(made, s.contest.claimable_until), 200 if repeated else 201)


@route(bp, "POST", "/api/claims/{claim_id}/receipt")
def receipt(claim_id: str) -> Response:
    s = services()
    openid = s.ports.sessions.signed_in_openid(bp.current_request, s.clock())
    asked = s.receipts.ask_receipt(openid, claim_id)
    return json_response(claim_body(asked, s.contest.claimable_until), 202)


@route(bp, "GET", "/api/claims")
def claims() -> Response:
    s = services()
    openid = s.ports.sessions.signed_in_openid(bp.current_request, s.clock())
    mine = s.ports.participants.claims_of(openid)
    return json_response({"claims": [claim_body(one, s.contest.claimable_until) for one in mine]})
