"""The question bank: the files that are read, and the faults that are refused, with their places. `tests/bank` tests
the shipped bank."""

import csv
import io
import pickle
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bank import Bank, LineProblem, Question, parse_bank
from chalicelib.domain.bank_rows import COLUMNS, FIRST_COLUMNS
from chalicelib.domain.errors import BankError

HEADER = ",".join(COLUMNS)
GOOD = "q001,诚信是什么？,真诚守信,见利忘义,,,a,诚信就是真诚守信。,《论语》,文化,easy,论语,page"
ROW = dict(zip(COLUMNS, GOOD.split(","), strict=True))


def line_of(**changed: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow({**ROW, **changed}.values())
    return out.getvalue().removesuffix("\r\n")


def refusal(text: str) -> list[str]:
    with pytest.raises(BankError) as caught:
        parse_bank(text)
    return str(caught.value).split("\n")


def test_reads_a_question() -> None:
    bank = parse_bank(f"{HEADER}\n{GOOD}\n")
    question = Question("q001", "诚信是什么？", ("真诚守信", "见利忘义"), 0, "诚信就是真诚守信。", "《论语》")
    question = replace(question, subject="文化", difficulty="easy", group="论语", checked="page")
    assert bank == Bank((question,))
    assert (len(bank), bank.ids, bank.get("q001")) == (1, ("q001",), question)
    with pytest.raises(KeyError):
        bank.get("q002")


def test_reads_the_nine_columns_of_earlier_versions() -> None:
    header, row = ",".join(FIRST_COLUMNS), ",".join(GOOD.split(",")[:9])
    (question,) = parse_bank(f"{header}\n{row}\n").questions
    assert (question.subject, question.difficulty, question.group, question.checked) == ("", "", "", "open")
    assert refusal(f"{header}\n{GOOD}\n") == ["第2行：应有9列，实有13列"]


def test_what_the_new_columns_say_does_not_change_the_digest() -> None:
    """A draw made before a deployment is graded after it."""
    (question,) = parse_bank(f"{HEADER}\n{GOOD}\n").questions
    assert question.digest == "346cd009"
    assert replace(question, subject="", difficulty="hard", group="", checked="open").digest == question.digest


def test_the_new_columns_may_be_empty() -> None:
    row = line_of(subject="", difficulty="", group="", checked="")
    (question,) = parse_bank(f"{HEADER}\n{row}\n").questions
    assert (question.subject, question.difficulty, question.group, question.checked) == ("", "", "", "open")


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADER}\r\n{GOOD}\r\n",
        f"{HEADER}\r{GOOD}",
        f"\n{HEADER}\n,,,,,,,,,,,,\n\n{GOOD}\n , ,\u3000\n",
        HEADER.upper() + "\n" + GOOD.replace(",", " ,\u3000") + "\n",
        HEADER + '\n"' + GOOD.replace(",", '", "') + '"\n',
        f"{HEADER}\n{line_of(answer=' A ', difficulty='Easy', checked='PAGE ')}\n",
    ],
    ids=["byte order mark and CRLF", "CR", "blank rows", "surrounding spaces", "quoted", "upper-case answer"],
)
def test_tolerates_what_spreadsheets_do(text: str) -> None:
    assert parse_bank(text) == parse_bank(f"{HEADER}\n{GOOD}\n")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_inside_a_cell_come_back_as_one_kind(end: str) -> None:
    (question,) = parse_bank(f"{HEADER}\n{line_of(stem=f'一{end}二')}\n").questions
    assert question.stem == "一\n二"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("q001,题干", "应有13列，实有2列"),
        (GOOD + ",", "应有13列，实有14列"),
        (line_of(id=""), "编号应为1至24个小写字母、数字或连字符"),
        (line_of(id="Q1"), "编号应为1至24个小写字母、数字或连字符"),
        (line_of(id="q" * 25), "编号应为1至24个小写字母、数字或连字符"),
        (line_of(stem=" "), "缺少题干"),
        (line_of(stem="？"), "缺少题干"),
        (line_of(explanation=""), "缺少解析"),
        (line_of(source=""), "缺少出处"),
        (line_of(stem="信" * 201), "题干过长，最多200字，现有201字"),
        (line_of(b="信" * 101), "选项b过长，最多100字，现有101字"),
        (line_of(explanation="信" * 301), "解析过长，最多300字，现有301字"),
        (line_of(source="信" * 121), "出处过长，最多120字，现有121字"),
        (line_of(subject="信" * 21), "科目过长，最多20字，现有21字"),
        (line_of(group="信" * 21), "互斥组过长，最多20字，现有21字"),
        (line_of(difficulty="易"), "难度“易”须是easy、medium、hard，或留空"),
        (line_of(checked="yes\nno"), "核对“yes no”须是text、page、open，或留空"),
        (line_of(group="论\u200b语"), "含有控制字符或不可见字符：U+200B"),
        (line_of(b=""), "选项少于两个"),
        (line_of(d="人云亦云"), "选项中间有空缺：选项d之前有空的选项"),
        (line_of(a="", answer="b", c="人云亦云"), "选项中间有空缺：选项c之前有空的选项"),
        (line_of(b="真诚 守信"), "选项重复"),
        (line_of(a="5%", b="５％"), "选项重复"),
        (line_of(answer=""), "缺少答案"),
        (line_of(answer="e"), "答案“e”不在选项中"),
        (line_of(answer="c"), "答案“c”不在选项中"),
        (line_of(answer="a\nb"), "答案“a b”不在选项中"),
        (line_of(stem="诚信\0"), "含有控制字符或不可见字符：U+0000"),
        (line_of(b="见利\u200b忘义\x1f"), "含有控制字符或不可见字符：U+001F、U+200B"),
        (line_of(source="《论语》\ud800"), "含有控制字符或不可见字符：U+D800"),
        ('q001,"诚信是什么？,真诚守信,见利忘义,,,a,解析,出处,,,,', "双引号不配对，或单元格过大，无法分列"),
        ('q001,"诚信"是什么？,真诚守信,见利忘义,,,a,解析,出处,,,,', "双引号不配对，或单元格过大，无法分列"),
        (line_of(stem="信" * 200_000), "双引号不配对，或单元格过大，无法分列"),
    ],
)
def test_refuses_a_wrong_row_by_its_line(row: str, reason: str) -> None:
    before = line_of(id="q000", stem="前一题")
    after = line_of(id="q999", stem="后一题")
    assert refusal(f"{HEADER}\n{before}\n{row}\n{after}\n") == [f"第3行：{reason}"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"stem": "另一题"}, "编号与第2行重复"),
        ({"id": "q002"}, "题干与第2行重复"),
        ({"id": "q002", "stem": "“诚信” 是什么（ ）"}, "题干与第2行重复"),
    ],
)
def test_refuses_a_repetition(changed: dict[str, str], reason: str) -> None:
    assert refusal(f"{HEADER}\n{GOOD}\n{line_of(**changed)}\n") == [f"第3行：{reason}"]


def test_full_and_half_width_spell_the_same_stem() -> None:
    rows = line_of(stem="第3条ABC"), line_of(id="q002", stem="第３条ａｂｃ")
    assert refusal("\n".join((HEADER, *rows))) == ["第3行：题干与第2行重复"]


@pytest.mark.parametrize("text", ["", "\ufeff", " \r\n,,\n"])
def test_refuses_an_empty_file(text: str) -> None:
    assert refusal(text) == ["第1行：文件为空"]


def test_refuses_a_file_without_questions() -> None:
    assert refusal(f"\n{HEADER}\n") == ["第2行：表头之后没有题目"]


@pytest.mark.parametrize("header", [GOOD, HEADER.replace("source", "出处"), HEADER + ",x", 'id,"stem'])
def test_refuses_a_wrong_header_and_still_checks_the_rows(header: str) -> None:
    text = f"{header}\n{line_of(id='q002', answer='d')}\n"
    assert refusal(text) == [f"第1行：表头应为“{HEADER}”", "第2行：答案“d”不在选项中"]


def test_names_every_wrong_line_at_once() -> None:
    rows = [
        line_of(stem="第一行\r\n第二行"),  # lines 2 and 3
        line_of(id="q002", stem="题二", explanation="一\n二\n三", answer="x", source=""),  # lines 4 to 6
        "",
        'q003,"题三,没有右引号,对,,,a,解析,出处,,,,',  # line 8
        line_of(id="q004", stem="题四", b=""),
        line_of(id="q005", stem="题五"),
        "q006",
    ]
    assert refusal("\r\n".join([HEADER, *rows])) == [
        "第4行：缺少出处",
        "第4行：答案“x”不在选项中",
        "第8行：双引号不配对，或单元格过大，无法分列",
        "第9行：选项少于两个",
        "第11行：应有13列，实有1列",
    ]


def test_an_error_survives_pickling() -> None:
    with pytest.raises(BankError) as caught:
        parse_bank("")
    assert str(pickle.loads(pickle.dumps(caught.value))) == "第1行：文件为空"


def texts(limit: int) -> st.SearchStrategy[str]:
    alphabet = st.characters(exclude_categories=("C", "Z", "M")) | st.sampled_from(' ,"\n')
    return st.text(alphabet, min_size=1, max_size=limit).map(lambda text: f"字{text}字"[: limit - 1] + "字")


@st.composite
def questions(draw: st.DrawFn, number: int) -> Question:
    options = draw(st.lists(texts(20), min_size=2, max_size=4, unique_by=spelling))
    answer = draw(st.integers(0, len(options) - 1))
    rest = (
        draw(texts(150)),
        draw(texts(100)),
        draw(texts(20)),
        draw(st.sampled_from(["", "easy", "hard"])),
        draw(texts(20)),
    )
    return Question(f"q-{number}", f"{number}、{draw(texts(100))}", tuple(options), answer, *rest)


def spelling(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def stem_key(question: Question) -> str:
    folded = unicodedata.normalize("NFKC", question.stem).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] not in "CPZ")


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    drawn = [draw(questions(number)) for number in range(draw(st.integers(1, 5)))]
    return Bank(tuple({stem_key(question): question for question in drawn}.values()))


@given(banks(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_written_is_read_back(bank: Bank, end: str, quote_all: bool) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    for q in bank.questions:
        options = [*q.options, "", ""][:4]
        about = (q.subject, q.difficulty, q.group, q.checked)
        writer.writerow([q.id, q.stem, *options, "abcd"[q.answer], q.explanation, q.source, *about])
    assert parse_bank(out.getvalue()) == bank


noise = st.text() | st.text(st.sampled_from('",\r\n\0\ufeff\ud800 aq1题'))


@given(st.sampled_from(["", HEADER + "\n", f"{HEADER}\n{GOOD}\n"]), noise)
def test_any_text_is_read_or_refused_by_line(start: str, rest: str) -> None:
    text = start + rest
    last = 1 + len(io.StringIO(text, newline="").readlines())
    try:
        parse_bank(text)
        problems: tuple[LineProblem, ...] = ()
    except BankError as error:
        problems = error.problems
        assert len(str(error).split("\n")) == len(problems) > 0  # noqa: PT017 - a good text raises nothing
    lines = [problem.line for problem in problems]
    assert lines == sorted(lines)
    assert all(1 <= line <= last for line in lines)
