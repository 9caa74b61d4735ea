"""The answers' statistics: suspicious questions first, each with its most chosen wrong option."""

from chalicelib.domain.attempts import Answer, Attempt
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.bank_stats import Tally, report, tally
from tests.support.examples import NOON

BANK = Bank(
    tuple(Question(f"q{n}", f"题干{n}？", ("甲", "乙", "丙", "丁"), 0, "解析", "出处") for n in range(5)),
)


def attempts(question_id: str, picks: dict[int | None, int]) -> list[Attempt]:
    """One attempt for each answer; `picks` maps an option to the number of answers. The right option was shown as B."""
    answers = [
        Answer(question_id, None if pick is None else "BACD"[pick], "B", pick)
        for pick, n in picks.items()
        for _ in range(n)
    ]
    return [Attempt("a", (answer,), NOON, passed=False) for answer in answers]


def test_answers_are_counted_by_the_banks_options() -> None:
    one = tally(attempts("q0", {0: 5, 2: 3, 1: 1, None: 2}))["q0"]
    assert (one.drawn, one.answered, one.right, dict(one.wrong)) == (11, 9, 5, {2: 3, 1: 1})


def test_an_earlier_versions_attempt_counts_without_its_pick() -> None:
    one = tally([Attempt("a", (Answer("q0", "A", "B"), Answer("q1", "B", "B")), NOON, passed=False)])
    assert (one["q0"].answered, one["q0"].right, dict(one["q0"].wrong)) == (1, 0, {})
    assert one["q1"].right == 1


def test_suspicious_questions_come_first_and_those_with_few_answers_last() -> None:
    found = tally(
        [
            *attempts("q0", {0: 19, 1: 1}),
            *attempts("q1", {0: 5, 2: 15}),
            *attempts("q2", {0: 5, 1: 5, 2: 5, 3: 5, None: 1}),
            *attempts("q3", {2: 3}),
            *attempts("gone", {0: 1}),
        ]
    )
    lines = list(report(BANK, found))
    assert lines == [
        "q1  抽到 20  作答 20  答对 25%  错选最多 C 75% “丙”",
        "      可疑：错项比正确项选的人多，请核对答案。题干1？ 答案：甲",
        "q2  抽到 21  作答 20  答对 25%  错选最多 B 25% “乙”",
        "      可疑：答对的不到三成。题干2？ 答案：甲",
        "q0  抽到 20  作答 20  答对 95%  错选最多 B 5% “乙”",
        "q3  抽到 3  作答 3  答对 0%  错选最多 C 100% “丙”",
        "q4  抽到 0  作答 0  答对 —",
        "已不在题库中的：gone",
    ]


def test_a_question_that_nobody_answered_stands_last_and_has_no_share() -> None:
    answered = {question.id: Tally(1, 1) for question in BANK.questions[1:]}  # all wrong
    *_, last = report(BANK, answered)
    assert last == f"{BANK.questions[0].id}  抽到 0  作答 0  答对 —"
