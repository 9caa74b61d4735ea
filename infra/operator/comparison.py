"""Compares what is deployed with what this checkout would deploy.

`up` reports differences in its stacks after deploying them; `doctor` checks the functions too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Settings = Mapping[str, Any]
"""A setting's Chinese name -> its value. For a mapping only the differing keys are reported."""

UP = "执行 ./contest --stage 环境名 up"
UP_ALARMS = "执行 ./contest --stage 环境名 up --alarms 主题ARN"
BY_HAND = "正在改的稍等再查；否则请在控制台改回，up 只在模板有改动时才改"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one resource."""

    who: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Resources of one kind. `read` returns the deployed settings of one, or None when it does not exist.

    `create` is the remedy for a missing resource, `change` for a different one.
    """

    expected: Mapping[str, Settings]
    read: Callable[[str], Settings | None]
    create: str
    change: str

    def faults(self) -> Iterator[Fault]:
        for name, expected in self.expected.items():
            found = self.read(name)
            if found is None:
                yield Fault(name, "不存在", self.create)
            else:
                yield from (Fault(name, what, self.change) for what in _differences(expected, found))


def grouped_by_fault(faults: Iterable[Fault]) -> Iterator[tuple[str, str]]:
    """Yields one (text, remedy) for each kind of fault; the text names all its resources."""
    found: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        found.setdefault((fault.what, fault.remedy), []).append(fault.who)
    for (what, remedy), who in found.items():
        yield f"{listed(who)} {what}", remedy


def listed(names: Sequence[str], most: int = 7) -> str:
    """Joins the first names, and adds the total when some are left out."""
    return "、".join(names[:most]) + (f" 等 {len(names)} 个" if len(names) > most else "")


def _differences(expected: Settings, found: Settings) -> Iterator[str]:
    for setting, value in expected.items():
        other = found.get(setting)
        if isinstance(value, Mapping):
            theirs = other or {}
            if keys := sorted(key for key in {*value, *theirs} if value.get(key) != theirs.get(key)):
                yield f"的{setting}不同：{'、'.join(keys)}"
        elif other != value:
            yield f"的{setting}是 {_shown(other)}，应为 {_shown(value)}"


def _shown(value: Any) -> str:
    return {None: "无", True: "开", False: "关"}[value] if value is None or isinstance(value, bool) else str(value)
