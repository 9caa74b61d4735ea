"""Opening red packets."""

from chalice.app import Blueprint, Response

from chalicelib.adapters.http import json_object, json_response, route
from chalicelib.adapters.render import claim_body
from chalicelib.wiring import services

bp = Blueprint("app")


@route(bp, "POST", "/api/claims")
def claim() -> Response:
    s = services()
    openid = s.sessions.openid(bp.current_request, s.now())
    body = json_object(bp.current_request, {"attempt_id": str})
    made, repeated = s.claim(openid, body["attempt_id"])
    return json_response(claim_body(made), 200 if repeated else 201)


@route(bp, "GET", "/api/claims")
def claims() -> Response:
    s = services()
    openid = s.sessions.openid(bp.current_request, s.now())
    return json_response({"claims": [claim_body(one) for one in s.participants.claims(openid)]})
