"""The rest of `/sim/…`: WeChat Pay's ledger, the menu, the clock, the account, the entry to the page."""

from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from chalicelib.adapters.clock import set_forward
from chalicelib.domain.shanghai import SHANGHAI
from infra.simulator.oauth_page import PERSON_COOKIE, entry_url
from infra.simulator.simulator_io import ControlError, PlatformError, control_body, field, is_under, wechat_json
from infra.simulator.world import world

_FARTHEST_SECONDS = 366 * 86_400

sim = Blueprint("sim", __name__, url_prefix="/sim")


@sim.get("/pay/ledger")
def ledger() -> Response:
    """Returns `{payments: [{mch_billno, openid, amount_fen, status, sent_at, received_at, …}], total_fen}`."""
    return wechat_json(world().ledger.view())


@sim.post("/pay/open")
def open_packets() -> Response:
    """Everybody opens the red packets that have arrived. Returns `{opened}`."""
    return wechat_json({"opened": world().ledger.open_all()})


@sim.put("/menu")
def set_menu() -> Response:
    """Sets the menu outside the API. Takes the body of `menu/create`; an empty body removes the menu."""
    try:
        world().account.set_menu(control_body() or None)
    except PlatformError as error:
        raise ControlError(400, error.errmsg) from error
    return wechat_json({})


@sim.get("/clock")
def clock() -> Response:
    """Returns `{now, can_be_set}`: the time in Shanghai, ISO 8601, and whether the whole local stack shares it."""
    now = datetime.fromtimestamp(world().clock(), SHANGHAI).isoformat()
    return wechat_json({"now": now, "can_be_set": bool(world().settings.clock_file)})


@sim.post("/clock")
def set_clock_forward() -> Response:
    """Sets the clock of the whole local stack forward. Takes `{seconds}`; 409 where the stack has no common clock."""
    seconds, here = field(control_body(), "seconds", 0), world()
    if not 0 < seconds <= _FARTHEST_SECONDS:
        raise ControlError(400, "bad_seconds")
    if not here.settings.clock_file:
        raise ControlError(409, "no_common_clock")
    with here.lock:
        set_forward(Path(here.settings.clock_file), seconds)
    return clock()


@sim.get("/account")
def account() -> Response:
    """Returns what the phone page shows of the account."""
    here = world()
    return wechat_json(
        {
            "name": here.settings.account_name,
            "theme": here.settings.theme,
            "public_base_url": here.settings.public_base_url,
            "menu": here.account.menu(),
            "scenes": here.account.scenes(),
        }
    )


@sim.get("/enter")
def enter() -> BaseResponse:
    """Makes this browser the phone of `person` and redirects to `to`, a URL of the application."""
    person = world().people.get(request.args.get("person", ""))
    base, target = world().settings.public_base_url, request.args.get("to", "")
    if not is_under(target, base):
        raise ControlError(400, "bad_to")
    answer = redirect(entry_url(target, base))
    # The application shares the host and cookies ignore ports, so the two use different cookie names.
    answer.set_cookie(PERSON_COOKIE, person.id, samesite="Lax")
    return answer
