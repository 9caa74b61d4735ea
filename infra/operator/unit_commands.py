"""Participants of each reporting unit, as a table and as a file for Excel."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from chalicelib.domain.purge import PurgeState
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import deployed
from infra.operator.terminal import print_table

if TYPE_CHECKING:
    from chalicelib.ports import Ports

HEADERS = ("单位", "人数")
NO_UNIT, ALL = "未登记单位", "合计"
units = Noun(about="参与者 / participants")


@units.reads("units")
def show(
    file: Annotated[
        Path | None, Option("--csv", metavar="FILE.csv", help="另存为 Excel 能打开的文件 / also as a file for Excel")
    ] = None,
) -> None:
    """各单位参与人数 / participants by unit

    Every unit of the contest file is listed, also without a participant, and those counted that it no longer names.
    """
    services = deployed()
    counts = services.contest.reporting.by_present_name(_counts(services.ports))
    tell(units={name: counts.get(name, 0) for name in (*services.contest.unit_names, *counts)})
    rows = _rows(services.contest.unit_names, counts)
    print_table(rows, right=(1,))
    if file:
        # Excel takes a file for UTF-8 only if it begins with a byte order mark.
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([HEADERS, *map(_inert, rows)])
        print(f"已写入 {file}。")


def _counts(ports: "Ports") -> dict[str, int]:
    """Counts them; once personal data are purged, only the last counts are left."""
    is_purged = ports.control.read_switches().purge is not PurgeState.NONE
    return ports.control.stored_counts() if is_purged else ports.participants.count_people()


def _rows(names: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Most participants first; equal ones in the contest file's order."""
    known = dict.fromkeys((*names, *sorted(name for name in counts if name)))
    rows = sorted(((name, counts.get(name, 0)) for name in known), key=lambda row: -row[1])
    return [*rows, (NO_UNIT, counts.get("", 0)), (ALL, sum(counts.values()))]


def _inert(row: tuple[str, int]) -> tuple[str, int]:
    """Excel runs what begins like a formula."""
    name, count = row
    return ("'" + name if name.startswith(("=", "+", "-", "@", "\t")) else name, count)
