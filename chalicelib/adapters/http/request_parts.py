"""Reading HTTP requests: JSON bodies, query parameters and cookies."""

import json
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalice.app import MultiDict, Request

from chalicelib.adapters.clock import ID_LENGTH
from chalicelib.adapters.http.responses import HOST_PREFIX
from chalicelib.domain.errors import AttemptInvalid, BadRequest, TooLarge, UnsupportedMediaType

LARGEST_BODY = 16 * 1024
OWN_ID = re.compile(f"[0-9A-Za-z]{{{ID_LENGTH}}}")
"""The format of `new_id`. No other id is looked up: the table's keys have a maximum length."""
OWN_SITES = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site; `none` means that the person entered the address. Older browsers do not send the header."""


def json_object(request: Request, fields: dict[str, type]) -> dict[str, Any]:
    """Reads the request's JSON object (UTF-8) with exactly these fields, each once. Raises BadRequest or TooLarge."""
    body = raw_body(request)
    if len(body) > LARGEST_BODY:
        raise TooLarge
    try:
        value = json.loads(body.decode(), object_pairs_hook=_distinct)
    except (ValueError, RecursionError):
        raise BadRequest("not JSON") from None
    if not isinstance(value, dict) or set(value) != set(fields):
        raise BadRequest("not an object of exactly the documented fields")
    for name, kind in fields.items():
        if not isinstance(value[name], kind):
            raise BadRequest(f"{name} is of a wrong type")
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate field")
    return value


def check_id(attempt_id: str) -> None:
    """Raises AttemptInvalid for an id that `new_id` cannot have made, before it is looked up."""
    if not OWN_ID.fullmatch(attempt_id):
        raise AttemptInvalid


def raw_body(request: Request) -> bytes:
    body = request.raw_body
    return body if isinstance(body, bytes) else body.encode()


def query_of(request: Request) -> dict[str, str]:
    """Returns the query's parameters; of several values, the last counts."""
    return {str(name): str(value) for name, value in (request.query_params or {}).items()}


def query_string(request: Request) -> str:
    """Returns the query as it was sent, except that its characters may be escaped differently: API Gateway passes the
    parameters on decoded."""
    found = request.query_params or MultiDict({})
    return urlencode([(name, value) for name in found for value in found.getlist(name)])


def cookie(request: Request, name: str, secure: bool) -> str:
    """Returns the value of a cookie that `set_cookie` made, empty when there is none or more than one of its name.

    Our values need no unquoting. SimpleCookie would drop all cookies because of one that it cannot parse, such as
    another application's on the same domain.
    """
    wanted = HOST_PREFIX + name if secure else name
    pairs = [pair.strip().partition("=") for pair in request.headers.get("cookie", "").split(";")]
    found = [value for known, _, value in pairs if known == wanted]
    return str(found[0]) if len(found) == 1 else ""


def refuse_other_sites(request: Request, own: str) -> None:
    """Raises BadRequest if the browser's headers show that another site's page sent the request; `own` is our address.

    Raises UnsupportedMediaType without a JSON content type: then a form or a beacon may have sent it, and not our page.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "none")
    if site not in OWN_SITES or (origin is not None and origin.lower() != _origin(own)):
        raise BadRequest("the request is another site's")
    if not request.headers.get("content-type"):
        raise UnsupportedMediaType


def _origin(address: str) -> str:
    """Returns the origin as browsers write it: in lower case, without the scheme's default port."""
    parts = urlsplit(address.lower())
    default = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    return f"{parts.scheme}://{parts.netloc.removesuffix(default)}"
