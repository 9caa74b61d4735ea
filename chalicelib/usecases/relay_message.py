"""Answers messages on an account that has a server of its own, which goes on answering what is not the contest's."""

from dataclasses import dataclass

from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.units import unit_of
from chalicelib.domain.who_answers import Answerer, who_answers
from chalicelib.ports import CallbackRequest, OwnAnswer, OwnServer
from chalicelib.usecases.answer_message import EVENTS, Conversation


@dataclass(frozen=True, slots=True)
class Relay:
    conversation: Conversation
    own_server: OwnServer

    def answer_message(self, message: IncomingMessage | None, request: CallbackRequest) -> str | OwnAnswer | None:
        """Like `Conversation.answer_message`, or returns the own server's answer. `message` is None if unreadable.

        Raises TryAgain as it does.
        """
        contest, now = self.conversation.contest, self.conversation.clock()
        answerer = who_answers(contest, message, now, self._is_ours)
        if message is None:
            return self.own_server.pass_on(request)
        if answerer is Answerer.CONTEST:
            return self._contest_answer(message, request)
        if message.kind is Kind.SCAN:  # also of a foreign code it shows that its sender follows
            self.conversation.store_or_queue(message)
        answer = self.own_server.pass_on(request)
        if answerer is Answerer.OWN_SERVER_FIRST and not (answer and answer.is_reply):
            return self.conversation.answer_message(message)
        return answer

    def _contest_answer(self, message: IncomingMessage, request: CallbackRequest) -> str | None:
        """The own server hears of our events too, and its answer is dropped: WeChat takes one."""
        if message.kind not in EVENTS:
            return self.conversation.answer_message(message)
        with self.own_server.tell_meanwhile(request):
            return self.conversation.answer_message(message)

    def _is_ours(self, scene: str) -> bool:
        codes = self.conversation
        return bool(unit_of(codes.contest, scene) or codes.share_codes.find_sharer(scene))
