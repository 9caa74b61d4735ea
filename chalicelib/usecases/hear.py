"""Hearing a message or an event of the WeChat platform, and what the account answers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import conversation, referral
from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.conversation import IncomingMessage, Kind, Moment
from chalicelib.domain.errors import NotFollowing, TryAgain
from chalicelib.domain.participation import FollowChange, Follower
from chalicelib.domain.switches import Switches
from chalicelib.domain.texts import NO_UNIT
from chalicelib.domain.units import unit_of
from chalicelib.domain.wording import Topic
from chalicelib.ports import Clock, Control, Followers, LaterQueue, Participants, Referrals, ShareCodes

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hear:
    contest: Contest
    followers: Followers
    participants: Participants
    referrals: Referrals
    share_codes: ShareCodes
    control: Control
    later: LaterQueue
    switches: Callable[[], Switches]
    clock: Clock
    quiz_link: str

    def __call__(self, heard: IncomingMessage) -> str | None:
        """The reply's text, or None for silence. A retried message changes nothing and gets the same reply.

        Raises TryAgain when an event that changes something can neither be stored nor queued: WeChat sends it again.
        """
        if heard.kind in (Kind.FOLLOW, Kind.UNFOLLOW, Kind.SCAN) and not self._taken(heard):
            # A scan's answer would be read from the store, which is down.
            return None if heard.kind is Kind.SCAN else self._answer(heard)
        return self._answer(heard)

    def _taken(self, heard: IncomingMessage) -> bool:
        """Whether the event is stored; else it waits in the queue. Raises TryAgain when it does neither."""
        try:
            self.take_in(heard)
        except Exception as error:  # whatever keeps the store from it, the event must not be lost
            if not isinstance(error, TryAgain):
                log.error("an event could not be stored: %s", type(error).__name__)
            if not self.later.put(heard):
                raise TryAgain from error
            return False
        return True

    def take_in(self, heard: IncomingMessage) -> None:
        """Stores what an event changes; as often as it comes. Raises TryAgain."""
        now = self.clock()
        if heard.kind is not Kind.SCAN:
            self._follow(heard, now)
        if heard.kind is not Kind.UNFOLLOW and (unit := unit_of(self.contest, heard.scene)):
            self._join(heard.openid, unit, now)

    def _follow(self, heard: IncomingMessage, now: datetime) -> None:
        follows, opens = heard.kind is Kind.FOLLOW, self.contest.window.opens_at
        change = FollowChange(
            openid=heard.openid,
            subscribed=follows,
            create_time=heard.create_time,
            at=now,
            early=follows and heard.create_time < opens.timestamp(),
            invited_by=self.share_codes.sharer(heard.scene) or "",
        )
        after = self.followers.apply(change)
        if after is None and not follows:
            # Overtaken by a later event, the leaving still happened: it is to be settled all the same.
            after = self.followers.find(heard.openid)
        if after:
            self._settle_referral(after, change, now)

    def _settle_referral(self, after: Follower, change: FollowChange, now: datetime) -> None:
        """When this dies, or its answer is lost, WeChat sends the event again and it is settled then."""
        if referral.earns_chance(self.contest, after, change, now):
            if self.referrals.grant(after, after.invited_by):
                self.later.tell(after.invited_by)
        elif referral.costs_chance(self.contest, after, change, now):
            self.referrals.withdraw(after)

    def _join(self, openid: str, unit: str, now: datetime) -> None:
        """Through the unit's code, once; who has a unit keeps it."""
        if self.contest.window.phase(now) is Phase.CLOSED:
            return
        try:
            self.participants.set_unit(openid, unit)
        except NotFollowing:
            return  # left again before this event came

    def _answer(self, heard: IncomingMessage) -> str | None:
        # Nothing is read for what the contest does not know: the account's own functions must not hang on our store.
        moment = Moment(self.contest, self.clock(), self.quiz_link)
        if heard.kind is Kind.FOLLOW:
            return conversation.welcome(moment)
        if heard.kind is Kind.SCAN:
            return self._quiz(heard.openid, moment)
        asked = conversation.asked_for(self.contest, heard)
        if asked is None:
            return conversation.unknown(moment) if heard.kind is Kind.TEXT else None
        if asked.answer is None:
            return conversation.fill(asked.text, moment)
        return self._about(asked.answer, heard.openid, moment)

    def _about(self, topic: Topic, openid: str, moment: Moment) -> str:
        replies = self.contest.replies
        if topic is Topic.QUIZ:
            return self._quiz(openid, moment)
        if topic is Topic.MINE:
            return conversation.mine(moment, self.participants.participation(openid))
        if topic is Topic.RANKING:
            return conversation.standings(moment, self.control.counts())
        if topic is Topic.UNIT:
            unit = self.participants.participation(openid).me.unit
            return conversation.fill(replies.unit, moment, unit=unit or NO_UNIT)
        texts = {Topic.RULES: replies.rules, Topic.CLOSING: replies.quiz_closed}
        return conversation.fill(texts.get(topic, replies.help), moment)

    def _quiz(self, openid: str, moment: Moment) -> str:
        if moment.phase is not Phase.OPEN:
            return conversation.quiz(moment, paused=False, chances=0)
        chances = self.participants.participation(openid).me.chances
        return conversation.quiz(moment, self.switches().paused, chances.left)
