"""Messages of the callback: renders events and texts as XML, and parses replies as strictly as WeChat does."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from infra.simulator.simulator_io import BadReplyError, XmlError, parse, render

Fields = dict[str, str | int]


@dataclass(frozen=True)
class Header:
    """The sender, receiver and time of a message: `create_time` is in whole unix seconds."""

    account_id: str
    openid: str
    create_time: int


def event(header: Header, name: str, key: str = "", ticket: str = "") -> str:
    """Renders an event: subscribe, unsubscribe, SCAN, CLICK or VIEW. A QR code's events have its `ticket`."""
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
# For longer texts WeChat reports that the account is out of order.
_TEXT_BYTES = 2048


@dataclass(frozen=True)
class Reply:
    """A reply. `text` is the content; the title, description and URL of each article; or a media id."""

    type: str
    text: str


def parse_reply(xml: bytes, openid: str, account_id: str) -> Reply | None:
    """Returns None for an empty body or `success`. Raises `BadReplyError` for a reply WeChat would not deliver."""
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
