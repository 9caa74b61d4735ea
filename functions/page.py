"""The participants' page and its files, and the health check."""

from functools import cache

from chalice.app import Blueprint, Response

from chalicelib.adapters.http.error_answers import route
from chalicelib.adapters.http.page_document import page_document
from chalicelib.adapters.http.page_files import PAGE, REVALIDATE, PageFile, inline_sources, page_file
from chalicelib.adapters.http.request_parts import query_of
from chalicelib.adapters.http.responses import Headers, json_response, redirect
from chalicelib.config import contest
from chalicelib.domain.errors import NotFound
from chalicelib.wiring import services

bp = Blueprint("app")
POLICY = (
    "default-src 'self'; script-src 'self' {script} https://res.wx.qq.com https://res2.wx.qq.com; "
    "style-src 'self' {style}; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors {framing}"
)
"""The JS-SDK comes from WeChat's two hosts and is loaded only inside WeChat."""
WECHAT_AGENT = "MicroMessenger"
SIGN_IN = "/oauth/start?next=/%3Fin%3D1"


@route(bp, "GET", "/")
def page() -> Response:
    """Inside WeChat a visitor without a session is signed in first: snsapi_base asks them nothing. Whoever comes back
    without a session gets the page, whose button signs in: its address then has a query."""
    s, request = services(), bp.current_request
    in_wechat = WECHAT_AGENT in request.headers.get("user-agent", "")
    if in_wechat and not query_of(request) and not s.ports.sessions.is_signed_in(request, s.clock()):
        return redirect(SIGN_IN)
    return _answer(_document())


@route(bp, "GET", "/{unknown}")
def unknown_page(unknown: str) -> Response:
    """A person who mistyped an address, or follows an old link, comes to the page instead of reading JSON."""
    if "text/html" in bp.current_request.headers.get("accept", ""):
        return redirect("/")
    raise NotFound


@route(bp, "GET", "/static/{name}")
def static_file(name: str) -> Response:
    file = None if name == PAGE else page_file(name)
    if file is None:
        raise NotFound
    return _answer(file)


@route(bp, "GET", "/healthz")
def healthz() -> Response:
    _ = services().ports.bank
    return json_response({"status": "ok"})


def _serve_verification(name: str) -> None:
    """WeChat asks for the file at the root of a domain that the account names. Its content is the code in its name."""
    code = name.removeprefix("MP_verify_").removesuffix(".txt")

    @route(bp, "GET", f"/{name}")
    def verify_file() -> Response:
        return Response(code, headers={"Content-Type": "text/plain; charset=utf-8", "Cache-Control": REVALIDATE})


for _name in contest().account.verify_files:
    _serve_verification(_name)


@cache
def _document() -> PageFile:
    return page_document(contest())


def _answer(file: PageFile) -> Response:
    headers = _headers(file)
    if _has_already(bp.current_request.headers.get("if-none-match", ""), file.etag):
        return Response(file.body[:0], status_code=304, headers=headers)
    return Response(file.body, headers=headers)


def _has_already(if_none_match: str, etag: str) -> bool:
    """A compressing proxy makes the tag weak, and a client may send several tags."""
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return not known.isdisjoint({etag, "*"})


def _headers(file: PageFile) -> Headers:
    # The local stage's simulator shows the page in a frame.
    framing = "http://127.0.0.1:*" if services().settings.is_local else "'none'"
    return {
        "Content-Type": file.content_type,
        "Cache-Control": file.caching,
        "Content-Security-Policy": POLICY.format(framing=framing, **inline_sources()),
        "Referrer-Policy": "same-origin",
        "ETag": file.etag,
    }
