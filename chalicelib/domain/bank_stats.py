"""Statistics of a bank: counts of its questions, and of the answers given to them in a contest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.bank_sheet import SHOWN

ENOUGH = 20
"""A question with fewer answers is not judged."""
HARD = 0.3
"""Below this share of right answers, a question is answered no better than by guessing."""


@dataclass(slots=True)
class Tally:
    """The answers to one question. `wrong` counts the wrong options by their index in the bank."""

    drawn: int = 0
    answered: int = 0
    right: int = 0
    wrong: Counter[int] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The share of right answers."""
        return self.right / self.answered if self.answered else 0.0


def tally(attempts: Iterable[Attempt]) -> dict[str, Tally]:
    """Counts all answers by question id. Reads each attempt once."""
    found: dict[str, Tally] = {}
    for attempt in attempts:
        for answer in attempt.answers:
            one = found.setdefault(answer.question_id, Tally())
            one.drawn += 1
            if answer.chosen is None:
                continue
            one.answered += 1
            if answer.chosen == answer.correct:  # not `counts`: this is about the question, not the score
                one.right += 1
            elif answer.picked is not None:
                one.wrong[answer.picked] += 1
    return found


def suspicion(one: Tally) -> str:
    """Returns why someone should check the question; empty if there is no reason or there are too few answers."""
    if one.answered < ENOUGH:
        return ""
    if one.wrong and max(one.wrong.values()) > one.right:
        return "错项比正确项选的人多，请核对答案"
    return "答对的不到三成" if one.share < HARD else ""


def report(bank: Bank, found: dict[str, Tally], withdrawn: Set[str] = frozenset()) -> Iterator[str]:
    """Yields a line for each question: suspicious ones first, then from hard to easy.

    Those with few answers come last, and those without any at the end.
    """
    tallies = [(question, found.get(question.id, Tally())) for question in bank.questions]
    for question, one in sorted(tallies, key=_rank):
        right = f"{one.share:.0%}" if one.answered else "—"
        counts = f"抽到 {one.drawn}  作答 {one.answered}  答对 {right}"
        yield f"{question.id}  {counts}{_lure(question, one)}{'  已撤回' * (question.id in withdrawn)}"
        if why := suspicion(one):
            yield f"      可疑：{why}。{question.stem} 答案：{question.options[question.answer]}"
    removed = sorted(found.keys() - set(bank.ids))
    if removed:
        yield f"已不在题库中的：{'、'.join(removed)}"


def overview(bank: Bank) -> Iterator[str]:
    """Counts the questions by subject, difficulty and how their answers were checked."""
    yield "\t".join(("科目", "题数", *SHOWN["difficulty"].values(), *SHOWN["checked"].values()))
    for subject in [*dict.fromkeys(question.subject for question in bank.questions), None]:
        some = [question for question in bank.questions if subject in (question.subject, None)]
        levels = [sum(question.difficulty == level for question in some) for level in SHOWN["difficulty"]]
        checks = [sum(question.checked == word for question in some) for word in SHOWN["checked"]]
        counts = [len(some), *levels, *checks]
        yield "\t".join(["合计" if subject is None else subject or "（无科目）", *map(str, counts)])


def sign_off(bank: Bank) -> Iterator[str]:
    """Lists, for the organiser, every question whose answer nobody has checked, with its source, by subject."""
    for subject in dict.fromkeys(question.subject for question in bank.questions):
        for question in bank.questions:
            if question.subject == subject and question.checked == "open":
                yield f"{question.id}  {question.stem}"
                yield f"      答案：{question.options[question.answer]}  出处：{question.source}"


def _rank(pair: tuple[Question, Tally]) -> tuple[bool, bool, bool, float]:
    _, one = pair
    lead = max(one.wrong.values(), default=0) - one.right
    if suspicion(one):
        return False, False, False, -lead / one.answered
    return True, one.answered < ENOUGH, not one.answered, one.share


def _lure(question: Question, one: Tally) -> str:
    """Names the wrong option that was chosen most often."""
    if not one.wrong:
        return ""
    index, count = one.wrong.most_common(1)[0]
    option = question.options[index] if index < len(question.options) else "（已改）"
    return f"  错选最多 {'ABCD'[index]} {count / one.answered:.0%} “{option}”"
