"""Answers messages and events from WeChat's platform, and stores the effects of events."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain import conversation, referral
from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.conversation import IncomingMessage, Kind, Moment
from chalicelib.domain.errors import NotFollowing, TryAgain
from chalicelib.domain.participation import FollowChange, Follower
from chalicelib.domain.referral import WaitingReferral
from chalicelib.domain.switches import Switches
from chalicelib.domain.texts import NO_UNIT
from chalicelib.domain.units import unit_of
from chalicelib.domain.wording import Topic
from chalicelib.ports import (
    Clock,
    Control,
    Followers,
    LaterQueue,
    Measure,
    Participants,
    Referrals,
    ShareCodes,
    unmeasured,
)

log = logging.getLogger(__name__)
EVENTS = (Kind.FOLLOW, Kind.UNFOLLOW, Kind.SCAN)
"""The messages that change something."""


@dataclass(frozen=True, slots=True)
class Conversation:
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
    measure: Measure = unmeasured

    def answer_message(self, message: IncomingMessage) -> str | None:
        """Returns the reply's text, or None for no reply. A retried message changes nothing and gets the same reply.

        Raises TryAgain when an event that changes something can neither be stored nor queued: WeChat sends it again.
        """
        unit = self.store_or_queue(message) if message.kind in EVENTS else ""
        if unit is None and message.kind is Kind.SCAN:
            return None  # the reply to a scan needs the store, which is down
        # Unknown messages cause no reads, because the account's other functions must not depend on our store.
        moment = Moment(self.contest, self.clock(), self.quiz_link)
        reply = self._answer(message, moment)
        return conversation.with_unit(reply, unit, moment) if reply and unit else reply

    def store_or_queue(self, message: IncomingMessage) -> str | None:
        """Returns as `store_event` does, or None when the event is queued. Raises TryAgain when neither worked."""
        try:
            return self.store_event(message)
        except Exception as error:  # whatever the cause, the event must not be lost
            if not isinstance(error, TryAgain):
                log.error("an event could not be stored: %s", type(error).__name__)
            if not self.later.put_event(message):
                raise TryAgain from error
        return None

    def store_event(self, message: IncomingMessage) -> str:
        """Idempotently stores the event's effect. Returns the sender's unit if a unit's code was scanned, else an empty
        text. Raises TryAgain."""
        now = self.clock()
        if message.kind is not Kind.SCAN:
            self._store_follow(message, now)
        unit = "" if message.kind is Kind.UNFOLLOW else self._set_unit(message, now)
        if message.kind is Kind.SCAN and not unit:
            self._store_following(message)
            unit = self._set_unit(message, now)
        return unit

    def _store_following(self, message: IncomingMessage) -> None:
        """Records that the sender of a scan follows: WeChat sends scans of followers only, but the event of their
        follow may have been lost."""
        known = self.followers.find_follower(message.openid)
        if known is None or not known.subscribed:
            self.followers.record_lookup(message.openid, True, datetime.fromtimestamp(message.create_time, UTC))

    def _store_follow(self, message: IncomingMessage, now: datetime) -> None:
        change = self._change(message, now)
        after = self.followers.record_change(change)
        if after is None:
            after = self.followers.record_outdated(change)
            if change.subscribed:
                return  # an outdated unfollow still happened and must be settled
        self._settle_referral(after, change, now)

    def _change(self, message: IncomingMessage, now: datetime) -> FollowChange:
        """Returns the change to record. A code counts only within its own contest's window."""
        follows, window = message.kind is Kind.FOLLOW, self.contest.window
        happened = datetime.fromtimestamp(message.create_time, UTC)
        in_window = window.phase(happened) is Phase.OPEN
        return FollowChange(
            openid=message.openid,
            subscribed=follows,
            create_time=message.create_time,
            at=now,
            early=follows and happened < window.opens_at,
            invited_by=(in_window and self.share_codes.find_sharer(message.scene)) or "",
            invited_in=self.contest.id,
        )

    def _settle_referral(self, after: Follower, change: FollowChange, now: datetime) -> None:
        """Settles the referral. After a crash or a lost answer WeChat sends the event again, and it is settled then."""
        if sharer := referral.earning_sharer(self.contest, after, change, now):
            self._grant_or_wait(after, WaitingReferral(after.openid, sharer, change.create_time))
        elif referral.costs_chance(self.contest, after, change, now):
            self.referrals.withdraw_chance(after)

    def _grant_or_wait(self, friend: Follower, waiting: WaitingReferral) -> None:
        if minutes := self.contest.fairness.referral_minutes:
            if not self.later.put_referral(waiting, minutes):
                raise TryAgain
        else:
            self._grant(friend, waiting.sharer)

    def judge_referral(self, waiting: WaitingReferral) -> None:
        """Idempotently grants a referral that has waited, if the friend still follows (R18). Raises TryAgain."""
        friend = self.followers.find_follower(waiting.friend)
        if friend and referral.still_earns(self.contest, friend, waiting, self.clock()):
            self._grant(friend, waiting.sharer)

    def _grant(self, friend: Follower, sharer: str) -> None:
        if self.referrals.grant_chance(friend, sharer, self.contest.fairness.referrals_most):
            self.measure({"Referrals": 1})
            self.later.put_notice(sharer)

    def _set_unit(self, message: IncomingMessage, now: datetime) -> str:
        """Sets the unit whose code was scanned; a unit that is already set is kept. Returns the stored one; empty for
        no unit, or when they are not known to follow."""
        unit = unit_of(self.contest, message.scene)
        if not unit or self.contest.window.phase(now) is Phase.CLOSED:
            return ""
        try:
            return self.contest.reporting.present_name(self.participants.set_unit(message.openid, unit))
        except NotFollowing:
            return ""

    def _answer(self, message: IncomingMessage, moment: Moment) -> str | None:
        if message.kind is Kind.FOLLOW:
            return conversation.welcome(moment)
        if message.kind is Kind.SCAN:
            return self._quiz(message.openid, moment)
        asked = conversation.asked_for(self.contest, message)
        if asked is None:
            return conversation.unknown(moment) if message.kind is Kind.TEXT else None
        if asked.answer is None:
            return conversation.fill(asked.text, moment)
        return self._about(asked.answer, message.openid, moment)

    def _about(self, topic: Topic, openid: str, moment: Moment) -> str:
        replies = self.contest.replies
        if topic is Topic.QUIZ:
            return self._quiz(openid, moment)
        if topic is Topic.MINE:
            return conversation.mine(moment, self.participants.read_participation(openid))
        if topic is Topic.NUMBER:
            return conversation.numbers(moment, self.participants.claims_of(openid))
        if topic is Topic.RANKING:
            return conversation.standings(moment, self.contest.reporting.by_present_name(self.control.stored_counts()))
        if topic is Topic.UNIT:
            unit = self.contest.reporting.present_name(self.participants.read_participation(openid).me.unit or "")
            return conversation.fill(replies.unit, moment, unit=unit or NO_UNIT)
        texts = {Topic.RULES: replies.rules, Topic.CLOSING: replies.quiz_closed}
        return conversation.fill(texts.get(topic, replies.help), moment)

    def _quiz(self, openid: str, moment: Moment) -> str:
        if moment.phase is not Phase.OPEN:
            return conversation.quiz(moment, paused=False, chances=0)
        chances = self.participants.read_participation(openid).me.chances
        return conversation.quiz(moment, self.switches().paused, chances.left)
