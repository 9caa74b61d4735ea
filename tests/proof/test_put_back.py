"""A packet that is put back at the moment when a claim finds the pool empty is not lost (R8)."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import PrizesExhausted
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.prizes import SHARDS
from tests.proof.port_faults import PortFaults
from tests.support import examples
from tests.support.bench import Bench


def test_a_packet_put_back_while_a_claim_finds_none_is_there_after_the_next_census() -> None:
    contest = examples.contest(packets=1)
    bench = Bench(replace(contest, payouts=replace(contest.payouts, put_back=True)))
    bench.activate()
    first = bench.claimed("o1")
    attempt_id = bench.passed("o2")
    bench.app.payouts.pay_claim(bench.queue.jobs[0])

    port_faults = PortFaults()
    control = port_faults.wrap(bench.ports.control)
    late = bench.instance(control=control)

    def refunded() -> None:
        bench.pay.will_say(Answer(Reply.REFUNDED))
        bench.app.payouts.pay_claim(bench.queue.jobs[0], ask=True)

    port_faults.plan(meanwhile=(1, refunded))  # call 0 reads the switches, call 1 marks the pool as exhausted
    with pytest.raises(PrizesExhausted):
        late.claims.open_packet("o2", attempt_id)
    assert bench.ports.pool.count_free(first.packet.plan_id, SHARDS) == 1

    bench.app.sweep.sweep_once()
    bench.refresh()
    assert bench.app.claims.open_packet("o2", attempt_id)[0].packet.amount_fen == first.packet.amount_fen
