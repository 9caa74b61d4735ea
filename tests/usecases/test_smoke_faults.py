"""A smoke payment whose command or worker dies or has a fault at any call: begun once, paid once (I4, I5).

The machine (`tests/proof`) also begins smoke payments, with faults at any call.
"""

from contextlib import suppress

import pytest

from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.errors import TryAgain
from tests.support.bench import Bench
from tests.support.killed import Killed
from tests.support.world import Trouble
from tests.usecases.payout_helpers import answered, live_on
from tests.usecases.smoke_helpers import ME, logged, smoke, start, work

CALLS = range(10)
"""More calls than a command and its worker make."""


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.activate()
    made.follow(ME)
    return made


@pytest.mark.parametrize("kill", CALLS)
@pytest.mark.parametrize("answer", ["accepted", "lost", "timed out", "SYSTEMERROR", "NOTENOUGH"])
def test_command_and_worker_may_die_at_any_call(bench: Bench, kill: int, answer: str) -> None:
    answered(bench, answer)
    bench.world.will_die(kill)
    with suppress(Killed):
        start(bench)
        work(bench)
    bench.world.will_die(None)
    bring_home(bench)


@pytest.mark.parametrize("call", ["payouts.smoke_payments", "payouts.put_smoke_payment", "followers.find_follower"])
@pytest.mark.parametrize("trouble", Trouble)
def test_a_store_in_trouble(bench: Bench, call: str, trouble: Trouble) -> None:
    bench.world.will_fail(call, trouble)
    with pytest.raises(TryAgain):
        start(bench)
    bring_home(bench)


def bring_home(bench: Bench) -> None:
    """The operator runs the command again; the sweep and the workers run."""
    bench.clock.advance(seconds=1)
    start(bench)
    live_on(bench, hours=6)
    start(bench)
    live_on(bench, hours=2)
    (payment,) = smoke(bench)
    assert bench.pay.payments == {payment.order.mch_billno: 1}
    assert payment.status is PayoutStatus.SENT
    assert [what for _, what, *_ in logged(bench)].count("pay-smoke") == 1
    assert bench.pay.violations == []
    assert bench.app.audit.audit_books().violations == ()
