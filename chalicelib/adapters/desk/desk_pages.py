"""Renders the desk's pages from the templates in `chalicelib/web/desk`, and answers with files."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from chalice.app import Response

from chalicelib.adapters.clock import new_id
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.http.page_files import hashed_name
from chalicelib.adapters.http.request_parts import query_of
from chalicelib.adapters.http.responses import Headers
from chalicelib.domain.prizes import yuan
from chalicelib.domain.shanghai import SHANGHAI, day_words

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parents[2] / "web" / "desk"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob: {files}; "
    "connect-src 'self' {files}; form-action 'self'; base-uri 'none'; frame-ancestors {framing}"
)
NOTICES = {
    "saved": "已保存。",
    "asked": "已受理，完成后会出现在下面。",
    "done": "已完成。",
}
"""What a page says after a form, by the query's `said`: a redirect takes no text, which others could make up."""


def render(template: str, visitor: DeskVisitor, status: int = 200, files: str = "", **values: Any) -> Response:
    """Renders `TEMPLATE.html`. `files` is the origin of pictures and uploads that the page uses, if any."""
    nonce = new_id()
    notice = NOTICES.get(query_of(visitor.request).get("said", ""), "")
    shown = {"visitor": visitor, "nonce": nonce, "notice": notice, **values}
    text = environment().get_template(f"{template}.html").render(shown)
    # The local stage's simulator shows pages in a frame.
    framing = "http://127.0.0.1:*" if visitor.is_local else "'none'"
    headers: Headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": POLICY.format(nonce=nonce, files=files, framing=framing),
        **PRIVATE,
    }
    return Response(text, status_code=status, headers=headers)


PRIVATE: Headers = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}
"""The headers of everything that the desk answers. A form's request needs its Origin, which no-referrer would hide."""


def see_other(path: str, said: str = "") -> Response:
    """Redirects after a form. `said` is a key of NOTICES."""
    target = f"{path}{'&' if '?' in path else '?'}said={said}" if said else path
    return Response("", status_code=int(HTTPStatus.SEE_OTHER), headers={"Location": target, **PRIVATE})


def download(content: bytes, name: str, content_type: str = XLSX) -> Response:
    """Sends a file under a Chinese name, which RFC 6266 writes so."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    headers: Headers = {"Content-Type": content_type, "Content-Disposition": disposition, **PRIVATE}
    return Response(content, headers=headers)


@cache
def environment() -> "Environment":
    """The templates' environment, also for pages that operators write as files."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # heavy: only for the desk's pages

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= FILTERS
    made.globals["static"] = lambda stem, kind: f"/static/{hashed_name(stem, kind)}"
    return made


def _moment(moment: datetime) -> str:
    there = moment.astimezone(SHANGHAI)
    return f"{day_words(there)} {there:%H:%M}"


def _day(moment: datetime) -> str:
    return day_words(moment.astimezone(SHANGHAI))


def _number(value: int) -> str:
    return f"{value:,}"


def _percent(share: float) -> str:
    """`share` of 1."""
    return f"{share:.1%}"


FILTERS: Mapping[str, Any] = {
    "moment": _moment,
    "day": _day,
    "number": _number,
    "percent": _percent,
    "yuan": yuan,
}
"""The templates' filters: `{{ at|moment }}` is 7月8日 00:10 in Shanghai, `{{ fen|yuan }}` an amount of int fen."""
