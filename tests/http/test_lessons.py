"""The learning cards are public; the bank is shown with them once the contest is closed, if the organiser wishes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.config import PACKAGED, load_contest
from chalicelib.domain.contest import Learning
from chalicelib.domain.switches import Switches
from tests.http.stage import BANK, CLOSING, OPENING, Stage

LAST = timedelta(milliseconds=1)


def lessons(stage: Stage) -> dict[str, Any]:
    answer = stage.browser().get("/api/lessons")
    assert (answer.status, answer.header("cache-control")) == (200, "public, max-age=300")
    shown: dict[str, Any] = answer.json
    return shown


def show_bank(stage: Stage) -> None:
    stage.services.contest = replace(stage.services.contest, learning=Learning(bank_after_closing=True))


def test_the_cards_are_shown_by_subject_in_every_phase(bare_stage: Stage) -> None:
    cards = bare_stage.ports.lessons
    for now in (OPENING - timedelta(days=9), OPENING, CLOSING):
        bare_stage.now = now
        shown = lessons(bare_stage)
        assert shown.keys() == {"subjects"}
        assert [one["name"] for one in shown["subjects"]] == list(dict.fromkeys(card.subject for card in cards))
        listed = [(card["title"], card["text"], card["source"]) for one in shown["subjects"] for card in one["cards"]]
        assert sorted(listed) == sorted((card.title, card.text, card.source) for card in cards)


def test_the_bank_is_shown_only_after_closing(bare_stage: Stage) -> None:
    show_bank(bare_stage)
    for now in (OPENING - timedelta(days=9), OPENING, CLOSING - LAST):
        bare_stage.now = now
        assert lessons(bare_stage).keys() == {"subjects"}
    bare_stage.now = CLOSING
    shown = lessons(bare_stage)["bank"]
    assert len(shown) == len(BANK)
    assert shown[3] == {
        "stem": "题干 3",
        "options": ["right 3", "wrong 3a", "wrong 3b"],
        "correct": 0,
        "explanation": "reasons 3",
        "source": "statute 3",
        "subject": "",
    }


def test_the_bank_marks_withdrawn_questions(bare_stage: Stage) -> None:
    show_bank(bare_stage)
    bare_stage.now, bare_stage.switches = CLOSING, Switches(withdrawn=frozenset({BANK.ids[3]}))
    shown = lessons(bare_stage)["bank"]
    assert [one["stem"] for one in shown if one.get("withdrawn")] == ["题干 3"]
    assert sum("withdrawn" in one for one in shown) == 1


def test_the_bank_is_hidden_unless_the_section_says_otherwise() -> None:
    text = PACKAGED.read_text(encoding="utf-8")
    assert not load_contest(text).learning.bank_after_closing
    assert not load_contest(f"[learning]\n{text}").learning.bank_after_closing
    assert load_contest(f"[learning]\nbank_after_closing = true\n{text}").learning.bank_after_closing
