"""Telephone numbers of contacts: checked, brought into one format, and masked for the screen."""

import re
import unicodedata

INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\ufeff]")
"""Spaces, and the marks that WeChat and Excel put around a copied number."""
DASHES = re.compile(r"[‐‑‒–—―−ー~_]")
FROM_ABROAD = re.compile(r"(?:\+|00)86-?0?(?!1[3-9])")
"""The country's code before a landline, which replaces the 0 of the area."""
MOBILE = re.compile(r"(?:(?:\+|00)?86-?)?(1[3-9]\d)-?(\d{4})-?(\d{4})")
LANDLINE = re.compile(
    r"(?:\(?(010|02\d|0[3-9]\d{2})\)?-?)?([2-8]\d{6,7})(?:(?:-|转|x|ext\.?)(\d{1,6}))?", re.IGNORECASE
)
SEVERAL = re.compile(r"[/、,，;；|]")


def read_telephone(given: str, was_number: bool = False) -> tuple[str, str]:
    """Returns the number, as 13812345678, 0517-87212345 or 87212345-8001, and in Chinese what is wrong with it; one of
    them is empty.

    `was_number`: a spreadsheet stored it as a number, which loses the 0 of a landline's area.
    """
    text = DASHES.sub("-", INVISIBLE.sub("", unicodedata.normalize("NFKC", given)))
    found = _plain(text) or (_plain(f"0{text}") if was_number else "")
    return (found, "") if found else ("", _fault(text))


def mask_telephone(number: str) -> str:
    """Hides the four digits before the last four: 138****5678."""
    hidden, digits = [], 0
    for char in reversed(number):
        digits += char.isdigit()
        hidden.append("*" if char.isdigit() and 4 < digits <= 8 else char)
    return "".join(reversed(hidden))


def _plain(text: str) -> str:
    if mobile := MOBILE.fullmatch(text):
        return "".join(mobile.groups())
    if landline := LANDLINE.fullmatch(FROM_ABROAD.sub("0", text)):
        return "-".join(filter(None, landline.groups()))
    return ""


def _fault(text: str) -> str:
    if not text:
        return "缺少联系电话"
    if SEVERAL.search(text):
        return "只填一个号码"
    if re.fullmatch(r"\d+\.?\d*e\+?\d+", text, re.IGNORECASE):
        return "Excel 把号码变成了科学计数：把单元格格式设为“文本”，重新填写"
    if re.fullmatch(r"1\d*", text) and len(text) != 11:
        return f"手机号须是11位，这里有{len(text)}位"
    return "不是手机号，也不是座机号（外地座机写区号，如 0517-87212345）"
