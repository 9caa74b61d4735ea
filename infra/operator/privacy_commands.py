"""Commands about personal data: export and erase one person's, purge everybody's after the organiser's date."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

from typer import Argument

from chalicelib.domain.operator_log import masked
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import announce, confirm, consent, deployed, who
from infra.operator.terminal import By, Why, WhyIfAny, progress
from infra.operator.whose import Person, openid_of, summary

if TYPE_CHECKING:
    from chalicelib.ports import StoredRow

ABOUT = "参与者 / participants"
person = Noun("person", "一个人的个人信息 / one person's data", ABOUT)
purging = Noun(about=ABOUT)
NewFile = Annotated[Path, Argument(metavar="FILE", help="写入的新文件 / a file that does not exist yet")]


@person.changes("export")
def export(person: Person, file: NewFile, reason: WhyIfAny = "", by: By = None) -> None:
    """导出某人的全部记录 / write all of a person's rows to a file

    As JSON. The file is readable by its owner only; hand it over, then delete it.
    """
    _require_new(file)
    openid = openid_of(person)
    announce(f"{masked(openid)}，写入 {file}")
    found = deployed().personal_records.export_person(openid, who(by), reason)
    with _open_new(file) as out:
        json.dump([{"table": table, "row": row} for table, row in found], out, ensure_ascii=False, indent=2)
    tell(rows=len(found))
    print(f"已写入 {file}：{len(found)} 条记录。交给本人后请删除这个文件。")


@person.changes("erase")
def erase(person: Person, reason: Why, by: By = None) -> None:
    """删除某人的作答、成绩和单位 / erase a person's answers, scores and unit

    What the books need stays until [privacy] kept_until.
    """
    records, openid = deployed().personal_records, openid_of(person)
    records.require_settled(openid)
    confirm("删除作答、成绩和单位？删除后不能恢复。", summary(openid), "领取记录和机会留到 [privacy] kept_until。")
    erased = records.erase_person(openid, who(by), reason)
    print("已删除；领取记录和机会留到保存期满。" if erased else "没有可删除的：作答、成绩和单位已不在。")


@purging.changes("purge")
def purge(file: NewFile, reason: WhyIfAny = "", by: By = None) -> None:
    """保存期满后清除全部个人信息 / purge all personal data

    Exports everything to FILE first, one JSON row a line. Safe to repeat: a run that was cut off is taken up. On a
    purged contest nothing is exported, and only what came to the desk since is purged.
    """
    records = deployed().personal_records
    if records.is_purged:
        confirm("个人信息已经清除。再清除一次工作台后来写入的？")
        left = records.purge(who(by), reason, lambda _: None)
        tell(exported=0, purged=left)
        print(f"本场竞赛的个人信息已经清除；工作台后来写入的清除了 {left} 条。")
        return
    records.require_due()
    _require_new(file)
    contest = deployed().contest
    kept = "保留以往关注者的摘要" if contest.privacy.keeps_former else "不保留关注者"
    until = f"保存期限 {contest.privacy.kept_until:%Y-%m-%d %H:%M}（本目录的竞赛文件）已到"
    confirm(
        f"清除竞赛 {contest.id} 的全部个人信息？", until, f"先导出到 {file}；{kept}；领取记录去掉身份后留在账目中。"
    )
    lines = _write_lines(file, records.everything())
    consent(f"已导出 {lines} 条记录到 {file}。清除之后，除这个文件外不能恢复，确定清除？")
    with progress("清除") as shown:
        done = records.purge(who(by), reason, shown)
    tell(exported=lines, purged=done)
    print(f"已清除 {done} 条记录。请运行 ./contest audit；{file} 里仍有个人信息，用完请删除。")


def _require_new(file: Path) -> None:
    from infra.operator.operator_errors import OperatorError

    if file.exists():
        raise OperatorError(f"{file} 已经存在，请换一个文件名。")


def _open_new(file: Path) -> TextIO:
    """Readable by its owner only."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")


def _write_lines(file: Path, found: "Iterable[StoredRow]") -> int:
    lines = 0
    with _open_new(file) as out:
        for table, row in found:
            out.write(json.dumps({"table": table, "row": row}, ensure_ascii=False) + "\n")
            lines += 1
    return lines
