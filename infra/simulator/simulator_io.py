"""What comes in and goes out: errors in three languages, WeChat's XML and JSON, fields of the control API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask import Response, request

T = TypeVar("T")


class SimulatorError(Exception):
    """Base of all that follows; nothing else is raised on purpose."""


@dataclass(eq=False)
class ControlError(SimulatorError):
    """A request to `/sim/...` that cannot be served: becomes `{"error": code}` with this HTTP status."""

    status: int
    code: str


@dataclass(eq=False)
class PlatformError(SimulatorError):
    """An answer of api.weixin.qq.com that is not "ok": HTTP 200, `{"errcode", "errmsg"}`."""

    errcode: int
    errmsg: str


@dataclass(eq=False)
class PayError(SimulatorError):
    """A WeChat Pay answer with `result_code` FAIL and this `err_code`."""

    err_code: str
    description: str


class XmlError(SimulatorError):
    """A body that is not the flat XML WeChat speaks."""


class BadReplyError(SimulatorError):
    """A reply the real WeChat would not show: it tells the follower that the account is out of order."""


def render(fields: Mapping[str, str | int], raw: str = "") -> str:
    """`<xml>` with one child per field: numbers bare, text as CDATA; `raw` is appended as it is."""
    children = "".join(f"<{name}>{_content(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{children}{raw}</xml>"


def _content(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    # A text may contain the end mark of CDATA itself; it is split over two sections.
    return "<![CDATA[" + _printable(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _printable(text: str) -> str:
    """XML 1.0 has no way to write control characters; WeChat drops them too."""
    return "".join(c for c in text if c >= " " or c in "\t\n\r").replace("\ufffe", "").replace("\uffff", "")


def parse(body: bytes | str) -> Element:
    """The root element. Raises `XmlError`, also for a document type: nobody honest sends entities here."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise XmlError(str(error)) from error
    return root


def parse_flat(body: bytes | str) -> dict[str, str]:
    """Name → text of the root's children. Raises `XmlError` when one is nested or comes twice."""
    fields: dict[str, str] = {}
    for child in parse(body):
        if len(child) or child.tag in fields:
            raise XmlError(f"unexpected <{child.tag}>")
        fields[child.tag] = child.text or ""
    return fields


def wechat_json(answer: Any) -> Response:
    """WeChat writes Chinese as it is, and says so in UTF-8."""
    return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json; charset=utf-8")


def ok() -> Response:
    return wechat_json({"errcode": 0, "errmsg": "ok"})


def platform_error(error: PlatformError) -> Response:
    return wechat_json({"errcode": error.errcode, "errmsg": error.errmsg})


def platform_body() -> dict[str, Any]:
    """The JSON object in the body. Raises `PlatformError` 47001."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise PlatformError(47001, "data format error")
    return body


def control_body() -> dict[str, Any]:
    """The JSON object in the body; an absent body is an empty one. Raises `ControlError` 400."""
    body = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(body, dict):
        raise ControlError(400, "bad_json")
    return body


def field(body: dict[str, Any], name: str, default: T) -> T:
    """The value of a field, of its default's type. Raises `ControlError` 400."""
    value = body.get(name, default)
    if type(value) is not type(default):
        raise ControlError(400, f"bad_{name}")
    return value


def required(body: dict[str, Any], name: str) -> str:
    """A text that is not empty. Raises `ControlError` 400."""
    text = field(body, name, "")
    if not text:
        raise ControlError(400, f"bad_{name}")
    return text
