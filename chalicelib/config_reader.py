"""Reads a TOML table into a dataclass by its type hints, and notes all faults.

The fields' types hold the limits (`chalicelib.domain.limits`); see docs/decisions/0009-limits-beside-the-field.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING
from datetime import datetime, time
from enum import Enum
from typing import Any, TypeVar

from chalicelib.config_shapes import Shape, shapes
from chalicelib.domain.limits import New
from chalicelib.domain.texts import Placeholders, longest

T = TypeVar("T")

WRONG = object()
"""Marks a value that cannot be read."""
KINDS = {
    dict: "一组“名称 = 值”",
    list: "列表 […]",
    str: "加英文引号的文字",
    int: "整数",
    bool: " true 或 false",
    datetime: "日期和时间，如 2020-07-08T00:00:00+08:00",
}


class Reading:
    """One reading of a document. A wrong field is noted and left out, so that one reading finds all faults."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []
        """Places, such as `section.key` and `section.list[3].key`, each with its fault."""
        self._texts: list[tuple[str, str, Placeholders]] = []

    def wrong(self, place: str, words: str) -> object:
        self.faults.append((place, words))
        return WRONG

    def table(self, cls: type[T], table: Mapping[str, Any], place: str = "") -> T:
        """After a fault the result lacks fields and serves only to find more faults."""
        before, inside, wanted = len(self.faults), f"{place}." if place else "", shapes(cls)  # type: ignore[arg-type]
        values = {}
        for name, (asked, default) in wanted.items():
            if name in table:
                values[name] = self._value(asked, table[name], inside + name)
            elif default is not MISSING:
                values[name] = default
            else:
                hints = [limit.hint for limit in asked.limits if isinstance(limit, New)]
                values[name] = self.wrong(inside + name, "".join(["缺少这一项", *hints]))
        for name in table.keys() - wanted.keys():
            self.wrong(inside + name, "没有这个名称" + _nearest(name, wanted))
        made = cls(**values) if len(self.faults) == before else _incomplete(cls, values)
        self._check_together(made, inside)
        return made

    def check_lengths(self, contest: Any) -> None:
        """Checks that each text fits with its longest values, which depend on other fields."""
        for place, text, limit in self._texts:
            try:
                size = longest(text, contest)
            except AttributeError:
                self._must_lack_fields()
            else:
                if size > limit.most:
                    self.wrong(place, f"填入最长的内容后有 {size} 字节，不能超过 {limit.most} 字节（一个汉字 3 字节）")

    def _value(self, asked: Shape, value: Any, place: str) -> Any:
        toml, target, limits = asked
        if type(value) is not toml:
            return self.wrong(place, f"须是{KINDS[toml]}")
        read = value if target is toml else self._read(toml, target, value, place)
        for limit in limits:
            if wrong := limit.fault(value):
                return self.wrong(place, wrong)
            if isinstance(limit, Placeholders):
                self._texts.append((place, str(value), limit))
        return read

    def _read(self, toml: type, target: Any, value: Any, place: str) -> Any:
        if toml is dict:
            return self.table(target, value, place)
        if toml is list:
            return tuple([self._value(target, item, f"{place}[{n}]") for n, item in enumerate(value, start=1)])
        if target is time:
            return self._time_of_day(value, place) if value else None
        return self._choice(target, value, place)

    def _choice(self, target: type[Enum], value: str, place: str) -> Any:
        try:
            return target(value)
        except ValueError:
            return self.wrong(place, "须是 " + "、".join(str(one.value) for one in target))

    def _time_of_day(self, value: str, place: str) -> Any:
        try:
            if len(value) == 5 and value[2] == ":":
                return time.fromisoformat(value)
        except ValueError:
            pass
        return self.wrong(place, "须是 00:00 至 23:59 的时刻；没有则留空")

    def _check_together(self, made: Any, inside: str) -> None:
        """Runs the class's own check of its fields against each other."""
        if hasattr(made, "faults"):
            try:
                for name, words in made.faults():
                    self.wrong(inside + name, words)
            except AttributeError:
                self._must_lack_fields()

    def _must_lack_fields(self) -> None:
        """Ends a check that needed a field that was left out. Re-raises the error if no field was left out."""
        if not self.faults:
            raise


def _incomplete(cls: type[T], values: Mapping[str, Any]) -> T:
    made = object.__new__(cls)
    for name, value in values.items():
        if value is not WRONG:
            object.__setattr__(made, name, value)
    return made


def _nearest(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # heavy: only where something is wrong

    return "".join(f"，是不是 {one}？" for one in get_close_matches(name, known, n=1))
