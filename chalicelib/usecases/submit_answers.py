"""Grades a submission once, in one conditional transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain import attempts
from chalicelib.domain.attempts import Attempt, Draw
from chalicelib.domain.bank import Bank
from chalicelib.domain.contest_rules import QuizRules
from chalicelib.domain.errors import (
    AttemptAlreadyGraded,
    AttemptInvalid,
    ContestError,
    NotFollowing,
    TooManyRequests,
    TryAgain,
)
from chalicelib.domain.participation import Standing
from chalicelib.ports import AttemptTokens, Participants, Verdict
from chalicelib.usecases.gate import Gate

TRIES = 3
"""Tries while the store is silent or in conflict."""


@dataclass(frozen=True, slots=True)
class Submissions:
    gate: Gate
    bank: Bank
    participants: Participants
    tokens: AttemptTokens

    def submit_answers(self, openid: str, attempt_id: str, token: str, answers: Mapping[str, str]) -> Attempt:
        """Returns the graded attempt. A repeat of the same submission gets the same one, at any time.

        Raises, in this order: the gate's errors, AttemptInvalid, BadRequest, NotFollowing, AttemptAlreadyGraded,
        AttemptExpired, TooManyRequests, TryAgain.
        """
        now = self.gate.clock()
        refusal = self.gate.why_refused_at(now)
        try:
            drawn = self.tokens.unseal_draw(openid, attempt_id, token)
            attempts.check_answers(drawn, answers)
        except ContestError as wrong:
            raise refusal or wrong from None
        if refusal is None and _wrong_time(drawn, now, self._rules) is None:
            try:
                withdrawn = self.gate.switches().withdrawn
                attempt = attempts.grade(drawn, answers, self.bank, self._rules.pass_mark, now, withdrawn)
            except KeyError:  # the bank changed after the draw, perhaps after grading
                refusal = AttemptInvalid()
            else:
                if self._recorded(openid, attempt):
                    return attempt
                refusal = self.gate.why_refused_at(now)
        return self._repeat(openid, drawn, answers, refusal, now)

    @property
    def _rules(self) -> QuizRules:
        return self.gate.contest.quiz

    def _recorded(self, openid: str, attempt: Attempt) -> bool:
        """Retries while the store is busy, unless the contest is paused."""
        for _ in range(TRIES):
            verdict = self.participants.record_attempt(openid, attempt, self._rules.min_seconds)
            if verdict is not Verdict.BUSY or self.gate.why_refused_at(attempt.graded_at):
                return verdict is Verdict.DONE
        return False

    def _repeat(
        self, openid: str, drawn: Draw, answers: Mapping[str, str], refusal: ContestError | None, now: datetime
    ) -> Attempt:
        standing = self.participants.read_standing(openid, drawn.attempt_id)
        if standing.attempt and standing.attempt.answered_as(answers):
            return standing.attempt
        raise refusal or _why_not_graded(standing, drawn, now, self._rules)


def _wrong_time(drawn: Draw, now: datetime, rules: QuizRules) -> ContestError | None:
    try:
        attempts.check_time(drawn, now, rules.attempt_minutes, rules.min_seconds)
    except ContestError as refusal:
        return refusal
    return None


def _why_not_graded(standing: Standing, drawn: Draw, now: datetime, rules: QuizRules) -> ContestError:
    if not standing.subscribed:
        return NotFollowing()
    if standing.attempt:
        return AttemptAlreadyGraded()
    last = standing.me.submitted_at
    if wrong := _wrong_time(drawn, now, rules):
        return wrong
    if last and now - last < timedelta(seconds=rules.min_seconds):
        return TooManyRequests()
    return TryAgain()
