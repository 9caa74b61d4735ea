"""The scenarios about a transfer: taps, workers, notifications, and the end of the time to receive."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.claim import Claim, PayoutStatus, numbers_until
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.wiring import Services
from tests.explore.operator_scenarios import renews
from tests.explore.payout_scenarios import reconcile, sweep_and_work, the_claim, works
from tests.explore.scenario import Scenario
from tests.explore.stage import Stage
from tests.support.v3_keys import sealed_notice

SLOW = {"transfers.send": 120}
"""Longer than a worker's lease."""
Start = Callable[[Stage], None]


def _won(stage: Stage) -> None:
    """A has a claim, and has not asked for its money."""
    stage.bench.activate()
    stage.bench.claimed("A")


def _tap(stage: Stage, app: Services) -> Claim:
    return app.receipts.ask_receipt("A", the_claim(stage).claim_id)


def _tap_and_work(stage: Stage, app: Services) -> None:
    _tap(stage, app)
    works()(stage, app)


def _after(start: Start, *acts: Callable[[Stage, Services], object], seconds: float = 10) -> Start:
    """Runs each act, then lets some time pass. Jobs queued meanwhile are about to be delivered."""

    def then(stage: Stage) -> None:
        start(stage)
        for number, act in enumerate(acts):
            act(stage, stage.instance(f"before {number}"))
        stage.bench.queue.jobs.clear()
        stage.wait(seconds)

    return then


def _shortly_before_the_end(stage: Stage) -> None:
    """One second before the time after which no transfer begins."""
    _won(stage)
    left = stage.contest.claimable_until - stage.bench.clock.now - timedelta(seconds=1)
    stage.wait(left.total_seconds())


def _notified(stage: Stage, app: Services) -> None:
    """A notification in WeChat Pay's name says that the money was received, which may be false."""
    bill = {"openid": "A", "out_bill_no": the_claim(stage).order.mch_billno, "state": "SUCCESS"}
    app.notifications.take_notification(sealed_notice(bill))


def _confirms(stage: Stage, app: Services) -> None:
    """The winner confirms with the receipt of the first number."""
    stage.bench.transfers.confirm(numbers_until(the_claim(stage).order.mch_billno)[0])


def _cancelled(stage: Stage, app: Services) -> None:
    stage.bench.transfers.cancel(the_claim(stage).order.mch_billno)


def _ended(stage: Stage, app: Services) -> None:
    """Before its winner got the receipt."""
    stage.bench.transfers.status[the_claim(stage).order.mch_billno] = Reply.CLOSED


def _cancelling(stage: Stage, app: Services) -> None:
    stage.bench.transfers.status[the_claim(stage).order.mch_billno] = Reply.CONFIRMED
    works(ask=True)(stage, app)
    stage.bench.transfers.status[the_claim(stage).order.mch_billno] = Reply.CLOSED


def _failed(stage: Stage, app: Services) -> None:
    stage.bench.transfers.fail(the_claim(stage).order.mch_billno, Reason.RISK_CONTROL, "TRANSFER_RISK")
    works(ask=True)(stage, app)


def _other_words(stage: Stage, app: Services) -> None:
    stage.bench.transfers.words["transfer_remark"] = "other words"


def _lost(stage: Stage, app: Services) -> None:
    stage.bench.transfers.will_answer(Answer(Reply.DOUBTFUL), paid=True)


def _being_locked(stage: Stage, app: Services) -> None:
    stage.bench.transfers.becomes = Reply.SENDING


def _one_number(stage: Stage) -> Iterator[str]:
    if (numbers := len(numbers_until(the_claim(stage).order.mch_billno))) > 1:
        yield f"I4 the winner asked once and got {numbers} numbers"


def _received(stage: Stage) -> Iterator[str]:
    if the_claim(stage).status is not PayoutStatus.RECEIVED:
        yield f"I5 the winner confirmed, and the claim is {the_claim(stage).status.value}"


TAPPED = _after(_won, _tap)
WAITING = _after(TAPPED, works())
CLOSED = _after(WAITING, seconds=25 * 3600)
CLOSED_TAPPED = _after(CLOSED, _tap)

_SCENARIOS = {
    "tap_worker": Scenario(TAPPED, {"worker": works(), "tap": _tap_and_work}, _one_number, slow=SLOW),
    "receipt_workers": Scenario(TAPPED, {"worker": works(), "other": works()}, _one_number, slow=SLOW),
    "receipt_sweep": Scenario(
        TAPPED, {"worker": works(), "sweep": sweep_and_work}, _one_number, slow=SLOW, seldom=True
    ),
    "receipt_lost": Scenario(_after(_after(_won, _lost), _tap, works()), {"tap": _tap, "worker": works()}, _one_number),
    "receipt_again": Scenario(_after(WAITING, _tap), {"worker": works(), "confirm": _confirms}, _received),
    "other_words": Scenario(
        _after(WAITING, _other_words, _tap), {"worker": works(), "tap": _tap}, _one_number, seldom=True
    ),
    "next_number": Scenario(CLOSED_TAPPED, {"worker": works(), "other": works()}, slow=SLOW),
    "next_notified": Scenario(CLOSED_TAPPED, {"worker": works(), "notification": _notified}, slow=SLOW, seldom=True),
    "next_reconcile": Scenario(CLOSED_TAPPED, {"worker": works(), "reconcile": reconcile}, seldom=True),
    "next_sweep_tap": Scenario(CLOSED, {"tap": _tap, "sweep": sweep_and_work, "worker": works(ask=True)}),
    "notified_waiting": Scenario(WAITING, {"notification": _notified, "tap": _tap}, _one_number),
    "cancelled_twice": Scenario(
        _after(_after(WAITING, _tap, works()), _cancelled),
        {"notification": _notified, "again": _notified},
        _one_number,
        seldom=True,
    ),
    "cancelling": Scenario(
        _after(WAITING, _cancelling), {"notification": _notified, "again": _notified}, _one_number, seldom=True
    ),
    "cancelled_early": Scenario(
        _after(_won, _being_locked, _tap, works(), _ended),
        {"notification": _notified, "sweep": sweep_and_work},
        _one_number,
        seldom=True,
    ),
    "end_tap": Scenario(
        _shortly_before_the_end, {"tap": _tap, "sweep": sweep_and_work}, slow={"payouts.find_claim": 1}
    ),
    "end_worker": Scenario(
        _after(_shortly_before_the_end, _tap, seconds=1),
        {"worker": works(), "sweep": sweep_and_work},
        slow=SLOW,
        seldom=True,
    ),
    "end_waiting": Scenario(
        _after(_shortly_before_the_end, _tap, works(), seconds=3600),
        {"sweep": sweep_and_work, "tap": _tap},
        seldom=True,
    ),
    "renew_tap": Scenario(_after(WAITING, _failed), {"renew": renews("W"), "tap": _tap}),
}
TRANSFERS = {name: replace(scenario, transfers=True) for name, scenario in _SCENARIOS.items()}
