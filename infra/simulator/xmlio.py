"""WeChat's XML: one root with flat children."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from infra.simulator.simulator_errors import XmlError


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
