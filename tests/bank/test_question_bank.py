"""The shipped bank: its contents, the proof of its answers in the law, and texts that do not give them away."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median

import pytest

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.attempts import draw
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.contest_rules import MixCell
from chalicelib.domain.draw_cells import draw_cells
from tests.bank.__main__ import guess_table, subject_table
from tests.bank.banks import BEFORE, SHIPPED
from tests.bank.evidence import articles, evidence
from tests.bank.guesses import guesses, rate
from tests.bank.likeness import give_aways, near_duplicates
from tests.bank.numbers import amount, ranks

LEAST = {
    "征信报告": 40,
    "企业公示": 35,
    "失信执行": 25,
    "合同借贷": 40,
    "消费食药": 45,
    "劳动社保": 30,
    "税收财会": 25,
    "个人信息": 30,
    "政务营商": 25,
    "考试公益": 20,
    "诚信文化": 0,
}
MOST_CULTURE = 20
NOW = datetime(2020, 7, 8, tzinfo=UTC)
DOCUMENT = Path(__file__).parents[2] / "docs/question-bank.md"
EVIDENCE = list(evidence())
NOT_IN_FORCE_OR_NOT_OF_2020 = ("15-", "16-", "17-", "18-", "30-", "61-", "65-")
"""Texts that were not in force in July 2020: no question is checked in them."""


# Contents


def test_there_are_enough_questions_of_each_subject() -> None:
    found = Counter(one.subject for one in SHIPPED.questions)
    assert len(SHIPPED) >= 320
    assert set(found) == set(LEAST)
    assert {subject for subject, least in LEAST.items() if found[subject] < least} == set()
    assert found["诚信文化"] <= MOST_CULTURE


def test_ids_continue_those_of_before() -> None:
    assert SHIPPED.ids == tuple(f"q{number:03d}" for number in range(1, len(SHIPPED) + 1))
    assert SHIPPED.ids[: len(BEFORE)] == BEFORE.ids


def test_forty_percent_are_easy_forty_medium_twenty_hard() -> None:
    found = Counter(one.difficulty for one in SHIPPED.questions)
    assert [round(found[word] / len(SHIPPED), 1) for word in ("easy", "medium", "hard")] == [0.4, 0.4, 0.2]


def test_hard_does_not_mean_numbers() -> None:
    hard = [one for one in SHIPPED.questions if one.difficulty == "hard"]
    assert sum(amount(one.options[one.answer]) is not None for one in hard) <= len(hard) / 3


def test_stems_are_short() -> None:
    stems = [len(one.stem) for one in SHIPPED.questions]
    assert median(stems) <= 30
    assert max(stems) <= 60


def test_the_name_of_a_law_is_in_the_source_and_not_in_the_stem() -> None:
    assert [one.id for one in SHIPPED.questions if re.search("《.*(法|条例|规定|办法|纲要|意见).*》", one.stem)] == []


def test_four_options_of_like_length() -> None:
    sizes = {one.id: [len(option) for option in one.options] for one in SHIPPED.questions}
    assert {id_: size for id_, size in sizes.items() if len(size) != 4 or max(size) > 1.6 * min(size)} == {}


def test_explanations_are_one_or_two_sentences() -> None:
    ends = {one.id: len(re.findall("[。？！](?!”)", one.explanation)) for one in SHIPPED.questions}
    assert {id_: count for id_, count in ends.items() if not 1 <= count <= 2} == {}


def test_right_answers_are_spread_over_the_positions() -> None:
    found = Counter(one.answer for one in SHIPPED.questions)
    assert all(0.2 <= found[place] / len(SHIPPED) <= 0.3 for place in range(4))


def test_the_contest_can_draw_from_it_and_a_group_has_two_or_more() -> None:
    assert draw_cells(SHIPPED, load_contest_file(PACKAGED).quiz)
    groups = Counter(one.group for one in SHIPPED.questions if one.group)
    assert [group for group, size in groups.items() if size < 2] == []


def test_no_draw_has_two_of_a_group() -> None:
    cells, rng = draw_cells(SHIPPED, load_contest_file(PACKAGED).quiz), Random(1)
    for number in range(2_000):
        drawn = draw(cells, str(number), NOW, rng).questions
        groups = [group for one in drawn if (group := SHIPPED.get(one.question_id).group)]
        assert len(groups) == len(set(groups))


def test_a_mix_of_ten_subjects_can_be_drawn() -> None:
    rules = load_contest_file(PACKAGED).quiz
    mix = tuple(MixCell(subject, 1) for subject in LEAST if subject != "诚信文化")
    assert [cell.number for cell in draw_cells(SHIPPED, replace(rules, mix=mix))] == [1] * 10


def test_the_document_has_the_tables() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert "\n".join(subject_table()) in text
    assert "\n".join(guess_table()) in text
    assert f"has {len(SHIPPED)} questions" in text


def test_the_document_names_every_question_to_sign_off() -> None:
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| q")]
    named: set[str] = set()
    for first, last in re.findall(r"(q\d{3})(?:—(q\d{3}))?", " ".join(row.split("|")[1] for row in rows)):
        named |= {id_ for id_ in SHIPPED.ids if first <= id_ <= (last or first)}
    assert named == {one.id for one in SHIPPED.questions if one.checked != "text"}


# Its answers are in the law


def test_every_question_checked_in_a_text_has_its_evidence_and_no_other() -> None:
    assert sorted(one.id for one in EVIDENCE) == [one.id for one in SHIPPED.questions if one.checked == "text"]


def test_the_words_are_in_the_article() -> None:
    """One test for all questions: a case for each would cost more than the comparison."""
    assert [one.id for one in EVIDENCE if len(one.words) < 6] == []
    assert [one.id for one in EVIDENCE if one.words not in articles(one.file)[one.article]] == []
    assert [one.id for one in EVIDENCE if one.file.startswith(NOT_IN_FORCE_OR_NOT_OF_2020)] == []


def test_the_source_names_the_article() -> None:
    # The questions on an amendment name the article of the criminal law itself.
    own = [one for one in EVIDENCE if "修正案" not in one.file]
    assert [one.id for one in own if one.article not in SHIPPED.get(one.id).source] == []


def test_only_quoted_articles_are_kept() -> None:
    quoted = {(one.file, one.article) for one in EVIDENCE}
    assert {(file, article) for file in {one.file for one in EVIDENCE} for article in articles(file)} == quoted


# Its texts do not give them away


@pytest.mark.parametrize("guess", guesses(SHIPPED))
def test_a_guess_is_rarely_right(guess: str) -> None:
    assert rate(SHIPPED.questions, guesses(SHIPPED)[guess]) <= 0.33


def test_the_guesses_would_catch_the_questions_of_before() -> None:
    found = guesses(BEFORE)
    assert rate(BEFORE.questions, found["like the theme"]) > 0.5
    assert rate(BEFORE.questions, found["like the stem"]) > 0.4


def test_a_tie_counts_as_a_share() -> None:
    bank = Bank((Question("q1", "stem", ("ab", "cd", "ef", "gh"), 2, "why", "where"),))
    assert {rate(bank.questions, guess) for guess in guesses(bank).values()} == {0.25}


def test_no_two_questions_are_nearly_the_same() -> None:
    assert [(one.id, two.id) for _, one, two in near_duplicates(SHIPPED)] == []
    assert ("q003", "q004") in [(one.id, two.id) for _, one, two in near_duplicates(BEFORE)]


def test_an_answer_is_given_away_only_within_a_group() -> None:
    """Two questions of one group are never in one draw."""
    found = [one for one in give_aways(SHIPPED) if not one.told.group or one.told.group != one.teller.group]
    assert [(told.id, teller.id, part) for told, teller, part in found] == []


def test_a_given_answer_would_be_noticed() -> None:
    found = {(told.id, teller.id) for told, teller, _ in give_aways(BEFORE)}
    assert ("q041", "q042") in found


def test_the_right_amount_has_each_rank_about_equally_often() -> None:
    found = ranks(SHIPPED.questions)
    assert found.total() > 40
    assert all(0.18 <= found[rank] / found.total() <= 0.32 for rank in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("20个", 20),
        ("六个月", 180),
        ("二年", 730),
        ("百分之三百", 300),
        ("百分之一百五十", 150),
        ("万分之五", 5),
        ("二十万元", 20),
        ("5倍至10倍", None),
        ("书面警告", None),
    ],
)
def test_amounts_are_read(option: str, expected: int | None) -> None:
    assert amount(option) == expected
