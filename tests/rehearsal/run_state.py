"""The state that the steps of one rehearsal share."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chalicelib.config import load_contest_file
from chalicelib.domain.bank import parse_bank
from chalicelib.domain.contest import Contest
from tests.rehearsal.citizen import Citizen, citizen_of
from tests.rehearsal.cloned_project import contest_file, set_window
from tests.rehearsal.rehearsal_environment import RehearsalEnvironment

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class RunState:
    """`deployed`: the functions' configurations by name, `seconds`: how long the last build or deployment took."""

    env: RehearsalEnvironment
    contest: Contest
    first: Citizen
    friend: Citizen
    deployed: dict[str, Any] = field(default_factory=dict)
    opens_at: datetime = _NEVER
    closes_at: datetime = _NEVER
    seconds: float = 0.0

    @staticmethod
    def of(env: RehearsalEnvironment) -> "RunState":
        contest = load_contest_file(contest_file(env.checkout))
        bank = parse_bank((contest_file(env.checkout).parent / contest.quiz.bank).read_text(encoding="utf-8"))
        return RunState(env, contest, citizen_of(env, bank), citizen_of(env, bank))

    def set_window(self, opens_at: datetime, closes_at: datetime) -> None:
        """Sets the window in the clone and in the built folder, which saves another build."""
        self.opens_at, self.closes_at = opens_at, closes_at
        for folder in (self.env.checkout, self.env.tree):
            set_window(folder, opens_at, closes_at)
        self.contest = load_contest_file(contest_file(self.env.checkout))
