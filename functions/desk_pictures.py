"""A unit's pictures, which its phone sends to the bucket by itself."""

from chalice.app import Response

from chalicelib.adapters.desk.desk_forms import form_of
from chalicelib.adapters.desk.desk_pages import PRIVATE, see_other
from chalicelib.adapters.desk.desk_visitor import DeskVisitor
from chalicelib.adapters.http.request_parts import json_object
from chalicelib.adapters.http.responses import json_response
from chalicelib.wiring import services
from functions.desk_route import UNIT, desk_route, own_unit


@desk_route("POST", "/desk/unit/picture", UNIT, as_json=True)
def offer_picture(visitor: DeskVisitor) -> Response:
    """The form with which the browser uploads one picture."""
    json_object(visitor.request, {})
    picture, form = services().desk.stories.offer_picture(own_unit(visitor))
    body = {"picture": picture, "url": form.url, "fields": dict(form.fields)}
    return json_response(body, headers=PRIVATE)


@desk_route("POST", "/desk/unit/picture/keep", UNIT, as_json=True)
def keep_picture(visitor: DeskVisitor) -> Response:
    picture = json_object(visitor.request, {"picture": str})["picture"]
    services().desk.stories.keep_picture(own_unit(visitor), picture, visitor.who)
    return json_response({}, headers=PRIVATE)


@desk_route("POST", "/desk/unit/picture/remove", UNIT)
def remove_picture(visitor: DeskVisitor) -> Response:
    picture = form_of(visitor.request).get("picture", "")
    services().desk.stories.remove_picture(own_unit(visitor), picture, visitor.who)
    return see_other("/desk/unit", "saved")
