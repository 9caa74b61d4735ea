"""Answers messages on an account with a server of its own, which goes on answering everything that does not concern the
contest."""

from dataclasses import dataclass

from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.units import FOLLOW_SCENE, unit_of
from chalicelib.domain.who_answers import Answerer, who_answers
from chalicelib.ports import CallbackRequest, OwnAnswer, OwnServer
from chalicelib.usecases.answer_message import EVENTS, Conversation


@dataclass(frozen=True, slots=True)
class Relay:
    conversation: Conversation
    own_server: OwnServer

    def answer_message(self, message: IncomingMessage | None, request: CallbackRequest) -> str | OwnAnswer | None:
        """Returns the contest's reply as `Conversation.answer_message` does, or the own server's answer. `message` is
        None if it cannot be read.

        Raises TryAgain as `Conversation.answer_message` does.
        """
        contest, now = self.conversation.contest, self.conversation.clock()
        answerer = who_answers(contest, message, now, self._is_ours)
        if message is None:
            return self.own_server.pass_on(request)
        if answerer is Answerer.CONTEST:
            return self._contest_answer(message, request)
        if message.kind is Kind.SCAN:  # a scan of any code shows that its sender follows
            self.conversation.store_or_queue(message)
        answer = self.own_server.pass_on(request)
        if answerer is Answerer.OWN_SERVER_FIRST and not (answer and answer.is_reply):
            return self.conversation.answer_message(message)
        return answer

    def _contest_answer(self, message: IncomingMessage, request: CallbackRequest) -> str | None:
        """Returns the contest's reply. The own server gets our events too, but its answer is dropped, since WeChat
        takes only one."""
        if message.kind not in EVENTS:
            return self.conversation.answer_message(message)
        with self.own_server.sending_in_background(request):
            return self.conversation.answer_message(message)

    def _is_ours(self, scene: str) -> bool:
        codes = self.conversation
        return scene == FOLLOW_SCENE or bool(unit_of(codes.contest, scene) or codes.share_codes.find_sharer(scene))
