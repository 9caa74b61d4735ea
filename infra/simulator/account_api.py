"""api.weixin.qq.com and mp.weixin.qq.com: the account's menu and QR codes."""

import io
from typing import Any

import segno
from flask import Blueprint, Response, request

from infra.simulator.request_fields import ok, platform_body, platform_error, wechat_json
from infra.simulator.simulator_errors import PlatformError
from infra.simulator.world import world

Json = dict[str, Any]

account_api = Blueprint("account", __name__, url_prefix="/cgi-bin")
account_api.register_error_handler(PlatformError, platform_error)


@account_api.before_request
def _check_token() -> None:
    if request.path != "/cgi-bin/showqrcode":
        world().tokens.check(request.args.get("access_token", ""))


@account_api.post("/qrcode/create")
def create_qr() -> Response:
    """`{ticket, url}`, and `expire_seconds` for a temporary one."""
    body = platform_body()
    action = body.get("action_name")
    if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise PlatformError(40097, "invalid args")
    seconds = None if "LIMIT" in action else _expiry(body.get("expire_seconds", 60))
    code = world().account.create_qr(_scene(body, "scene_str" if "STR" in action else "scene_id"), seconds)
    answer = {"ticket": code.ticket, "url": code.url}
    return wechat_json(answer if seconds is None else answer | {"expire_seconds": seconds})


def _expiry(seconds: Any) -> int:
    if type(seconds) is not int or seconds < 1:
        raise PlatformError(40097, "invalid args")
    return min(seconds, 2_592_000)


def _scene(body: Json, name: str) -> str:
    info = body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    value = scene.get(name) if isinstance(scene, dict) else None
    if name == "scene_id" and type(value) is int and value > 0:
        return str(value)
    if name == "scene_str" and isinstance(value, str) and 1 <= len(value) <= 64:
        return value
    raise PlatformError(40053, "invalid action info")


@account_api.get("/showqrcode")
def show_qr() -> Response:
    """The picture of a code as PNG (the real one is JPEG), 404 for an unknown ticket."""
    code = world().account.find_qr(request.args.get("ticket", ""))
    if code is None:
        return Response(status=404)
    picture = io.BytesIO()
    segno.make(code.url, error="m").save(picture, kind="png", scale=10, border=4)
    return Response(picture.getvalue(), content_type="image/png")


@account_api.post("/menu/create")
def menu_create() -> Response:
    world().account.set_menu(platform_body())
    return ok()


@account_api.get("/menu/get")
def menu_get() -> Response:
    menu = world().account.menu()
    if menu is None:
        raise PlatformError(46003, "menu no exist")
    return wechat_json({"menu": menu})


@account_api.get("/menu/delete")
def menu_delete() -> Response:
    world().account.set_menu(None)
    return ok()


@account_api.get("/get_current_selfmenu_info")
def current_menu() -> Response:
    """As in the official account's own settings: sub-menus are wrapped once more, in `list`."""
    menu = world().account.menu()
    buttons = [_wrapped(button) for button in menu["button"]] if menu else []
    return wechat_json({"is_menu_open": int(menu is not None), "selfmenu_info": {"button": buttons}})


def _wrapped(button: Json) -> Json:
    children = [{k: v for k, v in child.items() if k != "sub_button"} for child in button["sub_button"]]
    own = {k: v for k, v in button.items() if k != "sub_button"}
    return own | ({"sub_button": {"list": children}} if children else {})
