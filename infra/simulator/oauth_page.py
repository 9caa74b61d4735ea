"""open.weixin.qq.com: the web authorization page, which redirects at once when it knows the person."""

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from infra.simulator.simulated_people import Person
from infra.simulator.simulator_io import is_under
from infra.simulator.world import world


def entry_url(url: str, base_url: str) -> str:
    """Returns the URL that opens `url` as the chosen person, even if this browser's session is another person's.

    It goes through the authorization, which signs this person in. The authorization's own paths and share links, which
    go through it anyway, are returned unchanged."""
    parts = urlsplit(url)
    if parts.path.startswith(("/oauth/", "/s/")):
        return url
    inside = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{base_url}/oauth/start?next={quote(inside, safe='/')}"


oauth = Blueprint("oauth", __name__, template_folder="templates")

PERSON_COOKIE = "sim_person"


@oauth.get("/connect/oauth2/authorize")
def authorize() -> tuple[str, int] | Response:
    """Redirects to `redirect_uri` with `code` and `state`. The person comes from the query's `person` or else the
    cookie; with neither, a page asks. A wrong parameter gives 400 with WeChat's wording."""
    problem = _problem()
    if problem:
        return render_template("oauth_error.html", problem=problem), 400
    person = _phone_person()
    if person is None:
        return render_template("oauth_choose.html", people=world().people.all(), args=_choices()), 200
    target, code = request.args["redirect_uri"], world().codes.issue(person.openid)
    return redirect(_with_query(target, {"code": code, "state": request.args.get("state", "")}))


def _problem() -> str:
    args, settings = request.args, world().settings
    if args.get("appid") != settings.app_id:
        return "AppID 参数错误"
    if not is_under(args.get("redirect_uri", ""), settings.public_base_url):
        return "redirect_uri 参数错误"
    if args.get("response_type") != "code" or args.get("scope") not in ("snsapi_base", "snsapi_userinfo"):
        return "Scope 参数错误或没有 Scope 权限"
    if not re.fullmatch("[a-zA-Z0-9]{0,128}", args.get("state", "")):
        return "state 参数错误"
    return ""


def _phone_person() -> Person | None:
    return world().people.find_by_id(request.args.get("person") or request.cookies.get(PERSON_COOKIE, ""))


def _choices() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if name != "person"}


def _with_query(url: str, more: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | more
    return urlunsplit(parts._replace(query=urlencode(query)))
