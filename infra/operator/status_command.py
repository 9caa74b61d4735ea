"""Prints the state of the contest."""

from chalicelib.domain.contest import Phase
from chalicelib.domain.prizes import yuan
from chalicelib.domain.switches import PRIZES_DIFFER
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import deployed
from infra.operator.smoke_command import smoke_line

status = Noun(about="竞赛 / the contest")
PHASES = {Phase.ANNOUNCED: "宣传阶段（未开始）", Phase.OPEN: "进行中", Phase.CLOSED: "已结束"}


@status.reads("status")
def show() -> None:
    """查看现状 / show the state"""
    from chalicelib.adapters.http.render import moment

    services = deployed()
    now, switches, plan = services.clock(), services.ports.control.read_switches(), services.ports.plans.current_plan()
    window = services.contest.window
    tell(deployment=services.settings.prefix, contest=services.contest.id, phase=window.phase(now).name.lower())
    tell(paused=switches.paused, payouts_stopped=switches.payouts_stopped)
    print(f"部署      {services.settings.prefix}")
    print(f"竞赛      {services.contest.id} {services.contest.theme}")
    print(f"现在      {moment(now)} {PHASES[window.phase(now)]}{'，已暂停' if switches.paused else ''}")
    print(f"时间      {moment(window.opens_at)} 至 {moment(window.closes_at)}")
    print(f"开幕记录  {moment(switches.opened_at) if switches.opened_at else '无'}")
    print(f"闭幕记录  {moment(switches.closed_at) if switches.closed_at else '无'}")
    for payment in services.smoke_payments.all_smoke_payments()[-1:]:
        print(smoke_line(payment))
    if switches.unknown_codes:
        print(f"未知代码  {'、'.join(sorted(switches.unknown_codes))}，请查微信支付的文档（payouts resume 后不再列出）")
    if plan is None:
        print("红包方案  无")
    else:
        print(f"红包方案  {plan.plan_id} {plan.state.value}，{plan.rules.packets} 个，{yuan(plan.rules.budget_fen)} 元")
        free = services.ports.pool.count_free(plan.plan_id)
        tell(plan=plan.plan_id, plan_state=plan.state.value, packets=plan.rules.packets, free_packets=free)
        print(f"剩余红包  {free} 个")
    held, differ = switches.held_until, switches.prizes_differ(services.contest.prizes)
    waiting = f"暂缓至 {moment(held)}（{switches.held_reason}）" if held and now < held else "正常"
    waiting = f"暂缓：contest.toml 的奖金与启用的方案不同（{PRIZES_DIFFER}）" if differ else waiting
    print(f"发放      {'已停止' if switches.payouts_stopped else waiting}")
