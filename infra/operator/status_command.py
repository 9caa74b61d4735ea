"""Prints the state of the contest on one screen: phase, people, attempts, claims, payouts, and what to do."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from typer import Option

from chalicelib.domain.contest import Phase
from chalicelib.domain.prizes import Plan, yuan
from chalicelib.domain.switches import PRIZES_DIFFER, Switches
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import deployed
from infra.operator.smoke_command import smoke_line
from infra.operator.terminal import progress

if TYPE_CHECKING:
    from chalicelib.wiring import Services
    from infra.operator.payout_overview import Overview

status = Noun(about="竞赛 / the contest")
PHASES = {Phase.ANNOUNCED: "宣传阶段（未开始）", Phase.OPEN: "进行中", Phase.CLOSED: "已结束"}
CLEAR = "\x1b[2J\x1b[H"
"""Clears a terminal."""
LATE = timedelta(minutes=3)


@status.reads("status")
def show(
    watch: Annotated[bool, Option("--watch", help="每隔几秒刷新，Ctrl-C 结束 / refresh until Ctrl-C")] = False,
    every: Annotated[int, Option("--every", min=2, max=300, metavar="SECONDS", help="刷新的间隔 / pause")] = 10,
) -> None:
    """查看现状 / show the state"""
    services = deployed()
    _print(services)
    if not watch or not sys.stdout.isatty():
        return
    try:
        while True:
            services.ports.sleep(every)
            print(CLEAR, end="")
            _print(services)
    except KeyboardInterrupt:
        print()


def _print(services: "Services") -> None:
    """Gathers everything before it prints, so that a watched screen does not flicker."""
    from infra.operator.payout_overview import overview

    ports = services.ports
    switches, plan = ports.control.read_switches(), ports.plans.current_plan()
    with progress("发放") as read:
        payouts = overview(ports.payouts, services.clock(), read)
    lines = [*_contest(services, switches), *_counts(services, switches, plan, payouts)]
    todo = [*_held(services, switches), *payouts.lines()]
    print("\n".join([*lines, *([f"! {one}" for one in todo] or ["没有要处理的。"])]))
    tell(todo=todo)


def _contest(services: "Services", switches: Switches) -> Iterator[str]:
    from chalicelib.adapters.http.render import moment

    now, window = services.clock(), services.contest.window
    tell(deployment=services.settings.prefix, contest=services.contest.id, phase=window.phase(now).name.lower())
    tell(paused=switches.paused, payouts_stopped=switches.payouts_stopped)
    yield f"部署      {services.settings.prefix}"
    yield f"竞赛      {services.contest.id} {services.contest.theme}"
    yield f"现在      {moment(now)} {PHASES[window.phase(now)]}{'，已暂停' if switches.paused else ''}"
    yield f"时间      {moment(window.opens_at)} 至 {moment(window.closes_at)}"
    yield f"开幕记录  {moment(switches.opened_at) if switches.opened_at else '无'}"
    yield f"闭幕记录  {moment(switches.closed_at) if switches.closed_at else '无'}"
    if switches.withdrawn:
        tell(withdrawn=sorted(switches.withdrawn))
        yield f"撤回的题  {'、'.join(sorted(switches.withdrawn))}"
    for payment in services.smoke_payments.all_smoke_payments()[-1:]:
        yield smoke_line(payment)


def _counts(services: "Services", switches: Switches, plan: Plan | None, payouts: "Overview") -> Iterator[str]:
    """From the sweep's last counts, the index of what is not final, and the last audit."""
    from chalicelib.adapters.http.render import moment

    control = services.ports.control
    people, last = sum(control.stored_counts().values()), control.last_totals()
    counted = f"（{moment(last.at)} 核对时）" if last else ""
    tell(people=people, attempts=last.attempts if last else None)
    yield f"人数      {people} 人，每分钟统计；各单位见 ./contest units"
    yield f"作答      {f'{last.attempts} 次{counted}' if last else '还没有统计，./contest audit 会统计'}"
    waits = switches.is_held(services.contest.prizes, services.clock())
    yield f"发放      {'已停止' if switches.payouts_stopped else '暂缓' if waits else '正常'}"
    if plan is None:
        yield "红包方案  无"
        return
    packets, free = plan.rules.packets, switches.free_packets
    free = services.ports.pool.count_free(plan.plan_id, plan.shards) if free is None else free
    tell(plan=plan.plan_id, plan_state=plan.state.value, packets=packets, free_packets=free)
    yield f"红包方案  {plan.plan_id} {plan.state.value}，{packets} 个，{yuan(plan.rules.budget_fen)} 元"
    yield f"剩余红包  {free} 个，已领取 {packets - free} 个"
    states = payouts.by_state
    tell(waiting=payouts.waiting, late=payouts.late, claimed=packets - free)
    tell(by_state=None if states is None else {state.value: count for state, count in states.items()})
    some = "、".join(f"{state.value} {count}" for state, count in sorted((states or {}).items()))
    yield f"未了结    {payouts.waiting} 笔{f'：{some}' * bool(some)}；已到时间的 {payouts.late} 笔"
    final = "、".join(f"{state} {count}" for state, count in (last.by_state if last else {}).items())
    yield f"已了结    {max(0, packets - free - payouts.waiting)} 笔{f'；{final}{counted}' * bool(final)}"


def _held(services: "Services", switches: Switches) -> Iterator[str]:
    """What holds all, and what to do about it."""
    from chalicelib.adapters.http.render import moment

    now, held = services.clock(), switches.held_until
    if switches.paused:
        yield "竞赛已暂停：恢复用 ./contest resume"
    if switches.payouts_stopped:
        yield "发放已停止：恢复用 ./contest payouts start"
    if switches.prizes_differ(services.contest.prizes):
        yield f"发放暂缓：contest.toml 的奖金与启用的方案不同（{PRIZES_DIFFER}），以启用的为准改正并部署"
    elif held and now < held:
        from infra.operator.payout_overview import REMEDIES

        remedy = REMEDIES.get(switches.held_reason, "处理后用 ./contest payouts resume")
        yield f"发放暂缓至 {moment(held)}（{switches.held_reason}）：{remedy}"
    if switches.unknown_codes:
        codes = "、".join(sorted(switches.unknown_codes))
        yield f"未知代码 {codes}：请查微信支付的文档（./contest payouts resume 后不再列出）"
    yield from _late_records(services, switches)


def _late_records(services: "Services", switches: Switches) -> Iterator[str]:
    now, window = services.clock(), services.contest.window
    for what, function, at, due in (
        ("开幕", "open_contest", switches.opened_at, window.opens_at),
        ("闭幕", "close_contest", switches.closed_at, window.closes_at),
    ):
        is_over = function == "open_contest" and window.phase(now) is Phase.CLOSED
        if at is None and now - due > LATE and not is_over:
            yield f"没有{what}记录：答题不受影响，请执行 ./contest run {function}"
