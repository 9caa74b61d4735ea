"""The participants' page and its files, and the health check."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from chalice.app import Blueprint, Response

from chalicelib.adapters.http import Headers, json_response, route
from chalicelib.domain.errors import NotFound
from chalicelib.wiring import services

bp = Blueprint("app")
WEB = Path(__file__).resolve().parent / "../chalicelib/web"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors "


@route(bp, "GET", "/")
def page() -> Response:
    return _file("index.html", "no-cache")


@route(bp, "GET", "/static/{name}")
def static_file(name: str) -> Response:
    if name == "index.html":
        raise NotFound
    return _file(name, "public, max-age=300")


@route(bp, "GET", "/healthz")
def healthz() -> Response:
    _ = services().bank
    return json_response({"status": "ok"})


def _file(name: str, caching: str) -> Response:
    files = _files()
    if name not in files:
        raise NotFound
    text, content_type, tag = files[name]
    etag = f'"{tag}"'
    headers = _headers(content_type, caching) | {"ETag": etag}
    if bp.current_request.headers.get("if-none-match") == etag:
        return Response("", status_code=304, headers=headers)
    return Response(text, headers=headers)


def _headers(content_type: str, caching: str) -> Headers:
    # The local stage's simulator shows the page inside its phone.
    framing = "http://127.0.0.1:*" if services().settings.is_local else "'none'"
    return {
        "Content-Type": f"{content_type}; charset=utf-8",
        "Cache-Control": caching,
        "Content-Security-Policy": POLICY + framing,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }


@cache
def _files() -> dict[str, tuple[str, str, str]]:
    """name -> text, content type, hash: the page is small and is read once."""
    found = {}
    for path in sorted(WEB.iterdir()):
        if path.suffix in TYPES:
            text = path.read_text(encoding="utf-8")
            found[path.name] = (text, TYPES[path.suffix], sha256(text.encode()).hexdigest()[:16])
    return found
