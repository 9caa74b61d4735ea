"""Input and output: the errors of each API, WeChat's XML and JSON, fields of the control API, addresses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask import Response, request

T = TypeVar("T")


class SimulatorError(Exception):
    """Base class of all errors the simulator raises on purpose."""


@dataclass(eq=False)
class ControlError(SimulatorError):
    """Refuses a request to `/sim/...`: becomes `{"error": code}` with this HTTP status."""

    status: int
    code: str


@dataclass(eq=False)
class PlatformError(SimulatorError):
    """An error answer of api.weixin.qq.com: HTTP 200 with `{"errcode", "errmsg"}`."""

    errcode: int
    errmsg: str


@dataclass(eq=False)
class PayError(SimulatorError):
    """An error answer of WeChat Pay: `result_code` FAIL with this `err_code`."""

    err_code: str
    description: str


@dataclass(eq=False)
class V3Error(SimulatorError):
    """An error answer of WeChat Pay's v3 API: this HTTP status with `{"code", "message"}`."""

    status: int
    code: str
    message: str


class XmlError(SimulatorError):
    """The body is not the flat XML that WeChat uses."""


class BadReplyError(SimulatorError):
    """WeChat would not show this reply; it reports to the follower that the account is out of order."""


def render(fields: Mapping[str, str | int], raw: str = "") -> str:
    """Renders `<xml>` with one child per field: numbers plain, text as CDATA. `raw` is appended unchanged."""
    children = "".join(f"<{name}>{_content(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{children}{raw}</xml>"


def _content(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    # A text may contain CDATA's end mark, which is split over two sections.
    return "<![CDATA[" + _printable(value).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _printable(text: str) -> str:
    """Drops control characters, as WeChat does: XML 1.0 cannot represent them."""
    return "".join(c for c in text if c >= " " or c in "\t\n\r").replace("\ufffe", "").replace("\uffff", "")


def parse(body: bytes | str) -> Element:
    """Returns the root element. Raises `XmlError`, also for a document type, which could define entities."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise XmlError(str(error)) from error
    return root


def parse_flat(body: bytes | str) -> dict[str, str]:
    """Returns name → text of the root's children. Raises `XmlError` for nested or duplicate ones."""
    fields: dict[str, str] = {}
    for child in parse(body):
        if len(child) or child.tag in fields:
            raise XmlError(f"unexpected <{child.tag}>")
        fields[child.tag] = child.text or ""
    return fields


def wechat_json(answer: Any) -> Response:
    """Returns JSON as WeChat does: UTF-8, with unescaped Chinese."""
    return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json; charset=utf-8")


def ok() -> Response:
    return wechat_json({"errcode": 0, "errmsg": "ok"})


def platform_error(error: PlatformError) -> Response:
    return wechat_json({"errcode": error.errcode, "errmsg": error.errmsg})


def platform_body() -> dict[str, Any]:
    """Returns the JSON object in the body. Raises `PlatformError` 47001."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise PlatformError(47001, "data format error")
    return body


def control_body() -> dict[str, Any]:
    """Returns the JSON object in the body, empty without a body. Raises `ControlError` 400."""
    body = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(body, dict):
        raise ControlError(400, "bad_json")
    return body


def field(body: dict[str, Any], name: str, default: T) -> T:
    """Returns a field's value, which must have the default's type. Raises `ControlError` 400."""
    value = body.get(name, default)
    if type(value) is not type(default):
        raise ControlError(400, f"bad_{name}")
    return value


def required(body: dict[str, Any], name: str) -> str:
    """Returns a field's text, which must not be empty. Raises `ControlError` 400."""
    text = field(body, name, "")
    if not text:
        raise ControlError(400, f"bad_{name}")
    return text


def is_under(url: str, base_url: str) -> bool:
    """Returns whether the URL has exactly the scheme, host and port of `base_url`."""
    # Browsers and urllib parse these characters differently, which allows open redirects.
    if "\\" in url or not url.isprintable() or " " in url:
        return False
    try:
        parts, base = urlsplit(url), urlsplit(base_url)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
