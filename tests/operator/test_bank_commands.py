"""`./contest bank …`: real Excel files are written and read back; a faulty one changes nothing, and its faults are
named by sheet, row and column."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from chalicelib import config
from chalicelib.config import PACKAGED
from chalicelib.domain.bank import parse_bank
from chalicelib.domain.bank_sheet import EXAMPLE_ROW, HEADERS
from infra.operator.command import main
from tests.http.stage import pass_attempt
from tests.operator.conftest import Office

ROW = ("n1", "题干一？", "甲", "乙", "丙", "丁", "B", "解析", "出处", "劳动", "易", "", "原文")


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The bank of a contest for this test only."""
    for name in ("contest.toml", "questions.csv"):
        shutil.copy(PACKAGED.with_name(name), tmp_path)
    monkeypatch.setenv("CONTEST_FILE", str(tmp_path / "contest.toml"))
    config.contest.cache_clear()
    yield tmp_path / "questions.csv"
    config.contest.cache_clear()


def questions(number: int = 10) -> list[list[object]]:
    return [[f"n{n:02d}", f"题干{n}？", *ROW[2:]] for n in range(number)]


def excel(path: Path, sheets: dict[str, Sequence[Sequence[object]]], header: Sequence[str] = ()) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in (header or list(HEADERS.values()), *rows):
            sheet.append(list(row))
    book.save(path)
    return path


def refused(file: Path, bank: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Imports a faulty file. Returns the error output."""
    before = bank.read_bytes()
    assert main(["bank", "import", str(file)]) == 1
    assert bank.read_bytes() == before
    answer = capsys.readouterr()
    assert answer.out == ""
    return answer.err.splitlines()


def test_the_template_has_drop_downs_and_an_example_that_is_not_imported(bank: Path, tmp_path: Path) -> None:
    file = tmp_path / "template.xlsx"
    assert main(["bank", "template", str(file)]) == 0
    book = load_workbook(file)
    sheet = book.worksheets[0]
    header, example, *rest = sheet.iter_rows(values_only=True)
    assert header == tuple(HEADERS.values())
    assert tuple(cell or "" for cell in example) == EXAMPLE_ROW
    assert rest == []
    choices = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert choices == {"G2:G2000": '"A,B,C,D"', "K2:K2000": '"易,中,难"', "M2:M2000": '"原文,转载,未核"'}
    for row in questions():
        sheet.append(list(row))
    book.save(file)
    assert main(["bank", "import", str(file)]) == 0
    imported = parse_bank(bank.read_text(encoding="utf-8"))
    assert len(imported) == 10
    first = imported.questions[0]
    assert (first.id, first.answer, first.difficulty, first.checked) == ("n00", 1, "easy", "text")


def test_what_is_exported_is_imported_unchanged(bank: Path, tmp_path: Path) -> None:
    text = bank.read_text(encoding="utf-8").replace("2014—2020年,2016—2025年", "=1+1,+86", 1)
    bank.write_text(text, encoding="utf-8")
    file, before = tmp_path / "bank.xlsx", parse_bank(text)
    assert main(["bank", "export", str(file)]) == 0
    assert load_workbook(file).worksheets[0]["E2"].data_type == "s", "text, not a formula"
    bank.write_text("", encoding="utf-8")
    assert main(["bank", "import", str(file)]) == 0
    assert parse_bank(bank.read_text(encoding="utf-8")) == before


def test_a_dry_run_checks_and_imports_nothing(bank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = bank.read_bytes()
    for name, rows, status in (("good", questions(), 0), ("few", questions(9), 1)):
        file = excel(tmp_path / f"{name}.xlsx", {"题库": rows})
        assert main(["bank", "import", str(file), "--dry-run"]) == status
        assert ("没有改动" in capsys.readouterr().err) is (status == 0)
    assert bank.read_bytes() == before


def test_wrong_cells_are_named_and_nothing_is_imported(
    bank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = questions()
    rows[0][6] = "E"
    rows[1][10] = "较难"
    rows[2][0] = "题 3"
    rows[3][2] = date(2020, 7, 8)
    rows[4][7] = None
    rows[5][1] = "题干0？"
    rows[6][3] = "甲"
    rows[7][12] = True
    other = [list(row) for row in questions(1)]
    found = refused(excel(tmp_path / "wrong.xlsx", {"题库": rows, "二": other}), bank, capsys)
    assert found == [
        "工作表“题库”第2行“答案”列：“E”须是A、B、C、D之一",
        "工作表“题库”第3行“难度”列：“较难”须是易、中、难之一",
        "工作表“题库”第4行“编号”列：编号应为1至24个小写字母、数字或连字符",
        "工作表“题库”第5行“选项A”列：Excel 把它当成了日期、时间或逻辑值：把单元格格式设为“文本”，重新填写",
        "工作表“题库”第6行“解析”列：缺少解析",
        "工作表“题库”第7行“题干”列：题干与“题库”第2行重复",
        "工作表“题库”第8行“选项B”列：选项重复",
        "工作表“题库”第9行“核对”列：Excel 把它当成了日期、时间或逻辑值：把单元格格式设为“文本”，重新填写",
        "工作表“二”第2行“编号”列：编号与“题库”第2行重复",
        "工作表“二”第2行“题干”列：题干与“题库”第2行重复",
    ]


def test_numbers_are_read_as_they_look_and_columns_in_any_order(bank: Path, tmp_path: Path) -> None:
    header = [*reversed(HEADERS.values()), "备注"]
    rows = [[*reversed(row), "不导入"] for row in questions()]
    rows[0][header.index("选项A")], rows[0][header.index("选项B")] = 5, 0.5
    assert main(["bank", "import", str(excel(tmp_path / "any.xlsx", {"题库": rows}, header))]) == 0
    imported = parse_bank(bank.read_text(encoding="utf-8"))
    assert imported.questions[0].options == ("5", "0.5", "丙", "丁")


def test_a_file_that_is_no_bank_is_refused(bank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.xlsx").write_text("编号", encoding="utf-8")
    assert "不是 Excel 的 .xlsx 文件" in refused(tmp_path / "text.xlsx", bank, capsys)[0]
    assert "没有题目" in refused(excel(tmp_path / "a.xlsx", {"题库": []}), bank, capsys)[0]
    assert "没有题目" in refused(excel(tmp_path / "b.xlsx", {"题库": questions()}, ["甲"]), bank, capsys)[0]
    columns = [name for name in HEADERS.values() if name not in ("答案", "出处")]
    assert refused(excel(tmp_path / "c.xlsx", {"题库": questions()}, columns), bank, capsys) == [
        "工作表“题库”第1行：缺少“答案、出处”列"
    ]
    assert "9 题" in refused(excel(tmp_path / "d.xlsx", {"题库": questions(9)}), bank, capsys)[0]
    assert "不能写入或读取文件" in refused(tmp_path / "missing.xlsx", bank, capsys)[0]


def test_a_deployed_stage_needs_the_whole_notice_on_personal_data(
    bank: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check"]) == main(["check", "--stage", "local"]) == 0
    capsys.readouterr()
    assert main(["check", "--stage", "prod"]) == 1
    assert capsys.readouterr().err == "office.phone：部署前须由主办方填写（见 docs/privacy.md）\n"
    monkeypatch.setenv("STAGE", "prod")
    assert main(["check"]) == 1
    file = bank.with_name("contest.toml")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('phone = ""', 'phone = "0517-00000000"'), encoding="utf-8")
    assert main(["check"]) == 0


def test_the_check_counts_and_is_strict_if_asked(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "check"]) == 0
    counts = capsys.readouterr().out.splitlines()
    assert counts[0].split("\t") == ["科目", "题数", "易", "中", "难", "原文", "转载", "未核"]
    header = "id,stem,a,b,c,d,answer,explanation,source,subject,difficulty,group,checked\n"
    rows = [f"n{n},题干{n}？,甲,乙,丙,丁,a,解析,出处{n},劳动,easy,,{'page' if n else 'open'}\n" for n in range(10)]
    bank.write_text(header + "".join(rows), encoding="utf-8")
    assert main(["bank", "check"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split("\t") == ["合计", "10", "10", "0", "0", "0", "9", "1"]
    assert main(["bank", "check", "--strict"]) == 1
    capsys.readouterr()
    assert main(["bank", "open"]) == 0
    assert capsys.readouterr().out.splitlines() == ["n0  题干0？", "      答案：甲  出处：出处0"]
    bank.write_text(bank.read_text(encoding="utf-8").replace(",open", ",text"), encoding="utf-8")
    assert main(["bank", "check", "--strict"]) == 0
    capsys.readouterr()
    assert main(["bank", "open"]) == 0
    assert capsys.readouterr().out == "没有待核对的题。\n"
    bank.write_text(header, encoding="utf-8")
    assert main(["bank", "check"]) == 1
    assert "表头之后没有题目" in capsys.readouterr().err


def test_the_statistics_count_every_attempt_of_the_contest(laid: Office) -> None:
    """Ten of the stage's twelve questions are drawn; options are shuffled, but counted by their place in the bank."""
    for openid, right in (("alice", 10), ("bob", 0)):
        pass_attempt(laid.stage, laid.stage.person(openid), right)
    lines = laid.done("bank", "stats").splitlines()
    assert len(lines) == 12
    counts = [line.split("  ") for line in lines]
    assert sum(int(drawn.removeprefix("抽到 ")) for _, drawn, *_ in counts) == 20
    lured = [line for line in lines if "错选最多" in line]
    assert len(lured) == 10
    assert all("“wrong" in line for line in lured)


def test_a_question_is_withdrawn_and_put_back(laid: Office) -> None:
    told = laid("bank", "withdraw", "t03", "--reason", "答案有误")
    assert told.status != 0
    assert "--yes" in told.err
    assert "t03  题干 3" in told.err
    assert "答案：right 3" in told.err
    assert laid.services.withdrawals.withdrawn() == frozenset()
    assert "已撤回，5秒内全部生效" in laid.done("bank", "withdraw", "t03", "--reason", "答案有误")
    assert "早已撤回" in laid.done("bank", "withdraw", "t03", "--reason", "答案有误")
    assert "撤回的题  t03" in laid.done("status")
    logged = laid.done("log", "t03")
    assert "bank withdraw  t03  in_use → withdrawn  （答案有误）" in logged
    assert "共 1 条" in logged
    pass_attempt(laid.stage, laid.stage.person("alice"))
    (line,) = (one for one in laid.done("bank", "stats").splitlines() if one.startswith("t03"))
    assert line == "t03  抽到 0  作答 0  答对 —  已撤回"
    assert laid("bank", "restore", "t03", "--reason", "r", "--dry-run").status == 0
    assert laid.services.withdrawals.withdrawn() == {"t03"}
    assert "已恢复" in laid.done("bank", "restore", "t03", "--reason", "答案无误")
    assert "没有撤回" in laid.done("bank", "restore", "t03", "--reason", "答案无误")
    assert laid.services.withdrawals.withdrawn() == frozenset()


def test_what_cannot_be_withdrawn_says_why(laid: Office) -> None:
    """Ten of twelve questions are drawn."""
    assert "题库中没有这道题，请核对题号：t99" in laid.failed("bank", "withdraw", "t99", "--reason", "why")
    laid.failed("bank", "withdraw", "t00", status=2)
    for question in ("t00", "t01"):
        laid.done("bank", "withdraw", question, "--reason", "why")
    said = laid.failed("bank", "withdraw", "t02", "--reason", "why")
    assert "撤回之后题目不够，没有改动：能同时抽到的只剩 9 题，每次要抽 10 题" in said
    assert laid.services.withdrawals.withdrawn() == {"t00", "t01"}
