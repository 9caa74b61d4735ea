"""The learning cards' file is read as a whole, or refused with every wrong line."""

from pathlib import Path

import pytest

from chalicelib.config_files import LESSONS, load_lessons
from chalicelib.domain.errors import LessonsError
from chalicelib.domain.lessons import Lesson, parse_lessons

HEADER = "subject,title,text,source\n"


def problems(text: str) -> list[str]:
    with pytest.raises(LessonsError) as caught:
        parse_lessons(text)
    return [str(problem) for problem in caught.value.problems]


def test_cards_are_read_in_their_order() -> None:
    text = f'{HEADER}\n劳动,歇一天,"每周, 至少一天",劳动法\n\n劳动, 证件 ,自己收好,劳动合同法\n'
    assert parse_lessons(text) == (
        Lesson("劳动", "歇一天", "每周, 至少一天", "劳动法"),
        Lesson("劳动", "证件", "自己收好", "劳动合同法"),
    )
    assert parse_lessons(HEADER) == ()


def test_every_wrong_line_is_named() -> None:
    rows = [
        "劳动,,正文,出处",
        f"劳动,{'长' * 17},正文,出处",
        "劳动,甲,正\u200b文,出处",
        "劳动,乙,正文",
        "劳动,甲,正文,出处",
    ]
    assert problems(HEADER + "\n".join(rows)) == [
        "第2行：缺少标题",
        "第3行：标题过长，最多16字，现有17字",
        "第4行：正文含有控制字符、不可见字符或换行",
        "第5行：应有4列，或双引号不配对",
        "第6行：标题与第4行重复",
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "subject,title\n", '"subject,title,text,source\n'])
def test_another_header_is_refused(text: str) -> None:
    assert problems(text)[0] == "第1行：表头应为“subject,title,text,source”"


def test_a_file_in_another_encoding_or_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "lessons.csv"
    for raw, words in ((None, "读不到文件"), (LESSONS.read_text(encoding="utf-8").encode("gb18030"), "GB 18030")):
        if raw:
            file.write_bytes(raw)
        with pytest.raises(LessonsError, match=words):
            load_lessons(file)
