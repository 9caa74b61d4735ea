"""The scenarios about the plan of packets and about smoke payments."""

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.domain.claim import FOR_A_PERSON, Claim
from chalicelib.domain.prizes import PlanState
from chalicelib.domain.smoke import is_decided
from chalicelib.domain.switches import Switches
from chalicelib.wiring import Services
from tests.explore.operator_scenarios import renews
from tests.explore.payout_scenarios import claimed, failed, works
from tests.explore.scenario import Scenario
from tests.explore.stage import Act, Stage
from tests.support.bench import nobody_watches
from tests.support.examples import act


def _nothing(stage: Stage) -> None:
    """There is no plan yet."""


def _laid(stage: Stage) -> None:
    _lay(stage, stage.instance("before"))


def _lay(stage: Stage, app: Services) -> None:
    app.plans.lay_plan(nobody_watches, "wang")


def _activate(stage: Stage, app: Services) -> None:
    app.plans.activate_plan("wang")


def _discard(stage: Stage, app: Services) -> None:
    app.plans.discard_plan("wang")


def _finish_plan(stage: Stage, app: Services) -> None:
    """The operator makes the plan active if it is not; then the audit counts its packets."""
    if not stage.bench.state.switches.plan_id:
        _lay(stage, app)
        _activate(stage, app)


def _restored(stage: Stage) -> None:
    """A's packet is claimed, but switches and header are restored from before the activation."""
    claimed(stage)
    state = stage.bench.state
    assert state.plan is not None
    state.plan, state.switches = replace(state.plan, state=PlanState.LAYING), Switches()


def _header_lost(stage: Stage) -> None:
    _restored(stage)
    stage.bench.state.plan = None


def _no_second_budget(stage: Stage) -> Iterator[str]:
    if stage.bench.state.plan or stage.bench.state.switches.plan_id:
        yield "I1 a plan was begun beside another's claims"


def smoke(again: bool = False) -> Act:
    return lambda stage, app: app.smoke_payments.start_smoke_payment("boss", None, f"again {again}", again)


def _boss(stage: Stage) -> None:
    stage.bench.activate()
    stage.bench.follow("boss")


def _smoke_begun(stage: Stage) -> None:
    _boss(stage)
    smoke()(stage, stage.instance("before"))
    stage.bench.queue.jobs.clear()


def _stop(stage: Stage, app: Services) -> None:
    app.ports.control.set_payouts_stopped(True, act())


def _one_at_a_time(stage: Stage) -> Iterator[str]:
    """I4: another smoke payment begins only when the last one is decided."""
    last: dict[str, Claim] = {}
    for event in stage.events:
        if event.name == "payouts.put_smoke_payment" and event.done:
            payment = event.args[0]
            if any(not is_decided(other) and other.due_at != FOR_A_PERSON for other in last.values()):
                yield f"I4 smoke payment {payment.claim_id} began while another was under way"
            last[payment.claim_id] = payment
        elif event.name == "payouts.replace_claim" and event.done:
            last[event.done.claim_id] = event.done


PLANS = {
    "lay_activate": Scenario(_nothing, {"lay": _lay, "activate": _activate}, recover=_finish_plan, packets=3),
    "lay_twice": Scenario(_nothing, {"lay": _lay, "other": _lay, "activate": _activate}, recover=_finish_plan),
    "discard_activate": Scenario(_laid, {"discard": _discard, "activate": _activate}, recover=_finish_plan),
    "lay_claimed": Scenario(_restored, {"lay": _lay, "activate": _activate}, recover=_finish_plan),
    "lay_other": Scenario(_header_lost, {"lay": _lay, "activate": _activate}, _no_second_budget, audited=False),
    "discard_claimed": Scenario(_restored, {"discard": _discard, "activate": _activate}, recover=_finish_plan),
    "two_smoke": Scenario(_boss, {"one": smoke(), "other": smoke(again=True)}, _one_at_a_time),
    "smoke_worker": Scenario(_smoke_begun, {"again": smoke(again=True), "worker": works()}, _one_at_a_time),
    "smoke_stopped": Scenario(_boss, {"smoke": smoke(), "stop": _stop}),
    "smoke_renew": Scenario(failed(_smoke_begun), {"renew": renews("A"), "worker": works()}),
}
