"""What the account answers: the contest's words, the embargo before opening, and silence for everything else."""

from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.contest import Phase, UnknownText
from chalicelib.domain.conversation import (
    HELP_WORDS,
    QUIZ_KEY,
    QUIZ_WORDS,
    TO_CUSTOMER_SERVICE,
    answer_click,
    answer_text,
    quiz,
    welcome,
)

CONTEST = load_contest_file(PACKAGED)
LINK = "https://quiz.example/oauth/start?next=/"


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("text", ["答题", " 开始答题\n", "QUIZ", "帮助", "你好", ""])
def test_before_opening_no_answer_holds_the_link(text: str, paused: bool) -> None:
    for unknown in UnknownText:
        contest = replace(CONTEST, replies=replace(CONTEST.replies, unknown_text=unknown))
        answer = answer_text(contest, Phase.ANNOUNCED, paused, LINK, text)
        assert LINK not in (answer or "")
    assert LINK not in welcome(CONTEST, Phase.ANNOUNCED, LINK)
    assert LINK not in (answer_click(CONTEST, Phase.ANNOUNCED, paused, LINK, QUIZ_KEY) or "")


def test_one_who_follows_is_welcomed_by_phase() -> None:
    replies = {phase: welcome(CONTEST, phase, LINK) for phase in Phase}
    assert "7月8日00:00" in replies[Phase.ANNOUNCED]
    assert LINK in replies[Phase.OPEN]
    assert LINK not in replies[Phase.CLOSED]
    assert all(CONTEST.theme in text and "{" not in text for text in replies.values())


def test_the_opening_is_told_in_shanghai_time_however_the_file_says_it() -> None:
    window = replace(CONTEST.window, opens_at=CONTEST.window.opens_at.astimezone(UTC))
    assert welcome(replace(CONTEST, window=window), Phase.ANNOUNCED, LINK) == welcome(CONTEST, Phase.ANNOUNCED, LINK)


@pytest.mark.parametrize("word", sorted(QUIZ_WORDS))
@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("paused", [False, True])
def test_the_quiz_words_and_the_menu_say_the_same(word: str, phase: Phase, paused: bool) -> None:
    said = quiz(CONTEST, phase, paused, LINK)
    assert answer_text(CONTEST, phase, paused, LINK, f" {word.upper()} \n") == said
    assert answer_click(CONTEST, phase, paused, LINK, QUIZ_KEY) == said


def test_a_pause_is_told_while_open_alone() -> None:
    assert quiz(CONTEST, Phase.OPEN, True, LINK) == CONTEST.replies.quiz_paused
    assert LINK in quiz(CONTEST, Phase.OPEN, False, LINK)
    for phase in (Phase.ANNOUNCED, Phase.CLOSED):
        assert quiz(CONTEST, phase, True, LINK) == quiz(CONTEST, phase, False, LINK)


def other_words() -> st.SearchStrategy[str]:
    return st.text(max_size=50).filter(lambda text: text.strip().lower() not in QUIZ_WORDS | HELP_WORDS)


@given(other_words(), st.sampled_from(Phase), st.booleans())
def test_the_accounts_own_functions_are_left_alone(text: str, phase: Phase, paused: bool) -> None:
    def answer(unknown: UnknownText) -> str | None:
        contest = replace(CONTEST, replies=replace(CONTEST.replies, unknown_text=unknown))
        return answer_text(contest, phase, paused, LINK, text)

    assert answer(UnknownText.SILENT) is None
    assert answer(UnknownText.HELP) == CONTEST.replies.help
    assert answer(UnknownText.CUSTOMER_SERVICE) == TO_CUSTOMER_SERVICE


@pytest.mark.parametrize("word", sorted(HELP_WORDS))
@pytest.mark.parametrize("unknown", UnknownText)
def test_help_is_given_when_asked_for(word: str, unknown: UnknownText) -> None:
    contest = replace(CONTEST, replies=replace(CONTEST.replies, unknown_text=unknown))
    assert answer_text(contest, Phase.OPEN, False, LINK, word) == CONTEST.replies.help


@given(st.text(max_size=128).filter(lambda key: key != QUIZ_KEY))
def test_other_menu_buttons_are_not_ours(key: str) -> None:
    assert answer_click(CONTEST, Phase.OPEN, False, LINK, key) is None
