"""Mechanisms of docs/invariants.md in the domain and the use cases, each broken once.

The explorer must find each in the named scenario. Mechanisms of the store are not among them, because the in-memory
store is not production's; that document lists their tests.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from chalicelib.domain import payout_decisions, payout_holds, receipt_decisions, referral, smoke
from chalicelib.domain.switches import Switches
from chalicelib.usecases.answer_message import Conversation
from chalicelib.usecases.claim_refusals import ClaimRefusals
from chalicelib.usecases.decide_payout import Decisions
from chalicelib.usecases.desk.desk_jobs import DeskJobs
from chalicelib.usecases.desk.desk_links import DeskLinks
from chalicelib.usecases.desk.event_records import EventRecords
from chalicelib.usecases.desk.story_records import StoryRecords
from chalicelib.usecases.desk.unit_records import UnitRecords
from chalicelib.usecases.lay_plan import PlanSetup
from chalicelib.usecases.open_packet import Claims
from chalicelib.usecases.pay_claim import PayoutWorker
from chalicelib.usecases.submit_answers import Submissions
from chalicelib.usecases.sweep import Sweep
from chalicelib.usecases.take_notification import Notifications


@dataclass(frozen=True)
class Mutation:
    """In the source of `where`, `old` becomes `new`."""

    what: str
    where: Callable[..., Any]
    old: str
    new: str
    scenario: str


MUTATIONS = (
    Mutation(
        "I1 a plan is activated without comparing the pool with it",
        PlanSetup.activate_plan, "if laid != free", "if False",
        "lay_activate",
    ),
    Mutation(
        "I1 a packet is laid although it is claimed",
        PlanSetup.lay_plan, "plan.unclaimed(claims)", "plan.packets()", "lay_claimed",
    ),
    Mutation(
        "I1 another plan is laid while one has claims",
        PlanSetup._claims, "if any(claim.packet.plan_id != own for claim in claims)", "if False", "lay_other",
    ),
    Mutation(
        "I1 a plan with claims is discarded",
        PlanSetup.discard_plan, "if any(claim.packet.plan_id == plan.plan_id for claim in self.ledger.all_claims())",
        "if False", "discard_claimed",
    ),
    Mutation(
        "I3 an unfollow that arrives after a later event is not settled",
        Conversation._store_follow, "if change.subscribed:", "if True:", "late_unfollow",
    ),
    Mutation(
        "I3 a return counts as the first follow of a person who was seen following",
        referral._explains_sighting, "seen is None or", "True or", "follow_sign_in",
    ),
    Mutation(
        "I4 a worker sends although another has taken the claim",
        PayoutWorker._send, "if taken is None:\n        return", "taken = taken or claim", "two_workers",
    ),
    Mutation(
        "I4 a sent claim is sent again without a query",
        payout_decisions.first_step, "if not claim.sends:", "if True:", "sweep_and_worker",
    ),
    Mutation(
        "I4 a refusal for a person is sent again",
        payout_decisions.may_send, " and claim.reason not in WAITS_FOR_A_PERSON", "", "settle_worker",
    ),
    Mutation(
        "I4 a claim is settled although WeChat Pay may have paid it",
        Decisions._require_unpaid, "if reply not in NOT_PAID", "if False", "settle_paid",
    ),
    Mutation(
        "I4 a second number is made without WeChat Pay's confirmation",
        Decisions._renew, "if answer.reply not in ENDED", "if False", "renew_paid",
    ),
    Mutation(
        "I4 a smoke payment gets a second bill number",
        Decisions._renew, "if claim.is_smoke", "if False", "smoke_renew",
    ),
    Mutation(
        "I4 another smoke payment starts while the last may still be sent",
        smoke.is_under_way, "return not is_decided(payment) and", "return False and", "smoke_worker",
    ),
    Mutation(
        "I4 a query about another order's number settles the claim",
        payout_decisions.is_not_ours, "return claim.reason == Reason.NOT_OURS", "return False", "not_ours",
    ),
    Mutation(
        "I4 terms are replaced although WeChat Pay does not say NOT_FOUND",
        Decisions._renew_terms, "if self._provider(claim).query(claim.order).reply is not Reply.NOT_FOUND or", "if",
        "new_terms_paid",
    ),
    Mutation(
        "I4 terms are replaced although they were not refused",
        Decisions._renew_terms, " or claim.reason != Reason.TERMS", "", "new_terms_openid",
    ),
    Mutation(
        "I4 a transfer's next number begins without an answer that the last one ended",
        receipt_decisions._has_closed, "answer.reply is Reply.CLOSED or", "answer.reply is not Reply.WAITING or",
        "receipt_lost",
    ),
    Mutation(
        "I4 a transfer's next number begins while its bill waits",
        receipt_decisions.to_send, "if answer.reply is Reply.WAITING:\n        return claim",
        "if answer.reply is Reply.WAITING:\n        return _with_next_number(claim)", "receipt_again",
    ),
    Mutation(
        "I4 one tap begins two transfers",
        receipt_decisions._is_asked_again, "claim.asked_at > claim.begun_at", "True", "cancelled_early",
    ),
    Mutation(
        "I4 a tap that got its receipt begins another transfer",
        receipt_decisions._without_receipt, "None if claim.receipt else claim.asked_at", "claim.asked_at",
        "cancelled_twice",
    ),
    Mutation(
        "I4 a tap takes the claim from the worker that is sending it",
        receipt_decisions.asked, "if is_leased(claim, now):", "if False:", "tap_worker",
    ),
    Mutation(
        "I4 a transfer is sent again with the words of today",
        PayoutWorker._send, "provider.send(taken.order)",
        "provider.send(provider.order(taken.order.mch_billno, taken.openid, taken.order.amount_fen))", "other_words",
    ),
    Mutation(
        "I5 a notification is believed",
        Notifications.take_notification, "self.worker.pay_claim(claim.ref, ask=True)",
        "self.worker.claims.replace_claim(claim, type(claim)(**{name: getattr(claim, name) for name in claim.__slots__}"
        " | {'status': type(claim.status)('received'), 'due_at': None}))", "notified_waiting",
    ),
    Mutation(
        "I5 a transfer lapses while its bill waits",
        receipt_decisions.first_step, "if claim.sends and (", "if claim.sends and now < until and (", "end_waiting",
    ),
    Mutation(
        "R20 a receipt is given after its bill has closed",
        receipt_decisions._without_receipt, 'receipt=""', "receipt=claim.receipt", "next_number",
    ),
    Mutation(
        "I5 a claim is asked about for ever without a clear answer",
        payout_decisions._doubted, "if doubts >= MOST_DOUBTS", "if False", "endless_doubt",
    ),
    Mutation(
        "I5 MONEY_LIMIT holds nobody else",
        payout_holds.hold_until, "not in STOPS_ALL", "not in STOPS_ALL - {Reason.MONEY_LIMIT}", "money_limit",
    ),
    Mutation(
        "I5 an exhausted pool is not counted again",
        Sweep._count, "if switches.plan_id and", "if switches.plan_id and not switches.exhausted and", "put_back",
    ),
    Mutation(
        "I5 a claim taken by a worker that was killed is never due again",
        payout_decisions.begun, "due_at=now + LEASE", "due_at=None", "two_workers",
    ),
    Mutation(
        "I5 the sweep re-queues nothing",
        Sweep._queue_again, "sum(self.queue.put_payout(claim.ref) for claim in due)", "0", "last_packet",
    ),
    Mutation(
        "I5 the sweep ignores smoke payments while payouts wait",
        Sweep._queue_again, "due = [claim for claim in due if claim.ref.is_smoke]", "due = []", "smoke_stopped",
    ),
    Mutation(
        "I6 a repeated submission is not looked for",
        Submissions._repeat, "if standing.attempt and", "if False and", "same_submission",
    ),
    Mutation(
        "I6 a repeated submission gets a grade of its own",
        Submissions.submit_answers, "if self._recorded(openid, attempt):", "if self._recorded(openid, attempt) or 1:",
        "withdrawn_question",
    ),
    Mutation(
        "I6 a repeated claim is not looked for",
        Claims._explain, "if standing.claim:", "if False:", "same_claim",
    ),
    Mutation(
        "a refusal that may end is remembered as a final one is",
        ClaimRefusals.raise_recent, "refusal in FINAL and", "refusal and", "new_chance",
    ),
    Mutation(
        "I7 the pause is not checked", Switches.require_running, "if self.paused", "if False", "claim_pause"
    ),
    Mutation(
        "I7 the pause is not checked again after the pool was read",
        Claims._take, "packet, self.gate.enter())", "packet, self.gate.clock())", "claim_pause",
    ),
    Mutation(
        "the desk overwrites what somebody else saved meanwhile",
        UnitRecords.write_unit, "OfficeRecord(kind + unit.name, {}, revision)",
        "self.office.read_record(kind + unit.name)", "contacts",
    ),
    Mutation(
        "a repeated event is not looked for",
        EventRecords.save_event, "if stored == revision + 1 and event in events:", "if False:", "event_again",
    ),
    Mutation(
        "a repeated picture is not looked for",
        StoryRecords.keep_picture, "if key in keys:", "if False:", "pictures",
    ),
    Mutation(
        "two PINs that are tried at once count as one",
        DeskLinks._change, "self.new_id()", "''", "pins",
    ),
    Mutation(
        "a job of the desk is done before its file is stored",
        DeskJobs._run, "self.files.put_file(key, made.content, made.content_type)", "pass", "jobs",
    ),
)  # fmt: skip


@contextmanager
def broken(mutation: Mutation) -> Iterator[None]:
    """Runs the block with the mechanism broken, in every module that has imported the function."""
    function = mutation.where
    assert isinstance(function, FunctionType)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(mutation.old) == 1, f"{function.__qualname__} has changed: mend its mutation"
    made: dict[str, Any] = {}
    exec(source.replace(mutation.old, mutation.new), function.__globals__, made)  # noqa: S102
    whole, function.__code__ = function.__code__, made[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = whole
