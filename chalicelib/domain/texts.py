"""The organiser's texts: their placeholders, the values of these, and the maximum length of a text."""

import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from chalicelib.domain.limits import unprintable

if TYPE_CHECKING:
    from chalicelib.domain.contest import Contest

REPLY_BYTES = 2047
"""The longest text that WeChat takes as a reply, in bytes of UTF-8."""
LINK_BYTES = 280
"""The longest link into the quiz: `https://`, a host name of 253 characters, and the path."""
RANKED = 10
"""The longest ranking in a reply, in lines."""
UNIT_CHARACTERS = 40
"""The longest name of a reporting unit."""
NO_UNIT = "未选择"
NO_NUMBER = "还没有红包"
NUMBERED = "{}（{}元，{}）"
"""A packet's number, amount and time."""
UNRECEIVED = "（其中{}个未到账）"
TO_RECEIVE = "（其中{}个待收款，请点链接）"
"""Words for opened packets that are not received. A transfer has its own, since it waits for its winner."""

FACTS: dict[str, Callable[["Contest"], str]] = {
    "theme": lambda contest: contest.theme,
    "account": lambda contest: contest.account_name,
    "draw_size": lambda contest: str(contest.quiz.draw_size),
    "pass_mark": lambda contest: str(contest.quiz.pass_mark),
    "minutes": lambda contest: str(contest.quiz.attempt_minutes),
    "opens_at": lambda contest: contest.window.opening,
    "closes_at": lambda contest: contest.window.closing,
}
"""The placeholders of every text."""

LISTS: dict[str, Callable[["Contest"], str]] = {
    "how": lambda contest: "\n".join(filled(contest.page.how, contest)),
    "rules": lambda contest: "\n".join(filled(contest.page.rules, contest)),
}
"""The page's lists, for replies."""

_COUNT = "9" * 10
_UNIT = "\N{CJK UNIFIED IDEOGRAPH-20000}" * UNIT_CHARACTERS
LONGEST = {
    "link": "x" * LINK_BYTES,
    "time_left": "9999999天23小时59分钟",
    "attempts": _COUNT,
    "best": _COUNT,
    "chances": _COUNT,
    "claims": _COUNT,
    "total": _COUNT,
    "unit": _UNIT,
    "yuan": f"{_COUNT}.99",
    "unreceived": TO_RECEIVE.format(_COUNT),
    "numbers": NUMBERED.format("9" * 8, f"{_COUNT}.99", "12月31日23:59"),  # One line, like `ranking`.
    "ranking": f"{RANKED}. {_UNIT} {_COUNT}人",  # One line: the reply omits lines that do not fit.
}
"""The longest values of the placeholders that are filled when a reply is made. A unit's stored name may be from an
earlier contest file."""


class Placeholders:
    """The limit of a text with placeholders: those of FACTS, and `more`; at most `most` bytes when filled.

    The length depends on other keys, so it is checked by `size` when they are known.
    """

    def __init__(self, *more: str, most: int = REPLY_BYTES) -> None:
        self.more, self.most = more, most

    def fault(self, value: str) -> str:
        if not value.strip():
            return "不能为空"
        if unsuitable := unprintable(value):
            return unsuitable
        try:
            parts = [part for part in string.Formatter().parse(value) if part[1] is not None]
        except ValueError:
            return "花括号不成对；要显示花括号，请写两个：{{ }}"
        unknown = sorted({str(name) for _, name, _, _ in parts if name not in (*FACTS, *self.more)})
        if unknown:
            known = "".join(f"{{{name}}}" for name in (*FACTS, *self.more))
            return f"不认识占位符 {''.join(f'{{{name}}}' for name in unknown)}；这里可用 {known}"
        return "占位符里只能有名称" if any(spec or conversion for _, _, spec, conversion in parts) else ""


class Keyword:
    """The limit of a reply keyword."""

    def fault(self, value: str) -> str:
        return "" if folded(value) else "须有文字：标点和空格不算"


def fill(text: str, contest: "Contest", **more: str) -> str:
    return text.format_map(_Values(contest, more)).strip()


def filled(texts: Iterable[str], contest: "Contest") -> Iterator[str]:
    return (fill(text, contest) for text in texts)


def longest(text: str, contest: "Contest") -> int:
    """Returns the text's length in bytes with its longest values."""
    return len(fill(text, contest, **LONGEST).encode())


def folded(text: str) -> str:
    """Normalizes a word for comparison: NFKC, without case, and without surrounding punctuation, symbols and spaces."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    edges = [place for place, char in enumerate(plain) if unicodedata.category(char)[0] in "LNM"]
    return plain[edges[0] : edges[-1] + 1] if edges else ""


class _Values(dict[str, str]):
    """Computes each value when it is looked up: most texts need few of them."""

    def __init__(self, contest: "Contest", more: dict[str, str]) -> None:
        super().__init__(more)
        self._contest = contest

    def __missing__(self, name: str) -> str:
        return (FACTS.get(name) or LISTS[name])(self._contest)
