"""The limits of the contest file's fields, declared with the field: `Annotated[int, Between(1, 50)]`.

`fault` describes in Chinese what is wrong with a value; it is empty for a valid one.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sized
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any, Protocol
from urllib.parse import urlsplit


class Limit(Protocol):
    def fault(self, value: Any) -> str: ...


class Between:
    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def fault(self, value: int) -> str:
        return "" if self.least <= value <= self.most else f"须在 {self.least} 至 {self.most} 之间"


class Characters:
    """A text that is shown unchanged: no placeholders."""

    def __init__(self, most: int, least: int = 1) -> None:
        self.least, self.most = least, most

    def fault(self, value: str) -> str:
        if not self.least <= len(value.strip()) or len(value) > self.most:
            return _count(self.least, self.most, "个字")
        return _unsuitable(value)


class Bytes:
    """The same, measured as WeChat does: in bytes of UTF-8."""

    def __init__(self, most: int) -> None:
        self.most = most

    def fault(self, value: str) -> str:
        size = len(value.encode())
        if not value.strip():
            return "不能为空"
        if size > self.most:
            return f"有 {size} 字节，不能超过 {self.most} 字节（一个汉字 3 字节）"
        return _unsuitable(value)


class Items:
    def __init__(self, least: int = 0, most: int = 100) -> None:
        self.least, self.most = least, most

    def fault(self, value: Sized) -> str:
        return "" if self.least <= len(value) <= self.most else _count(self.least, self.most, "项")


class Distinct:
    """A list of tables whose values of `key` (a text or a list of texts) must be distinct after `compared` is
    applied."""

    def __init__(self, key: str, compared: Callable[[str], str] = str.strip) -> None:
        self.key, self.compared = key, compared

    def fault(self, value: list[Any]) -> str:
        seen: dict[str, str] = {}
        repeated = []
        for text in self._texts(value):
            compared = self.compared(text)
            if compared in seen:
                repeated.append(f"“{text}”" + (f"（即“{seen[compared]}”）" if seen[compared] != text else ""))
            seen.setdefault(compared, text)
        return "重复：" + "、".join(repeated) if repeated else ""

    def _texts(self, value: list[Any]) -> Iterator[str]:
        for item in value:
            found = item.get(self.key) if isinstance(item, dict) else None
            yield from (text for text in (found if isinstance(found, list) else [found]) if isinstance(text, str))


class Unique:
    """A list of texts without repetition."""

    def fault(self, value: list[Any]) -> str:
        repeated = sorted({str(item) for item in value if value.count(item) > 1})
        return "重复：" + "、".join(f"“{text}”" for text in repeated) if repeated else ""


class New:
    """Explains what to do when a key is missing that earlier versions did not require."""

    def __init__(self, hint: str) -> None:
        self.hint = hint

    def fault(self, value: object) -> str:
        return ""


class OneOf:
    def __init__(self, *allowed: str) -> None:
        self.allowed = allowed

    def fault(self, value: str) -> str:
        if value in self.allowed:
            return ""
        return ("须留空，或是 " if "" in self.allowed else "须是 ") + "、".join(filter(None, self.allowed))


class Identifier:
    """The prefix of every key of the contest's rows."""

    def fault(self, value: str) -> str:
        plain = value.isascii() and value == value.lower() and value.replace("-", "a").isalnum()
        fits = plain and 2 <= len(value) <= 32 and value[0] != "-"
        return "" if fits else "须是 2 至 32 个小写字母、数字和连字符，不以连字符开头"


class Address:
    """A web address with one of these schemes, or empty."""

    def __init__(self, *schemes: str, most: int) -> None:
        self.schemes, self.most = schemes, most

    def fault(self, value: str) -> str:
        fits = value.startswith(self.schemes) and value not in self.schemes and len(value) <= self.most
        clean = value.split() == [value] and not set(value) & set('"<>')
        expected = f"须以 {' 或 '.join(self.schemes)} 开头，不超过 {self.most} 个字符，没有空格和引号；没有则留空"
        return "" if not value or (fits and clean) else expected


class ServerAddress(Address):
    """The address of another server's endpoint: in ASCII, with a host, without a user or a fragment. May be empty."""

    def __init__(self, *schemes: str) -> None:
        super().__init__(*schemes, most=400)

    def fault(self, value: str) -> str:
        if fault := super().fault(value):
            return fault
        try:
            parts = urlsplit(value)
            fits = bool(parts.hostname) and parts.username is None and (parts.port is None or parts.port > 0)
        except ValueError:
            fits = False
        plain = value.isascii() and value.isprintable() and "#" not in value
        return "" if not value or (fits and plain) else "须是完整的网址：有主机名，只用英文字符，不含账号和 #"


class FileName:
    def fault(self, value: str) -> str:
        return "" if value.strip() else "不能为空"


class VerifyFile:
    """The name of a file with which WeChat verifies a domain; its content is the code in its name."""

    def fault(self, value: str) -> str:
        code = value.removeprefix("MP_verify_").removesuffix(".txt")
        fits = value == f"MP_verify_{code}.txt" and code.isascii() and code.isalnum() and len(code) <= 64
        return "" if fits else "须是公众平台给出的文件名，如 MP_verify_AbCdEf0123456789.txt"


class Aware:
    def fault(self, value: datetime) -> str:
        if not 2000 <= value.year <= 2999:
            return "年份须在 2000 至 2999 之间"
        return "" if value.tzinfo else "须带时区，如 +08:00"


class IPv4:
    def fault(self, value: str) -> str:
        try:
            IPv4Address(value)
        except ValueError:
            return "须是 IPv4 地址，如 127.0.0.1"
        return ""


def _count(least: int, most: int, what: str) -> str:
    return f"须有 {least} 至 {most} {what}" if least else f"至多 {most} {what}"


def _unsuitable(value: str) -> str:
    if "{" in value or "}" in value:
        return "这里不能用占位符，也不能有花括号"
    return unprintable(value) or ("不能换行" if "\n" in value else "")


NOT_IN_XML = frozenset("\ufffe\uffff")


def unprintable(value: str) -> str:
    """Describes in Chinese why XML 1.0 cannot carry the text, to WeChat or in a spreadsheet: control characters other
    than line feeds, the two noncharacters that it excludes, or the end of a CDATA section."""
    if any(unicodedata.category(char) in ("Cc", "Cs") and char != "\n" for char in value) or set(value) & NOT_IN_XML:
        return "不能有控制字符"
    return "不能有 ]]>" if "]]>" in value else ""
