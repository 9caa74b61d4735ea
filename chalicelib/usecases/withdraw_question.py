"""Operators withdraw a question that is wrong (R4), or put it back. Each is written to the log with its change."""

from collections.abc import Set
from dataclasses import dataclass

from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.contest_rules import QuizRules
from chalicelib.domain.draw_cells import together
from chalicelib.domain.errors import OperatorRefused
from chalicelib.ports import Clock, Control, LogEntry

WITHDRAW, RESTORE = "bank withdraw", "bank restore"
IN_USE, WITHDRAWN = "in_use", "withdrawn"
"""Words of the log."""


class QuestionRefused(OperatorRefused):
    """No question has this id, or too few would be left. The text is a key of `operator_refusals.REFUSALS`."""


@dataclass(frozen=True, slots=True)
class Withdrawals:
    bank: Bank
    rules: QuizRules
    control: Control
    clock: Clock

    def withdrawn(self) -> frozenset[str]:
        """Returns the withdrawn questions' ids, as they are stored now."""
        return self.control.read_switches().withdrawn

    def find_question(self, question_id: str) -> Question:
        """Raises QuestionRefused."""
        try:
            return self.bank.get(question_id)
        except KeyError:
            raise QuestionRefused("no_such_question", question_id) from None

    def require_enough(self, question_id: str) -> None:
        """Raises QuestionRefused if no draw could be made without this question and those withdrawn already."""
        self._require_enough(self.withdrawn() | {question_id})

    def withdraw(self, question_id: str, who: str, why: str) -> bool:
        """Withdraws a question from all draws and gradings from now on. Returns False if it was withdrawn already.

        Raises QuestionRefused, also if the list changed meanwhile: too few might be left.
        """
        self.find_question(question_id)
        before = self.withdrawn()
        if question_id in before:
            return False
        self._require_enough(before | {question_id})
        self._change(before, question_id, True, who, why)
        return True

    def restore(self, question_id: str, who: str, why: str) -> bool:
        """Takes a question back into the draws. Graded attempts stay as they are. Returns False if it is not withdrawn.

        Raises QuestionRefused if the list changed meanwhile.
        """
        before = self.withdrawn()
        if question_id not in before:
            return False
        self._change(before, question_id, False, who, why)
        return True

    def _change(self, before: Set[str], question_id: str, withdrawn: bool, who: str, why: str) -> None:
        what, old, new = (WITHDRAW, IN_USE, WITHDRAWN) if withdrawn else (RESTORE, WITHDRAWN, IN_USE)
        entry = LogEntry(self.clock(), who, what, question_id, old, new, why)
        if not self.control.change_withdrawn(before, question_id, withdrawn, entry):
            raise QuestionRefused("changed_meanwhile")

    def _require_enough(self, withdrawn: Set[str]) -> None:
        left = together(one for one in self.bank.questions if one.id not in withdrawn)
        if left < self.rules.draw_size:
            raise QuestionRefused("too_few_left", f"能同时抽到的只剩 {left} 题，每次要抽 {self.rules.draw_size} 题")
