"""An operator's smoke payment: begun once, asked about before anything else, sent again under the same number alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain import smoke
from chalicelib.domain.errors import SmokeRefused
from chalicelib.domain.payouts import STATUS_OF, Answer, Reply
from chalicelib.domain.smoke import SMOKE_FEN, SmokePayment, SmokeTold, smoke_number
from chalicelib.ports import Clock, Followers, LogEntry, NewId, PayoutProvider, SmokePayments, WeChat

BEGIN, RESEND = "pay-smoke", "pay-smoke resend"
"""What the log calls them; each entry begins with the bill number."""


@dataclass(frozen=True, slots=True)
class Told:
    """How the payment stands, and what this run did: `answer` is WeChat Pay's of now, None when the payment had ended
    before and WeChat Pay was not asked; without `has_sent` nothing was proved of sending."""

    payment: SmokePayment
    answer: Answer | None
    has_sent: bool

    @property
    def shown(self) -> SmokeTold:
        return SmokeTold(smoke.shown(self.payment), self.answer, self.has_sent)


@dataclass(frozen=True, slots=True)
class PaySmoke:
    """In every phase, in quiet hours, and while payouts are stopped or held: it is one person's explicit act."""

    payments: SmokePayments
    provider: PayoutProvider
    followers: Followers
    wechat: WeChat
    new_id: NewId
    clock: Clock

    def __call__(self, openid: str, who: str, again: bool = False) -> Told:
        """Begins the first payment, or goes on with the last one; with `again`, begins another when that has ended.

        Raises SmokeRefused, and TryAgain when the store or WeChat is silent: the same command may then be repeated.
        """
        last = next(reversed(self.payments.all()), None)
        if last is None:
            return self._send(self._begin(1, openid, who), who)
        if not again and last.order.openid != openid:
            raise SmokeRefused("smoke_other_person")
        answer = None
        if last.sends and not last.has_ended:
            last, answer = self._ask(last)
        if again and not last.has_ended:
            raise SmokeRefused("smoke_not_ended")
        if again:
            return self._send(self._begin(last.number + 1, openid, who), who)
        if not last.has_ended and smoke.may_send(last, answer, self.clock()):
            return self._send(last, who)
        return Told(last, answer, has_sent=False)

    def _begin(self, number: int, openid: str, who: str) -> SmokePayment:
        """Everything that WeChat Pay will be told is stored before it is told anything."""
        if not self._follows(openid):
            raise SmokeRefused("smoke_no_follower")
        order = self.provider.order(smoke_number(self.new_id()), openid, SMOKE_FEN)
        payment = SmokePayment(number, order, self.clock())
        begun = self.payments.begin(payment, self._entry(payment, who, BEGIN))
        if begun is None:
            raise SmokeRefused("smoke_changed")
        return begun

    def _follows(self, openid: str) -> bool:
        """A mistyped openid would never end: WeChat Pay refuses it, and a refusal is not its word that it failed."""
        known = self.followers.find(openid)
        return (known is not None and known.subscribed) or self.wechat.is_following(openid)

    def _send(self, payment: SmokePayment, who: str) -> Told:
        """Takes the payment first, so that of two operators only one sends."""
        entry = self._entry(payment, who, RESEND) if payment.sends else None
        taken = self._write(payment, smoke.begun(payment, self.clock()), entry)
        answer = self.provider.send(taken.order)
        after = self._write(taken, smoke.after_send(taken, answer, self.clock()))
        if answer.reply is Reply.ACCEPTED:
            return Told(after, answer, has_sent=True)
        # A refusal can have paid, and silence says nothing: WeChat Pay is asked at once.
        asked, said = self._ask(after)
        return Told(asked, said if said.reply in STATUS_OF else answer, has_sent=True)

    def _ask(self, payment: SmokePayment) -> tuple[SmokePayment, Answer]:
        answer = self.provider.query(payment.order.mch_billno)
        after = smoke.after_query(payment, answer)
        return (payment if after == payment else self._write(payment, after)), answer

    def _write(self, before: SmokePayment, after: SmokePayment, entry: LogEntry | None = None) -> SmokePayment:
        written = self.payments.replace(before, after, entry)
        if written is None:
            raise SmokeRefused("smoke_changed")
        return written

    def _entry(self, payment: SmokePayment, who: str, what: str) -> LogEntry:
        return LogEntry(self.clock(), who, what, f"{payment.order.mch_billno} {payment.order.amount_fen}")


def begun_numbers(log: Iterable[LogEntry]) -> frozenset[str]:
    """Bill numbers of all smoke payments that the log says were begun."""
    return frozenset(entry.about.split()[0] for entry in log if entry.what == BEGIN)
