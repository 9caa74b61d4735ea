"""api.weixin.qq.com and mp.weixin.qq.com: tokens, followers, authorization, messages, menu and QR codes."""

import hmac
import io
from typing import Any

import segno
from flask import Blueprint, Response, request

from infra.simulator.simulated_people import Person
from infra.simulator.simulator_io import PlatformError, ok, platform_body, platform_error, wechat_json
from infra.simulator.world import world

Json = dict[str, Any]

platform = Blueprint("platform", __name__)
platform.register_error_handler(PlatformError, platform_error)


@platform.before_request
def _check_token() -> None:
    if request.path.startswith("/cgi-bin/") and request.path not in ("/cgi-bin/stable_token", "/cgi-bin/showqrcode"):
        world().tokens.check(request.args.get("access_token", ""))


@platform.post("/cgi-bin/stable_token")
def stable_token() -> Response:
    """Returns `{access_token, expires_in}`: the same token while it is valid."""
    body = platform_body()
    if body.get("grant_type") != "client_credential":
        raise PlatformError(40002, "invalid grant_type")
    _check_app(body.get("appid"), body.get("secret"))
    token, seconds = world().tokens.issue(fresh=body.get("force_refresh") is True)
    return wechat_json({"access_token": token, "expires_in": seconds})


@platform.get("/cgi-bin/ticket/getticket")
def get_ticket() -> Response:
    if request.args.get("type") != "jsapi":
        raise PlatformError(40097, "invalid args")
    ticket, seconds = world().tickets.issue()
    return wechat_json({"errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": seconds})


@platform.get("/cgi-bin/user/info")
def user_info() -> Response:
    """Returns `{subscribe: 0, openid}` for a non-follower. `subscribe_time` is the last follow."""
    with world().lock:
        person = _person(request.args.get("openid"))
        if not person.followed:
            return wechat_json({"subscribe": 0, "openid": person.openid})
        return wechat_json(
            {
                "subscribe": 1,
                "openid": person.openid,
                "language": "zh_CN",
                "subscribe_time": person.subscribe_time,
                "remark": "",
                "groupid": 0,
                "tagid_list": [],
                "subscribe_scene": person.subscribe_scene,
                "qr_scene": 0,
                "qr_scene_str": person.qr_scene_str,
            }
        )


@platform.get("/cgi-bin/user/get")
def user_get() -> Response:
    """Returns the page of followers after `next_openid`; the page after the last one has no `data`."""
    after = request.args.get("next_openid", "")
    if after:
        _person(after)
    total, page = world().people.followers(after, world().settings.followers_page)
    answer: dict[str, Any] = {"total": total, "count": len(page), "next_openid": page[-1] if page else ""}
    return wechat_json(answer | ({"data": {"openid": page}} if page else {}))


@platform.get("/sns/oauth2/access_token")
def web_access_token() -> Response:
    """Redeems a code. Only virtual persons have `is_snapshotuser`."""
    args = request.args
    _check_app(args.get("appid"), args.get("secret"))
    if args.get("grant_type") != "authorization_code":
        raise PlatformError(40002, "invalid grant_type")
    with world().lock:
        person = _person(world().codes.redeem(args.get("code", "")))
    answer = {
        "access_token": "web-" + person.openid,
        "expires_in": 7200,
        "refresh_token": "again-" + person.openid,
        "openid": person.openid,
        "scope": "snsapi_base",
    }
    return wechat_json(answer | ({"is_snapshotuser": 1} if person.virtual else {}))


@platform.post("/cgi-bin/message/custom/send")
def custom_send() -> Response:
    """Sends a text to a recently active follower. 45015: too late, 45047: too many, 43004: not a follower."""
    body = platform_body()
    text = body.get("text")
    content = text.get("content") if isinstance(text, dict) else None
    if body.get("msgtype") != "text":
        raise PlatformError(40008, "invalid message type")
    if not isinstance(content, str) or not 0 < len(content.encode()) <= 2048:
        raise PlatformError(45002, "content size out of limit")
    with world().lock:
        person = _person(body.get("touser"))
        _use_reply_allowance(person, world().clock())
        world().people.note(person, "in", "text", content)
    return ok()


def _use_reply_allowance(person: Person, now: float) -> None:
    if not person.followed:
        raise PlatformError(43004, "require subscribe")
    if now >= person.replies_until:
        raise PlatformError(45015, "response out of time limit or subscription is canceled")
    if person.replies_left <= 0:
        raise PlatformError(45047, "out of response count limit")
    person.replies_left -= 1


def _person(openid: Any) -> Person:
    person = world().people.find(openid) if isinstance(openid, str) else None
    if person is None:
        raise PlatformError(40003, "invalid openid")
    return person


def _check_app(app_id: Any, secret: Any) -> None:
    settings = world().settings
    if app_id != settings.app_id:
        raise PlatformError(40013, "invalid appid")
    if not isinstance(secret, str) or not hmac.compare_digest(secret.encode(), settings.app_secret.encode()):
        raise PlatformError(40125, "invalid appsecret")


@platform.post("/cgi-bin/qrcode/create")
def create_qr() -> Response:
    """Returns `{ticket, url}`, and `expire_seconds` for a temporary code."""
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


@platform.get("/cgi-bin/showqrcode")
def show_qr() -> Response:
    """Returns a code's picture as PNG (WeChat's is JPEG); 404 for an unknown ticket."""
    code = world().account.find_qr(request.args.get("ticket", ""))
    if code is None:
        return Response(status=404)
    picture = io.BytesIO()
    segno.make(code.url, error="m").save(picture, kind="png", scale=10, border=4)
    return Response(picture.getvalue(), content_type="image/png")


@platform.post("/cgi-bin/menu/create")
def menu_create() -> Response:
    world().account.set_menu(platform_body())
    return ok()


@platform.get("/cgi-bin/menu/get")
def menu_get() -> Response:
    menu = world().account.menu()
    if menu is None:
        raise PlatformError(46003, "menu no exist")
    return wechat_json({"menu": menu})


@platform.get("/cgi-bin/menu/delete")
def menu_delete() -> Response:
    world().account.set_menu(None)
    return ok()


@platform.get("/cgi-bin/get_current_selfmenu_info")
def current_menu() -> Response:
    """Returns the menu as WeChat does: sub-menus are nested in another object, as `list`."""
    menu = world().account.menu()
    buttons = [_wrapped(button) for button in menu["button"]] if menu else []
    return wechat_json({"is_menu_open": int(menu is not None), "selfmenu_info": {"button": buttons}})


def _wrapped(button: Json) -> Json:
    children = [{k: v for k, v in child.items() if k != "sub_button"} for child in button["sub_button"]]
    own = {k: v for k, v in button.items() if k != "sub_button"}
    return own | ({"sub_button": {"list": children}} if children else {})
