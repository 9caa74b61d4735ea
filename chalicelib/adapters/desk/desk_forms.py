"""Reading what the desk's forms and scripts send."""

from urllib.parse import parse_qsl

from chalice.app import Request

from chalicelib.adapters.http.request_parts import raw_body
from chalicelib.domain.errors import BadRequest, TooLarge

LARGEST_FORM = 256 * 1024
LARGEST_FILE = 4 * 1024 * 1024
"""Bytes. A function's request is at most 6 MB, of which Base64 takes a quarter."""
MOST_FIELDS = 2000


def form_of(request: Request) -> dict[str, str]:
    """Returns an urlencoded form's fields, without white space around them. Raises BadRequest, also for a field that is
    there twice, and TooLarge."""
    body = raw_body(request)
    if len(body) > LARGEST_FORM:
        raise TooLarge
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise BadRequest("not a form") from None
    found = {name: value.replace("\r\n", "\n").strip() for name, value in pairs}
    if len(found) != len(pairs):
        raise BadRequest("a field is there twice")
    return found


def file_of(request: Request) -> bytes:
    """Returns the file that `uploading.js` sends as the whole body. Raises TooLarge."""
    body = raw_body(request)
    if len(body) > LARGEST_FILE:
        raise TooLarge
    return body
