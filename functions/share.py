"""Sharing: the participant's link, QR code and poster. The JS-SDK's parameters. `sign_in.py` opens a shared link."""

import re
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.adapters.clock import new_id
from chalicelib.adapters.http.error_answers import route
from chalicelib.adapters.http.request_parts import query_of
from chalicelib.adapters.http.responses import json_response
from chalicelib.adapters.poster import poster
from chalicelib.adapters.qr import png
from chalicelib.domain.errors import BadRequest, NotFound
from chalicelib.domain.texts import fill
from chalicelib.wiring import services

bp = Blueprint("app")
OF_A_PAGE = re.compile(r"([/?#][!-~]{0,1000})?")
"""The part after scheme and host: visible ASCII, as WeChat signs it."""


@route(bp, "GET", "/api/share")
def share() -> Response:
    s = services()
    openid = s.ports.sessions.signed_in_openid(bp.current_request, s.clock())
    s.sharing.require_sharing()
    sdk = _signature()
    link = s.sharing.share_link(openid)
    wording, base = s.contest.referral, s.settings.public_base_url
    body = {
        "link": link,
        "title": fill(wording.title, s.contest),
        "description": fill(wording.description, s.contest),
        "image_url": wording.image_url or f"{base}/static/share.png",
        "qr_url": f"{base}/api/share/code",
        "poster_url": f"{base}/api/share/poster.png" if s.poster_background.is_file() else None,
        "sdk": sdk,
    }
    return json_response(body)


@route(bp, "GET", "/api/sdk")
def sdk() -> Response:
    """Serves also winners who have unfollowed, closed contests and contests without sharing: the page needs the JS-SDK
    to receive money that is owed."""
    s = services()
    s.ports.sessions.signed_in_openid(bp.current_request, s.clock())
    return json_response({"sdk": _signature()})


@route(bp, "GET", "/api/share/code")
def share_code() -> Response:
    return _own_picture(png(_code_address()))


@route(bp, "GET", "/api/share/poster.png")
def share_poster() -> Response:
    """Without a background, which a deployment without the build lacks, there is no poster."""
    address = _code_address()
    background = services().poster_background
    if not background.is_file():
        raise NotFound
    return _own_picture(poster(background.read_bytes(), address))


@route(bp, "GET", "/api/follow-code")
def follow_code() -> Response:
    address = services().follow_code.follow_code_address()
    return Response(png(address), headers={"Content-Type": "image/png", "Cache-Control": "public, max-age=600"})


def _code_address() -> str:
    """Returns the address in the code of whoever is signed in."""
    s = services()
    return s.sharing.share_code_address(s.ports.sessions.signed_in_openid(bp.current_request, s.clock()))


def _own_picture(picture: bytes) -> Response:
    return Response(picture, headers={"Content-Type": "image/png", "Cache-Control": "private, max-age=600"})


def _signature() -> dict[str, Any]:
    """Returns the JS-SDK's parameters for the query's `url`. Raises BadRequest unless it is a page of ours."""
    s = services()
    url = query_of(bp.current_request).get("url", "")
    if not _is_own(url, s.settings.public_base_url):
        raise BadRequest("url is not a page of ours")
    return s.ports.account.sign_page(url, int(s.clock().timestamp()), new_id())


def _is_own(url: str, base: str) -> bool:
    """Returns whether a URL, as a browser writes it, is ours: our origin must be all of it or be followed by a path, a
    query or a fragment."""
    return url.startswith(base) and bool(OF_A_PAGE.fullmatch(url, len(base)))
