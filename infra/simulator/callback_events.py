"""What the platform tells the application: the XML of events and messages."""

from dataclasses import dataclass

from infra.simulator.xmlio import render

Fields = dict[str, str | int]


@dataclass(frozen=True)
class Header:
    """Between whom, and when: `create_time` is unix seconds, whole."""

    account_id: str
    openid: str
    create_time: int


def subscribe(header: Header, scene: str = "", ticket: str = "") -> str:
    """A follow; with a scene it came by QR code."""
    by_qr: Fields = {"EventKey": f"qrscene_{scene}", "Ticket": ticket} if scene else {"EventKey": ""}
    return _event(header, "subscribe", by_qr)


def unsubscribe(header: Header) -> str:
    return _event(header, "unsubscribe", {"EventKey": ""})


def scan(header: Header, scene: str, ticket: str) -> str:
    """A QR code scanned by one who follows already: the scene comes without prefix."""
    return _event(header, "SCAN", {"EventKey": scene, "Ticket": ticket})


def click(header: Header, key: str) -> str:
    return _event(header, "CLICK", {"EventKey": key})


def view(header: Header, url: str) -> str:
    return _event(header, "VIEW", {"EventKey": url})


def text(header: Header, content: str, message_id: int) -> str:
    return render(_fields(header, "text") | {"Content": content, "MsgId": message_id})


def _event(header: Header, name: str, more: Fields) -> str:
    return render(_fields(header, "event") | {"Event": name} | more)


def _fields(header: Header, kind: str) -> Fields:
    return {
        "ToUserName": header.account_id,
        "FromUserName": header.openid,
        "CreateTime": header.create_time,
        "MsgType": kind,
    }
