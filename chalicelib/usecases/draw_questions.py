"""Draws questions without a write: a sealed token carries the draw."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from chalicelib.domain import attempts
from chalicelib.domain.bank import Bank
from chalicelib.domain.contest_rules import QuizRules
from chalicelib.domain.draw_cells import Cell, cells_left, draw_cells
from chalicelib.domain.errors import NotFollowing
from chalicelib.ports import AttemptTokens, Followers, NewId
from chalicelib.usecases.gate import Gate


@dataclass(frozen=True, slots=True)
class Offer:
    """A draw as the participant gets it."""

    draw: attempts.Draw
    token: str
    expires_at: datetime


class CurrentCells:
    """The bank's cells without the withdrawn questions, made anew only when the list of those changes.

    Raises BankError at once if no draw can be made of the whole bank.
    """

    def __init__(self, bank: Bank, rules: QuizRules) -> None:
        self._bank, self._rules = bank, rules
        self._known: tuple[Set[str], tuple[Cell, ...]] = (frozenset(), draw_cells(bank, rules))

    def without(self, withdrawn: Set[str]) -> tuple[Cell, ...]:
        listed, cells = self._known
        if listed != withdrawn:
            cells = cells_left(self._bank, self._rules, withdrawn)
            self._known = withdrawn, cells
        return cells


@dataclass(frozen=True, slots=True)
class Draws:
    gate: Gate
    cells: CurrentCells
    followers: Followers
    tokens: AttemptTokens
    rng: Random
    new_id: NewId

    def draw_questions(self, openid: str) -> Offer:
        """Raises the gate's errors, NotFollowing, and TryAgain where too few questions are left."""
        now = self.gate.enter()
        follower = self.followers.find_follower(openid)
        if follower is None or not follower.subscribed:
            raise NotFollowing
        cells = self.cells.without(self.gate.switches().withdrawn)
        drawn = attempts.draw(cells, self.new_id(), now, self.rng)
        minutes = self.gate.contest.quiz.attempt_minutes
        return Offer(drawn, self.tokens.seal_draw(openid, drawn), now + timedelta(minutes=minutes))
