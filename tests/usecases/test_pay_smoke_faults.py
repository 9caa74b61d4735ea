"""A smoke payment whose command dies at any call, meets any trouble, or another operator: paid once at most (I4)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claims import PayoutStatus
from chalicelib.domain.errors import SmokeRefused, TryAgain
from chalicelib.domain.payouts import Reply
from tests.support.bench import Bench
from tests.support.killed import Killed
from tests.support.world import Trouble
from tests.usecases.payouts import answered, befall, clear, paid
from tests.usecases.smoke import ME, ends, last, logged, pay


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.follow(ME)
    return made


@pytest.mark.parametrize("kill", range(9))
@pytest.mark.parametrize("answer", ["accepted", "lost", "timed out", "SYSTEMERROR", "NOTENOUGH", "OPENID_ERROR"])
def test_it_may_die_at_any_call_and_is_paid_once(bench: Bench, kill: int, answer: str) -> None:
    answered(bench, answer)
    die(bench, kill)
    bring_home(bench)


@pytest.mark.parametrize("kill", range(9))
def test_the_second_run_may_die_too(bench: Bench, kill: int) -> None:
    bench.pay.will_time_out()
    pay(bench)
    bench.clock.advance(hours=1)
    die(bench, kill)
    bring_home(bench)


@pytest.mark.parametrize("call", ["smoke.all", "smoke.begin", "smoke.replace"])
@pytest.mark.parametrize("trouble", Trouble)
def test_a_store_in_trouble(bench: Bench, call: str, trouble: Trouble) -> None:
    bench.world.will_fail(call, trouble)
    with pytest.raises(TryAgain):
        pay(bench)
    bring_home(bench)


def die(bench: Bench, after: int) -> None:
    bench.world.will_die(after)
    try:
        pay(bench)
    except Killed:
        pass
    finally:
        bench.world.will_die(None)


def bring_home(bench: Bench) -> None:
    """The operator runs it again, at once and later: one number, one payment, one entry of its beginning."""
    for _ in range(4):
        pay(bench)
        bench.clock.advance(minutes=3)
    assert paid(bench) == [1]
    assert list(bench.pay.payments) == [last(bench).order.mch_billno]
    assert (len(bench.state.smoke), last(bench).status) == (1, PayoutStatus.SENT)
    assert [what for _, what, _ in logged(bench)].count("pay-smoke") == 1
    assert bench.app.audit.audit_books().violations == ()


EVENTS = st.one_of(
    st.tuples(st.just("die"), st.integers(0, 7)),
    st.tuples(st.just("wait"), st.integers(1, 300)),
    st.tuples(st.sampled_from(["run", "again", "lose", "time out", "silent", "busy", "lost write"]), st.just(0)),
)


@given(events=st.lists(EVENTS, max_size=12))
def test_whatever_happens_one_number_is_paid_at_most_once(events: list[tuple[str, int]]) -> None:
    bench = Bench()
    bench.follow(ME)
    for name, number in events:
        happen(bench, name, number)
        assert sum(paid(bench)) <= 1
        assert len(bench.state.smoke) <= 1, "none has ended"
    clear(bench)
    bring_home(bench)


def happen(bench: Bench, name: str, number: int) -> None:
    befall(bench, name, number, "smoke.replace")
    try:
        pay(bench, again=name == "again")
    except (Killed, TryAgain, SmokeRefused):
        bench.world.will_die(None)


# Two at once


@pytest.mark.parametrize("again", [False, True])
def test_another_operator_comes_between_any_two_calls(bench: Bench, again: bool) -> None:
    """Whatever one does while the other is at work, no number is sent twice at once, and there is one at a time."""
    for at in range(9):
        fresh = Bench()
        fresh.follow(ME)
        if again:
            pay(fresh)
            ends(fresh, Reply.RECEIVED)
        meet(fresh, at, again)
        assert max(fresh.pay.sends.values()) == 1
        assert len(fresh.state.smoke) == 1 + again
        fresh.clock.advance(hours=1)
        assert pay(fresh).payment.status is PayoutStatus.SENT
        assert sum(paid(fresh)) == 1 + again


def meet(bench: Bench, at: int, again: bool) -> None:
    calls, app = 0, bench.app
    original = bench.world.begin

    def begin(name: str) -> bool:
        nonlocal calls
        calls += 1
        if calls == at + 1:
            run(again)
        return original(name)

    def run(again: bool) -> None:
        with suppress(SmokeRefused):
            app.pay_smoke(ME, "李", again)

    bench.world.begin = begin  # type: ignore[method-assign]
    run(again)
    bench.world.begin = original  # type: ignore[method-assign]
