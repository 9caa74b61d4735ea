"""`/sim/people…`: acts as a person, for tests and the phone page. JSON in and out."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from infra.simulator import callback_messages
from infra.simulator.callback_delivery import Delivery
from infra.simulator.simulated_people import WECHATS, Person
from infra.simulator.simulator_io import ControlError, control_body, field, is_under, required, wechat_json
from infra.simulator.world import world

Json = dict[str, Any]

control = Blueprint("control", __name__, url_prefix="/sim/people")

# Customer messages the account may send after an action: (count, seconds), wechat-facts §7.
_AFTER_TEXT = (5, 172_800)
_AFTER_EVENT = (3, 60)


@control.get("")
def list_people() -> Response:
    with world().lock:
        return wechat_json({"people": [person.view() for person in world().people.all()]})


@control.post("")
def add_person() -> tuple[Response, int]:
    """Adds a person. Takes `{name?, virtual?}`, returns the person."""
    body = control_body()
    person = world().people.add(field(body, "name", ""), field(body, "virtual", False))
    return wechat_json(person.view()), 201


@control.post("/<person_id>/wechat")
def change_wechat(person_id: str) -> Response:
    """Gives the person's phone another WeChat. Takes `{wechat}`, one of `WECHATS`."""
    person, wechat = world().people.get(person_id), required(control_body(), "wechat")
    if wechat not in WECHATS:
        raise ControlError(400, "bad_wechat")
    person.wechat = wechat
    return wechat_json(person.view())


@control.get("/<person_id>")
def show_person(person_id: str) -> Response:
    return wechat_json(world().person_view(person_id))


@control.post("/<person_id>/follow")
def follow(person_id: str) -> Response:
    """Follows the account. Takes `{scene?}`. For a follower the event is SCAN with a scene, and `subscribe` again
    without."""
    here, act = world(), _action(person_id)
    scene = field(act.body, "scene", "")
    ticket = here.account.ticket_of(scene) if scene else ""
    if act.person.followed and scene and act.apply:
        return _send(act, callback_messages.event(act.header, "SCAN", scene, ticket), f"扫描二维码「{scene}」")
    if act.apply:
        here.people.follow(act.person, act.header.create_time, scene)
    key = f"qrscene_{scene}" if scene else ""
    return _send(act, callback_messages.event(act.header, "subscribe", key, ticket), "扫码关注" if scene else "关注")


@control.post("/<person_id>/unfollow")
def unfollow(person_id: str) -> Response:
    act = _action(person_id)
    if act.apply:
        world().people.unfollow(act.person)
    return _send(act, callback_messages.event(act.header, "unsubscribe"), "取消关注", allowance=None)


@control.post("/<person_id>/text")
def say(person_id: str) -> Response:
    """Sends a text. Takes `{content}`."""
    act = _action(person_id)
    content = required(act.body, "content")
    message_id = 23_000_000_000_000_000 + secrets.randbelow(10**15)
    return _send(act, callback_messages.text(act.header, content, message_id), content, "text", _AFTER_TEXT)


@control.post("/<person_id>/click")
def click(person_id: str) -> Response:
    """Clicks a menu button. Takes its `{key}`."""
    act = _action(person_id)
    key = required(act.body, "key")
    return _send(act, callback_messages.event(act.header, "CLICK", key), f"点击菜单「{key}」")


@control.post("/<person_id>/view")
def view(person_id: str) -> Response:
    """Clicks a menu button that opens a page. Takes its `{url}`; the caller opens the page."""
    act = _action(person_id)
    xml = callback_messages.event(act.header, "VIEW", required(act.body, "url"))
    return _send(act, xml, "打开菜单页面", allowance=None)


@control.post("/<person_id>/share")
def share(person_id: str) -> Response:
    """Sends a friend a link to the application, without the account. Takes `{to, url}`."""
    body, people = control_body(), world().people
    person, friend = people.get(person_id), people.get(required(body, "to"))
    url = required(body, "url")
    if not is_under(url, world().settings.public_base_url):
        raise ControlError(400, "bad_url")
    people.note(person, "out", "shared", f"已转发给{friend.name}：{url}")
    people.note(friend, "in", "share", url, sender=person.name)
    return wechat_json({})


@control.post("/<person_id>/packets/<billno>/open")
def open_packet(person_id: str, billno: str) -> Response:
    openid = world().people.get(person_id).openid
    return wechat_json(world().ledger.open(openid, billno).view())


@dataclass(frozen=True)
class _Action:
    """The fields that every action may have besides its own.

    `create_time`: CreateTime of the event in unix seconds, default now. `duplicate`: how many times to repeat the
    event. `apply: false`: the event without the change of state (out of order). `send: false`: the change of state
    without the event (lost).
    """

    person: Person
    body: Json
    header: callback_messages.Header
    duplicate: int
    apply: bool
    send: bool


def _action(person_id: str) -> _Action:
    person, body = world().people.get(person_id), control_body()
    created = field(body, "create_time", int(world().clock()))
    header = callback_messages.Header(world().settings.account_id, person.openid, created)
    duplicate = field(body, "duplicate", 0)
    return _Action(person, body, header, duplicate, field(body, "apply", True), field(body, "send", True))


def _send(
    act: _Action, xml: str, shown: str, kind: str = "event", allowance: tuple[int, int] | None = _AFTER_EVENT
) -> Response:
    """Delivers the event. Returns the first delivery, with those of the duplicates in `duplicates`."""
    here, person = world(), act.person
    here.people.note(person, "out" if kind == "text" else "note", kind, shown)
    if not act.send:
        return wechat_json(Delivery(False, None, 0).view() | {"duplicates": []})
    if allowance:
        here.people.allow_replies(person, *allowance)
    deliveries = [here.callback.deliver(person.openid, xml) for _ in range(1 + act.duplicate)]
    for delivery in deliveries:
        _show(person, delivery)
    return wechat_json(deliveries[0].view() | {"duplicates": [other.view() for other in deliveries[1:]]})


def _show(person: Person, delivery: Delivery) -> None:
    if delivery.reply and not person.followed:
        return  # WeChat shows no reply without a chat.
    if delivery.reply and delivery.reply.text:
        world().people.note(person, "in", delivery.reply.type, delivery.reply.text)
    elif not delivery.delivered:
        world().people.note(person, "note", "fault", "该公众号提供的服务出现故障，请稍后再试")
