"""api.weixin.qq.com: tokens, followers, web authorization, customer messages. Every answer is HTTP 200."""

import hmac
from typing import Any

from flask import Blueprint, Response, request

from infra.simulator.people import Person
from infra.simulator.request_fields import ok, platform_body, platform_error, wechat_json
from infra.simulator.simulator_errors import PlatformError
from infra.simulator.world import world

platform = Blueprint("platform", __name__)
platform.register_error_handler(PlatformError, platform_error)


@platform.before_request
def _check_token() -> None:
    if request.path.startswith("/cgi-bin/") and request.path != "/cgi-bin/stable_token":
        world().tokens.check(request.args.get("access_token", ""))


@platform.post("/cgi-bin/stable_token")
def stable_token() -> Response:
    """`{access_token, expires_in}`; the same token while it is valid."""
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
    """`{subscribe: 0, openid}` for one who does not follow; `subscribe_time` is the last follow."""
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
    """A page of followers behind `next_openid`; the page after the last one has no `data`."""
    after = request.args.get("next_openid", "")
    if after:
        _person(after)
    total, page = world().people.followers(after, world().settings.followers_page)
    answer: dict[str, Any] = {"total": total, "count": len(page), "next_openid": page[-1] if page else ""}
    return wechat_json(answer | ({"data": {"openid": page}} if page else {}))


@platform.get("/sns/oauth2/access_token")
def web_access_token() -> Response:
    """Redeems a code. `is_snapshotuser` appears for virtual persons only."""
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
    """A text to a follower who acted lately: 45015 too late, 45047 too many, 43004 no follower."""
    body = platform_body()
    text = body.get("text")
    content = text.get("content") if isinstance(text, dict) else None
    if body.get("msgtype") != "text":
        raise PlatformError(40008, "invalid message type")
    if not isinstance(content, str) or not 0 < len(content.encode()) <= 2048:
        raise PlatformError(45002, "content size out of limit")
    with world().lock:
        person = _person(body.get("touser"))
        _take_reply(person, world().clock())
        world().people.note(person, "in", "text", content)
    return ok()


def _take_reply(person: Person, now: float) -> None:
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
