"""Draws questions without a write: a sealed token carries the draw."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from chalicelib.domain import attempts
from chalicelib.domain.draw_cells import Cell
from chalicelib.domain.errors import NotFollowing
from chalicelib.ports import AttemptTokens, Followers, NewId
from chalicelib.usecases.gate import Gate


@dataclass(frozen=True, slots=True)
class Offer:
    """A draw as the participant gets it."""

    draw: attempts.Draw
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Draws:
    gate: Gate
    cells: tuple[Cell, ...]
    followers: Followers
    tokens: AttemptTokens
    rng: Random
    new_id: NewId

    def draw_questions(self, openid: str) -> Offer:
        """Raises the gate's errors, and NotFollowing."""
        now = self.gate.enter()
        follower = self.followers.find_follower(openid)
        if follower is None or not follower.subscribed:
            raise NotFollowing
        drawn = attempts.draw(self.cells, self.new_id(), now, self.rng)
        minutes = self.gate.contest.quiz.attempt_minutes
        return Offer(drawn, self.tokens.seal_draw(openid, drawn), now + timedelta(minutes=minutes))
