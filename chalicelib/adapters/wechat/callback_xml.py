"""The XML of WeChat's callback: reads messages and events, writes replies.

Source: developers.weixin.qq.com, message push. A document's root is `xml`; each element in it holds a text. A few
events nest elements, which the contest does not use.
"""

import re
from datetime import datetime
from xml.etree.ElementTree import ParseError, fromstring

from chalicelib.domain.conversation import TO_CUSTOMER_SERVICE, IncomingMessage, Kind

Fields = dict[str, str | None]
"""Element -> its text, stripped; None if the element nests others, has attributes or is a duplicate."""
ROOT_FIRST = re.compile(r"\ufeff?(?:<\?xml\s[^<>]*\?>)?\s*<xml[\s/>]")
"""Only a byte order mark and an XML declaration may precede the root: no DTD, no entities except XML's own five."""
ENCRYPTED = re.compile(r"<Encrypt>(?:<!\[CDATA\[)?([0-9A-Za-z+/=]+)(?:\]\]>)?</Encrypt>")
"""Base64, in a CDATA section or not. The search takes one pass over any body."""
EVENTS = {
    "subscribe": Kind.FOLLOW,
    "unsubscribe": Kind.UNFOLLOW,
    "click": Kind.CLICK,
    "scan": Kind.SCAN,
}
SCENE_PREFIX = "qrscene_"
"""The prefix of a follow's EventKey through a QR code with a scene. A scan's EventKey is the scene itself."""
NAME = re.compile(r"[0-9A-Za-z_-]{1,128}")
"""An openid or the account's id: only characters that are safe in a reply's XML and in a table's key."""
CREATE_TIME = re.compile(r"0*[1-9][0-9]{0,10}")
"""Unix seconds. A larger number is not a time, and the tables may be unable to store it."""
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot represent."""


def encrypted_parts(envelope: str) -> list[str]:
    """The encrypted texts of a body in safe or compatible mode, at least one. Raises ValueError for any other body.

    They are searched for, not parsed: no parser may read a body before its signature is checked, and the signature
    covers one of these texts only. There can be several: in compatible mode the sender's own words are also in the
    body, and can look like an encrypted text.
    """
    found = ENCRYPTED.findall(envelope)
    if not found or not envelope.rstrip().endswith("</xml>"):
        raise ValueError("no encrypted text")
    return [str(text) for text in found]


def parse_fields(document: str) -> Fields:
    """Raises ValueError for any other document. Ignores its declared encoding: the text is already decoded."""
    if not ROOT_FIRST.match(document):
        raise ValueError("the root does not come first")
    fields: Fields = {}
    try:
        for element in fromstring(document):
            plain = element.tag not in fields and not len(element) and not element.attrib
            fields[element.tag] = (element.text or "").strip() if plain else None
    except ParseError as error:
        raise ValueError("not XML") from error
    return fields


def text_of(fields: Fields, name: str) -> str:
    """Returns an element's text, empty if the element is missing. Raises ValueError unless it is a single text."""
    text = fields.get(name, "")
    if text is None:
        raise ValueError(f"{name} is not a single text")
    return text


def name_of(fields: Fields, element: str) -> str:
    """An openid or an account's id. Raises ValueError."""
    name = text_of(fields, element)
    if not NAME.fullmatch(name):
        raise ValueError(f"invalid {element}")
    return name


def incoming_message(fields: Fields) -> IncomingMessage:
    """Raises ValueError for a message without a valid sender, CreateTime or type."""
    kind, content, created = _kind(fields), "", text_of(fields, "CreateTime")
    if not CREATE_TIME.fullmatch(created):
        raise ValueError("invalid CreateTime")
    if kind is Kind.TEXT:
        content = text_of(fields, "Content")
    elif kind is Kind.CLICK:
        content = text_of(fields, "EventKey")
    return IncomingMessage(kind, name_of(fields, "FromUserName"), int(created), content, _scene(fields, kind))


def _kind(fields: Fields) -> Kind:
    message_type = text_of(fields, "MsgType").lower()
    if not message_type:
        raise ValueError("no MsgType")
    if message_type == "event":
        return EVENTS.get(text_of(fields, "Event").lower(), Kind.OTHER)
    return Kind.TEXT if message_type == "text" else Kind.OTHER


def _scene(fields: Fields, kind: Kind) -> str:
    if kind is Kind.SCAN:
        return text_of(fields, "EventKey")
    if kind is Kind.FOLLOW:
        key = text_of(fields, "EventKey")
        return key.removeprefix(SCENE_PREFIX) if key.startswith(SCENE_PREFIX) else ""
    return ""


def reply_xml(text: str, openid: str, account: str, now: datetime) -> str:
    """Returns the account's reply: the text, or the request to hand the message to customer service."""
    message_type, content = "text", f"<Content>{_cdata(text)}</Content>"
    if text == TO_CUSTOMER_SERVICE:
        message_type, content = TO_CUSTOMER_SERVICE, ""
    return (
        f"<xml><ToUserName><![CDATA[{openid}]]></ToUserName><FromUserName><![CDATA[{account}]]></FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType><![CDATA[{message_type}]]></MsgType>{content}</xml>"
    )


def encrypted_reply_xml(encrypted: str, signature: str, timestamp: str, nonce: str) -> str:
    return (
        f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    )


def _cdata(text: str) -> str:
    """Returns a CDATA section. Splits "]]>", which would end it, and replaces invalid control characters."""
    valid = NOT_XML.sub("\ufffd", text).replace("]]>", "]] >")
    return f"<![CDATA[{valid}]]>"
