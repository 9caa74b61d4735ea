"""Hearing a message or an event of the WeChat platform, and what the account answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import conversation
from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.conversation import Heard, Kind
from chalicelib.domain.participation import FollowChange
from chalicelib.domain.switches import Switches
from chalicelib.ports import Clock, Followers


@dataclass(frozen=True, slots=True)
class Hear:
    contest: Contest
    followers: Followers
    switches: Callable[[], Switches]
    clock: Clock
    quiz_link: str

    def __call__(self, heard: Heard) -> str | None:
        """The reply's text, or None for silence. A retried message changes nothing and gets the same reply."""
        now = self.clock()
        phase = self.contest.window.phase(now)
        if heard.kind in (Kind.FOLLOW, Kind.UNFOLLOW):
            return self._follow(heard, now, phase)
        if heard.kind is Kind.TEXT:
            return conversation.answer_text(self.contest, phase, self._paused(phase), self.quiz_link, heard.content)
        if heard.kind is Kind.CLICK:
            return conversation.answer_click(self.contest, phase, self._paused(phase), self.quiz_link, heard.content)
        return None

    def _follow(self, heard: Heard, now: datetime, phase: Phase) -> str | None:
        follows = heard.kind is Kind.FOLLOW
        change = FollowChange(
            heard.openid, follows, heard.create_time, at=now, early=follows and phase is Phase.ANNOUNCED
        )
        self.followers.apply(change)
        return conversation.welcome(self.contest, phase, self.quiz_link) if follows else None

    def _paused(self, phase: Phase) -> bool:
        return phase is Phase.OPEN and self.switches().paused
