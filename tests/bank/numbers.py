"""Questions whose four options are amounts of one kind: the rank of the right one."""

import re
from collections import Counter
from collections.abc import Iterable

from chalicelib.domain.bank import Question

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
DAYS = {"日": 1, "个月": 30, "年": 365}
_NUMBER = re.compile(r"\d+|[零一二两三四五六七八九十百千]+")
_KIND = re.compile(r"百分之|万分之")


def ranks(questions: Iterable[Question]) -> Counter[int]:
    """Counts how often the right amount is the smallest (1) to the largest (4) of four different ones."""
    found: Counter[int] = Counter()
    for question in questions:
        amounts = [amount(option) for option in question.options]
        known = [one for one in amounts if one is not None]
        if len(known) == len(set(known)) == 4:
            found[1 + sorted(known).index(known[question.answer])] += 1
    return found


def amount(option: str) -> int | None:
    """The option's number, in days if it is a time; None unless the option is one number and its unit."""
    text = _KIND.sub("", option)
    numbers = _NUMBER.findall(text)
    unit = _NUMBER.sub("", text)
    if len(numbers) != 1 or len(unit) > 2:
        return None
    return _read(numbers[0]) * DAYS.get(unit, 1)


def _read(number: str) -> int:
    if number.isdecimal():
        return int(number)
    whole = digit = 0
    for char in number:
        if char in TENS:
            whole, digit = whole + (digit or 1) * TENS[char], 0
        else:
            digit = DIGITS[char]
    return whole + digit
