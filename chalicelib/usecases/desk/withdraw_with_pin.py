"""Questions at the desk: an editor looks one up, and withdraws it or puts it back, with PIN and reason."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from chalicelib.domain.bank import Question
from chalicelib.domain.desk.decision_reason import stated_reason
from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.operator_refusals import REFUSALS
from chalicelib.usecases.withdraw_question import QuestionRefused, Withdrawals

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class DeskQuestions:
    withdrawals: Withdrawals
    require_pin: Callable[[str, str], None]
    """Takes a link's id and the PIN that was entered. Raises DeskRefused."""

    def withdrawn(self) -> Sequence[Question]:
        """In the order of the bank, as they are stored. One that the bank no longer has is left out."""
        listed = self.withdrawals.withdrawn()
        return [one for one in self.withdrawals.bank.questions if one.id in listed]

    def look_up(self, words: str) -> Sequence[Question]:
        """Returns the question of this id, or at most MOST_FOUND that have the words in their stem."""
        wanted = words.strip()
        named = [one for one in self.withdrawals.bank.questions if one.id == wanted.lower()]
        alike = (one for one in self.withdrawals.bank.questions if wanted in one.stem)
        return named or [one for one, _ in zip(alike, range(MOST_FOUND), strict=False)]

    def withdraw(self, question_id: str, link_id: str, pin: str, who: str, why: str) -> None:
        """`who` is the link's name in the log. Raises DeskRefused and TryAgain. A refusal takes no try of the PIN."""
        reason = stated_reason(why)
        with _in_words():
            self.withdrawals.find_question(question_id)
            self.withdrawals.require_enough(question_id)
            self.require_pin(link_id, pin)
            self.withdrawals.withdraw(question_id, who, reason)

    def restore(self, question_id: str, link_id: str, pin: str, who: str, why: str) -> None:
        """Raises as `withdraw` does."""
        reason = stated_reason(why)
        with _in_words():
            self.withdrawals.find_question(question_id)
            self.require_pin(link_id, pin)
            self.withdrawals.restore(question_id, who, reason)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except QuestionRefused as error:
        raise DeskRefused(409, REFUSALS[str(error)] + error.detail) from error
