"""The shipped learning cards: each is based on an article that was read, and none gives away a question of the bank.

`articles.csv` has the articles, `evidence.csv` the words of an article that prove a card.
"""

import csv
from collections import Counter
from pathlib import Path

import pytest

from chalicelib.config import PACKAGED
from chalicelib.config_files import load_bank, load_lessons
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.lessons import Lesson

HERE = Path(__file__).parent
BANK = load_bank(PACKAGED.with_name("questions.csv"), None)
LESSONS = load_lessons()
NOT_IN_FORCE = {"15", "16", "17", "18", "30", "61", "65"}
"""Files whose text was not in force in July 2020, or not in this wording."""
TELLING = 0.03
"""Pairs of characters in at most this share of all stems characterize a question; “应当” does not."""
TOLD = 0.2
"""A card with this share of a question's characteristic pairs is about the same case."""


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ARTICLES = {(row["file"], row["article"]): row["text"] for row in rows("articles.csv")}
EVIDENCE = {row["title"]: row for row in rows("evidence.csv")}


def bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def pairs(text: str) -> set[str]:
    letters = bare(text)
    return {letters[n : n + 2] for n in range(len(letters) - 1)} or {letters}


def given_away(lessons: tuple[Lesson, ...], bank: Bank) -> list[tuple[str, str]]:
    """Yields card titles and question ids where the card has nearly all words of the right option and the
    characteristic words of the stem."""
    common = Counter(pair for question in bank.questions for pair in pairs(question.stem))
    most = max(1, TELLING * len(bank))
    telling = {q.id: {pair for pair in pairs(q.stem) if common[pair] <= most} for q in bank.questions}
    found = []
    for lesson in lessons:
        said = pairs(lesson.title + lesson.text)
        whole = bare(lesson.title + lesson.text)
        for question in bank.questions:
            right = question.options[question.answer]
            answers = bare(right) in whole or share(pairs(right), said) >= 0.8
            if answers and share(telling[question.id], said) >= TOLD:
                found.append((lesson.title, question.id))
    return found


def share(wanted: set[str], said: set[str]) -> float:
    return len(wanted & said) / max(1, len(wanted))


def test_each_subject_of_the_bank_has_some_five_cards() -> None:
    counted = Counter(lesson.subject for lesson in LESSONS)
    assert counted.keys() == {question.subject for question in BANK.questions}
    assert min(counted.values()) >= 5
    assert 55 <= len(LESSONS) <= 80


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_a_card_rests_on_an_article_that_was_read(lesson: Lesson) -> None:
    evidence = EVIDENCE[lesson.title]
    article = ARTICLES[evidence["file"], evidence["article"]]
    assert evidence["words"] in "".join(article.split())
    assert evidence["file"][:2] not in NOT_IN_FORCE
    assert lesson.source.endswith(evidence["article"])
    law = lesson.source[1 : lesson.source.index("》")]
    assert law in evidence["file"] or law.startswith("最高人民法院")


def test_evidence_and_articles_are_all_used() -> None:
    assert EVIDENCE.keys() == {lesson.title for lesson in LESSONS}
    assert ARTICLES.keys() == {(row["file"], row["article"]) for row in EVIDENCE.values()}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.title)
def test_a_card_is_written_in_own_words_for_a_phone(lesson: Lesson) -> None:
    assert 60 <= len(lesson.text) <= 120
    article = bare(ARTICLES[EVIDENCE[lesson.title]["file"], EVIDENCE[lesson.title]["article"]])
    text = bare(lesson.text)
    longest = max(n for n in range(len(text)) for at in range(len(text) - n + 1) if text[at : at + n] in article)
    assert longest <= 25, "copied from the article"


def test_no_card_gives_away_a_question() -> None:
    assert given_away(LESSONS, BANK) == []


def test_that_check_sees_a_card_that_does() -> None:
    question = BANK.get("q009")
    told = Lesson("征信", "免费查信用报告", "个人每年可以向征信机构免费获取本人的信用报告2次。", "出处")
    assert given_away((told,), BANK) == [("免费查信用报告", question.id)]
    other = Question("x", "房东把房子卖了，租约还算不算数？", ("照旧有效", "作废"), 0, "解析", "出处")
    sold = Lesson("合同", "房东卖房", "租期没到，房东把房子卖了，租约照旧有效。", "出处")
    assert given_away((sold,), Bank((*BANK.questions, other))) == [("房东卖房", "x")]
