"""The contest file and the question bank are read in UTF-8, or refused with every faulty line."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.config_faults import faults
from chalicelib.config_files import load_bank
from chalicelib.domain.errors import BankError
from infra.build import __main__ as build
from infra.build import esbuild
from infra.operator.command import main
from infra.project import ROOT

BANK = PACKAGED.with_name("questions.csv").read_text(encoding="utf-8")
RULES = load_contest_file(PACKAGED).quiz
CONTEST = PACKAGED.read_text(encoding="utf-8")
HOW = "请另存为 UTF-8：Excel 选“CSV UTF-8（逗号分隔）”"
BAD_CELL = BANK.replace("\n", "\nq0x,题干,甲,乙,,,x.,解析,出处,,,,\n", 1).replace("司法公信", "司法公信\u200b", 1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with both shipped files."""
    for name in ("contest.toml", "questions.csv"):
        shutil.copy(PACKAGED.with_name(name), tmp_path)
    monkeypatch.setenv("CONTEST_FILE", str(tmp_path / "contest.toml"))
    return tmp_path


def bank_problems(folder: Path) -> list[str]:
    with pytest.raises(BankError) as caught:
        load_bank(folder / "questions.csv", RULES)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_utf_8_is_read_as_editors_save_it(folder: Path, start: str, end: str) -> None:
    for name, text in (("contest.toml", CONTEST), ("questions.csv", BANK)):
        (folder / name).write_bytes((start + text.replace("\n", end)).encode())
    assert load_contest_file(folder / "contest.toml") == load_contest_file(PACKAGED)
    assert len(load_bank(folder / "questions.csv", RULES)) == 392


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("gb18030", "是 GB 18030（GBK）编码"), ("utf-16", "是 UTF-16 编码"), ("utf-8-sig", "")],
)
def test_another_encoding_is_refused_in_one_sentence(folder: Path, encoding: str, named: str) -> None:
    for name, text in (("contest.toml", CONTEST), ("questions.csv", BANK)):
        (folder / name).write_text(text, encoding=encoding)
    found = faults(folder / "contest.toml")
    if not named:
        assert found == []
        return
    assert found[0].startswith(f"竞赛配置文件有误：\ncontest.toml 文件{named}，{HOW}")
    assert found[1].startswith(f"题库 questions.csv 有误：\n文件{named}，{HOW}")
    assert len("\n".join(found).split("\n")) == 4


def test_bytes_of_no_encoding_are_refused(folder: Path) -> None:
    (folder / "questions.csv").write_bytes(b"id,stem\n\xff\xff,\x80\n")
    assert bank_problems(folder)[0].startswith(f"文件不是 UTF-8 编码，{HOW}")


def test_a_damaged_line_of_utf_8_is_named_and_never_read_as_gb_18030(folder: Path) -> None:
    lines = BANK.encode().splitlines()
    for number in (3, 7):
        lines[number - 1] += "社".encode()[:2]
    (folder / "questions.csv").write_bytes(b"\n".join(lines))
    assert bank_problems(folder) == [f"第{number}行：含有不是 UTF-8 的字符，请改正这一行" for number in (3, 7)]


def test_a_bank_smaller_than_a_draw_is_refused(folder: Path) -> None:
    (folder / "questions.csv").write_text("\n".join(BANK.splitlines()[:10]), encoding="utf-8")
    assert len(load_bank(folder / "questions.csv", replace(RULES, draw_size=1))) == 9
    assert bank_problems(folder) == ["只有 9 题，每次要抽 10 题"]


def test_a_missing_bank_is_named(folder: Path) -> None:
    (folder / "questions.csv").unlink()
    assert bank_problems(folder) == ["读不到文件（FileNotFoundError）"]


# ./contest check


def test_the_shipped_files_are_faultless(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTEST_FILE", raising=False)
    assert main(["check"]) == 0
    assert "竞赛配置、题库与学习卡片无误" in capsys.readouterr().out


def test_the_check_names_every_line_of_both_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoiled = CONTEST.replace("pass_mark = 5", "pass_mark = 50").replace("per_second = 25", "per_second = 31")
    (folder / "contest.toml").write_text(spoiled.replace('"questions.csv"', '"own.csv"'), encoding="utf-8")
    (folder / "questions.csv").rename(folder / "own.csv").write_text(BAD_CELL, encoding="utf-8")
    assert main(["check"]) == 1
    answer = capsys.readouterr()
    assert answer.out == ""
    first, *config, second, one, other = answer.err.splitlines()
    assert (first, second) == ("竞赛配置文件有误：", "题库 own.csv 有误：")
    assert ["quiz.pass_mark" in config[0], "payouts.per_second" in config[1], len(config)] == [True, True, 2]
    assert one == "第2行：答案“x.”不在选项中"
    assert other.endswith("含有控制字符或不可见字符：U+200B")


@pytest.mark.parametrize("content", [b"[window", b"\xff\xfe[\0", b'bank = "questions.csv"\n[['])
def test_a_contest_file_that_cannot_be_parsed_does_not_hide_the_bank(folder: Path, content: bytes) -> None:
    (folder / "contest.toml").write_bytes(content)
    (folder / "questions.csv").write_text(BAD_CELL, encoding="utf-8")
    config, bank = faults(folder / "contest.toml")
    assert config.startswith("竞赛配置文件有误：")
    assert "第2行：答案“x.”不在选项中" in bank


# The build, and CI


def test_a_faulty_file_stops_the_build_with_every_line(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "chalicelib").mkdir()
    for name, text in (("contest.toml", CONTEST), ("questions.csv", BAD_CELL)):
        (folder / "chalicelib" / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(build, "ROOT", folder)
    monkeypatch.setattr(esbuild, "ensure_page", pytest.fail)
    assert build.main(["--stage", "prod", "--out", str(folder / "out")]) == 1
    answer = capsys.readouterr().err
    assert "第2行：答案“x.”不在选项中" in answer
    assert "U+200B" in answer
    assert not (folder / "out").exists()


def test_static_checks_and_so_ci_run_the_check() -> None:
    makefile, ci = ((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", ".ci/run"))
    assert "\t@./contest check\n" in makefile[makefile.index("\nstatic:") : makefile.index("\nsoak:")]
    assert re.search(r"^test:.*\n\t.*\$\(MAKE\).* static tests$", makefile, re.MULTILINE)
    assert "make test\n" in ci


def test_more_buttons_than_have_a_place_wait_for_the_organiser(folder: Path) -> None:
    """The application itself still starts: if the opening refused, the account would not get the contest's menu."""
    file, more = folder / "contest.toml", ", ".join(f'{{ name = "自有{number}", key = "k" }}' for number in range(5))
    file.write_text(CONTEST.replace("own = [", f"own = [ {more},"), encoding="utf-8")
    assert len(load_contest_file(file).menu.own) == 7
    assert faults(file) == [
        "menu.own：只放得下 5 项，“信用信息查询”、“信用资讯”没有位置；请把不放的写入 [menu] left_out"
    ]
    assert main(["check"]) == 1
    file.write_text(file.read_text(encoding="utf-8").replace("[menu]", '[menu]\nleft_out = ["自有0", "自有1"]'))
    assert faults(file) == []
