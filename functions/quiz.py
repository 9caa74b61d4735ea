"""The contest, the participant, draws and submissions."""

import gzip
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.adapters.http import render
from chalicelib.adapters.http.error_answers import error_response_body, gate_refusal_first, route
from chalicelib.adapters.http.request_parts import check_id, json_object
from chalicelib.adapters.http.responses import Headers, json_response
from chalicelib.domain.contest import Phase
from chalicelib.domain.errors import BadRequest, NotSignedIn
from chalicelib.wiring import services

bp = Blueprint("app")
CACHED: Headers = {"Cache-Control": "public, max-age=300"}
PROOF: Headers = {**CACHED, "Content-Type": "application/json", "Vary": "Accept-Encoding"}


@route(bp, "GET", "/api/contest")
def contest() -> Response:
    return json_response(_contest_body() | render.texts_body(services().contest))


@route(bp, "GET", "/api/me")
def me() -> Response:
    """Sends the contest to a visitor without a session too, which saves the page a call."""
    s = services()
    try:
        openid = _openid()
    except NotSignedIn as refusal:
        status, body = error_response_body(refusal.code)
        return json_response({**body, "contest": _contest_body()}, status)
    subscribed, participation = s.profiles.read_profile(openid)
    me = render.me_body(_contest_body(), subscribed, participation, s.contest.claimable_until)
    return json_response({**me, "person": s.ports.digest_person(openid)})


@route(bp, "GET", "/api/units")
def units() -> Response:
    return json_response(render.units_body(services().contest.units), headers=CACHED)


@route(bp, "GET", "/api/ranking")
def ranking() -> Response:
    """Cacheable for as long as a count is: the sweep counts each minute."""
    found = services().ranking.read_ranking()
    return json_response(render.ranking_body(found), headers={"Cache-Control": "public, max-age=60"})


@route(bp, "GET", "/api/lessons")
def lessons() -> Response:
    s = services()
    if s.contest.learning.bank_after_closing and s.contest.window.phase(s.clock()) is Phase.CLOSED:
        body = render.lessons_body(s.ports.lessons, s.ports.bank, s.ports.switches().withdrawn)
    else:
        body = render.lessons_body(s.ports.lessons, None)
    return json_response(body, headers=CACHED)


@route(bp, "GET", "/api/proof")
def proof() -> Response:
    """Sends the proof compressed, as it is stored: a large contest's proof would not fit into Lambda's response
    otherwise."""
    packed = services().reveal.packed_proof()
    if "gzip" in bp.current_request.headers.get("accept-encoding", ""):
        return Response(packed, headers=PROOF | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(packed).decode(), headers=PROOF)


@route(bp, "PUT", "/api/me/unit")
def choose_unit() -> Response:
    openid = _openid()
    body = json_object(bp.current_request, {"unit": str})
    return json_response({"unit": services().profiles.choose_unit(openid, body["unit"])})


@route(bp, "POST", "/api/attempts")
def draw() -> Response:
    s = services()
    offer = s.draws.draw_questions(_openid())
    return json_response(render.draw_body(offer, s.ports.bank), 201)


@route(bp, "POST", "/api/attempts/{attempt_id}/submission")
def submit(attempt_id: str) -> Response:
    s, openid = services(), _openid()
    with gate_refusal_first(s.gate.why_refused):
        body = json_object(bp.current_request, {"attempt": str, "answers": dict})
        if not all(isinstance(key, str) for key in body["answers"].values()):
            raise BadRequest("an answer is not a key")
        check_id(attempt_id)
    attempt = s.submissions.submit_answers(openid, attempt_id, body["attempt"], body["answers"])
    return json_response(render.result_body(attempt, s.ports.bank))


def _contest_body() -> dict[str, Any]:
    s = services()
    return render.contest_body(s.contest, s.ports.switches(), s.clock())


def _openid() -> str:
    s = services()
    return s.ports.sessions.signed_in_openid(bp.current_request, s.clock())
