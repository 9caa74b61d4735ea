"""The callback's messages: events and texts as XML, and the replies, read as strictly as WeChat does."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from infra.simulator.simulator_io import BadReplyError, XmlError, parse, render

Fields = dict[str, str | int]


@dataclass(frozen=True)
class Header:
    """Between whom, and when: `create_time` is unix seconds, whole."""

    account_id: str
    openid: str
    create_time: int


def event(header: Header, name: str, key: str = "", ticket: str = "") -> str:
    """Named as WeChat does: subscribe, unsubscribe, SCAN, CLICK, VIEW. A QR code's events have its `ticket`."""
    more = {"Event": name, "EventKey": key} | ({"Ticket": ticket} if ticket else {})
    return render(_fields(header, "event") | more)


def text(header: Header, content: str, message_id: int) -> str:
    return render(_fields(header, "text") | {"Content": content, "MsgId": message_id})


def _fields(header: Header, kind: str) -> Fields:
    return {
        "ToUserName": header.account_id,
        "FromUserName": header.openid,
        "CreateTime": header.create_time,
        "MsgType": kind,
    }


_KINDS = {"text", "image", "voice", "video", "music", "news", "transfer_customer_service"}
# Longer texts make WeChat say that the account is out of order.
_TEXT_BYTES = 2048


@dataclass(frozen=True)
class Reply:
    """`text` is what one reads: the content; an article's title, description and address; or a media id."""

    type: str
    text: str


def parse_reply(xml: bytes, openid: str, account_id: str) -> Reply | None:
    """None for an empty body or `success`. Raises `BadReplyError` for anything WeChat would not deliver."""
    if xml.strip() in (b"", b"success"):
        return None
    try:
        root = parse(xml)
    except XmlError as error:
        raise BadReplyError("not XML") from error
    kind = root.findtext("MsgType", "")
    if root.findtext("ToUserName") != openid or root.findtext("FromUserName") != account_id:
        raise BadReplyError("addressed to somebody else")
    if not root.findtext("CreateTime", "").isdecimal() or kind not in _KINDS:
        raise BadReplyError("CreateTime or MsgType is missing")
    return Reply(kind, _text(root, kind))


def _text(root: Element, kind: str) -> str:
    if kind == "transfer_customer_service":
        return ""
    if kind == "news":
        articles = root.findall("Articles/item")
        if not articles:
            raise BadReplyError("news without articles")
        return "\n\n".join(_article(item) for item in articles)
    text = root.findtext("Content", "") if kind == "text" else root.findtext(".//MediaId", "")
    if kind == "text" and not 0 < len(text.encode()) <= _TEXT_BYTES:
        raise BadReplyError("a text has 1 to 2048 bytes")
    return text


def _article(item: Element) -> str:
    parts = (item.findtext(name, "") for name in ("Title", "Description", "Url"))
    return "\n".join(part for part in parts if part)
