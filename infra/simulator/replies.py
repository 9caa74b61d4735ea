"""What the application answered to a message, read as strictly as WeChat does."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from infra.simulator.simulator_errors import BadReplyError, XmlError
from infra.simulator.xmlio import parse

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
